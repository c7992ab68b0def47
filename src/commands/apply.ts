import { Command, Option } from 'clipanion';
import { flagWords, OrganizationsCommand, PASSPHRASE_FD, REDACT, withTrust } from './command.js';

export class ApplyCommand extends withTrust(OrganizationsCommand) {
  static override paths = [['apply']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Verify a plan, look at each account again, delete what was reviewed, and prove it gone',
    details: `
      A plan of "recover" or "unlock" is applied in the same way: what it names is looked at again, done, and proven.

      The journal of the run is signed with the key of an operator that the trust file names: --key, else ROOTSWEEP_KEY,
      else "signing-key.pem" in the configuration folder.

      Exit code 0: everything planned is done; 3: findings stop the plan; 4: refused; 5: some accounts changed since
      the plan and were left alone; 6: at least one account failed, could not be audited, or was not started; 7: signatures
      of approvers or witnesses are missing; 8: declined; 130: interrupted. The same command again continues where an earlier run ended. With --organizations: the worst of
      theirs, in the order 130, 6, 1, 4, 3, 7, 8, 5, 2, 0.
    `,
    examples: [
      ['At a terminal', 'rootsweep apply prod.plan.yaml --policy policy.yaml --trust ../trust.yaml'],
      ['In a pipeline', 'rootsweep apply prod.plan.yaml --policy policy.yaml --confirm o-exampleorgid'],
      [
        'To several organizations',
        'rootsweep apply --organizations organizations.yaml --confirm o-exampleorgid --confirm o-anotherorgid',
      ],
    ],
  });

  plan = Option.String({ name: 'PLAN', required: false });
  policy = Option.String('--policy', { description: 'The policy file' });
  key = Option.String('--key', {
    description:
      "The operator's key, which signs the journal: a file, awskms:alias/NAME; else ROOTSWEEP_KEY, else the configuration folder's",
  });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });
  confirm = Option.Array('--confirm', {
    description: 'The organization id, in place of typing it (repeat it for several organizations)',
  });
  redact = Option.Boolean('--redact', false, { description: REDACT });
  only = Option.Array('--only', { description: 'Work on this account only (repeat for more)' });
  exclude = Option.Array('--exclude', [], { description: 'Leave this account out (repeat for more)' });

  protected async run(): Promise<number> {
    const { plan, policy, organizations } = this;
    if (organizations !== undefined) return this.applyEach(organizations);
    if (plan === undefined || policy === undefined)
      throw this.refuseMissing({ PLAN: plan, '--policy': policy });
    const { trust, confirmTrust, key, passphraseFd, redact, only, exclude } = this;
    const narrowing = {
      ...(only === undefined ? {} : { only }),
      ...(exclude.length === 0 ? {} : { exclude }),
    };
    const confirm = this.confirm?.at(-1);
    const { runApply } = await import('../runs/apply.js');
    return runApply(
      { plan, policy, trust, confirmTrust, key, passphraseFd, confirm, redact, narrowing },
      this,
    );
  }

  private applyEach(organizations: string): Promise<number> {
    const { plan, policy, trust, confirmTrust, key, only, exclude, confirm = [] } = this;
    this.refuseWithOrganizations({
      PLAN: plan,
      '--policy': policy,
      '--only': only,
      '--exclude': exclude[0],
    });
    return this.runEach(organizations, (entry) => [
      entry.plan,
      ...flagWords({
        '--policy': entry.policy,
        '--trust': trust,
        '--confirm-trust': confirmTrust,
        '--key': key,
        '--redact': this.redact,
        '--confirm': confirm.find((id) => id === entry.organization),
      }),
    ]);
  }
}
