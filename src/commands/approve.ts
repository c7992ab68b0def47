import { Command, Option } from 'clipanion';
import { RootsweepError } from '../errors.js';
import { AwsCommand, PASSPHRASE_FD } from './command.js';
import { trustWords, withTrust } from './trust-options.js';

export class ApproveCommand extends withTrust(AwsCommand) {
  static override paths = [['approve']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: "Add a reviewer's signature to a plan that they have read",
    details: `
      Shows the plan, who signed it and its digest, asks, and signs as approver, with the time. Refuses a plan that no
      trusted planner signed, or that is revoked or expired, and a key that may not approve. Changes nothing of the plan
      but its signatures. With --detached it writes the signature to a file of its own beside the plan, which "verify"
      and "apply" read too: two people who approve at the same time never conflict in git.

      Exit code 0: signed; 1: the key has signed already; 3: findings stop the plan; 4: refused; 8: declined.
    `,
    examples: [
      [
        'With the SSH key of an engineer',
        'rootsweep approve prod.plan.yaml --key ~/.ssh/id_ed25519 --detached',
      ],
      ['Without a terminal', 'rootsweep approve prod.plan.yaml --key awskms:alias/plans --confirm DIGEST'],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  key = Option.String('--key', {
    description: 'The signing key; else ROOTSWEEP_KEY, else the one in the configuration folder',
  });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });
  detached = Option.Boolean('--detached', false, {
    description: 'Write the signature into a file of its own beside the plan',
  });
  confirm = Option.String('--confirm', { description: "The plan's whole digest, in place of answering" });

  protected async run(): Promise<number> {
    const { openSignablePlan, openSigner, writeSignature } = await import('./sign-plan.js');
    const { commandLine } = await import('../core/base/command-line.js');
    const { formatTime } = await import('../core/base/time.js');
    const { describeValidity, renderPlan } = await import('../views/plan/plan-text.js');
    const { listSigners } = await import('../views/plan/signers.js');

    const { plan: path, key: named, passphraseFd, awsSettings: aws, trust, confirmTrust, detached } = this;
    const signable = await openSignablePlan({ plan: path, trust, confirmTrust }, this.context);
    const { plan, digest, signatures } = signable;
    this.tell([
      ...renderPlan(plan),
      [],
      [`Planned by ${plan.plannedBy} at ${plan.created}; ${describeValidity(plan)}.`],
      [`Signed so far by ${listSigners(signatures.signers)}, trusted by "${signable.trustFile}".`],
      [`Digest sha256:${digest}`],
      [],
    ]);
    await this.requireConsent(digest);
    const options = { key: named, passphraseFd, aws };
    const key = await openSigner('approver', signable, options, this.context);
    const claim = { role: 'approver', at: formatTime(this.context.clock.now()) } as const;
    const { written, keyid } = await writeSignature(claim, signable, key, {
      detached,
      context: this.context,
    });
    if (this.json) this.printJson('plan-approved', { path: written, digest, keyid });
    else this.print([[`Approved: the signature is in "${written}".`]]);
    // What the plan says of its policy's path is no reason to read that file.
    const verify = commandLine(
      'rootsweep',
      'verify',
      { file: path },
      ['--policy', 'POLICY'],
      ...trustWords(this),
    );
    this.tellNext(`run: ${verify}`);
    return 0;
  }

  private async requireConsent(digest: string): Promise<void> {
    if (this.confirm !== undefined) {
      if (this.confirm.replace(/^sha256:/, '') === digest) return;
      throw new RootsweepError('PLAN_INVALID', `--confirm names another digest than that of "${this.plan}"`, {
        hint: `if this plan is what you have read, pass --confirm ${digest}`,
      });
    }
    const { ask } = await import('./ask.js');
    const answer = await ask(
      'Have you read this plan, and may it be applied? Only "yes" approves: ',
      this.context,
      {
        why: 'approve asks before it signs',
        hint: `pass --confirm ${digest}`,
        interrupted: 'interrupted; nothing was signed',
      },
    );
    if (answer?.trim() !== 'yes') throw new RootsweepError('DECLINED', 'cancelled; nothing was signed');
  }
}
