import { Command, Option } from 'clipanion';
import { AwsCommand, DETACHED, PASSPHRASE_FD, SIGNING_KEY, withTrust } from './command.js';

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
  key = Option.String('--key', { description: SIGNING_KEY });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });
  detached = Option.Boolean('--detached', false, { description: DETACHED });
  confirm = Option.String('--confirm', { description: "The plan's whole digest, in place of answering" });

  protected async run(): Promise<number> {
    const { runApprove } = await import('../runs/approve.js');
    return runApprove(this, this);
  }
}
