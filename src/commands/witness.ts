import { Command, Option } from 'clipanion';
import { AccountsCommand, DETACHED, PASSPHRASE_FD, SIGNING_KEY, withTrust } from './command.js';

export class WitnessCommand extends withTrust(AccountsCommand) {
  static override paths = [['witness']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Audit independently, make the plan again, and sign it only if it is the same to the byte',
    details: `
      Makes the plan again: it takes the id, the time and the origin from the plan, and everything else from AWS, with
      the credentials of this command. Use other credentials than the planner's. Where the result is not the same to the
      byte, it shows the difference and signs nothing.

      Exit code 0: signed; 1: the key has signed already; 3: findings stop the plan; 4: refused; 5: the plan does not
      match what AWS reports now.
    `,
    examples: [
      [
        'In a job of its own',
        'rootsweep witness prod.plan.yaml --policy policy.yaml --key awskms:alias/witness',
      ],
      [
        'With the signature in a file of its own',
        'rootsweep witness prod.plan.yaml --policy policy.yaml --detached',
      ],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  key = Option.String('--key', { description: SIGNING_KEY });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });
  base = Option.String('--base', {
    description:
      'Compare the policy with the one in this commit; else with the one in the commit that the plan names',
  });
  deep = Option.Boolean('--deep', false, {
    description: 'List all four kinds, as a plan made with --deep did',
  });
  detached = Option.Boolean('--detached', false, { description: DETACHED });

  protected override readonly interrupted = 'interrupted; nothing was signed';

  protected async run(): Promise<number> {
    const { runWitness } = await import('../runs/witness.js');
    return runWitness(this, this);
  }
}
