import { Command, Option } from 'clipanion';
import type { Envelope } from '../core/envelope.js';
import type { SigningKey } from '../core/key.js';
import type { AnyPlan } from '../core/remedy.js';
import { RootsweepError } from '../errors.js';
import type { Line } from '../views/lines.js';
import { AwsCommand, PASSPHRASE_FD } from './command.js';

export class ApproveCommand extends AwsCommand {
  static override paths = [['approve']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: "Add a reviewer's signature to a plan that they have read",
    details: `
      Shows the plan and its digest, asks, and signs as approver. Nothing of the plan changes but its signatures. With
      --detached the signature is a file of its own beside the plan, which "verify" and "apply" read too: two people
      who approve at the same time never conflict in git.

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
    const { readEnvelope } = await import('./inputs.js');
    const { openKey } = await import('./key-options.js');
    const { parseAnyPlan } = await import('../files/plan.js');
    const { digestBody } = await import('../core/envelope.js');
    const { checkExpiry } = await import('../core/guard.js');
    const { signBody } = await import('../signing/body.js');
    const { describeValidity } = await import('../views/plan-text.js');

    const path = this.resolvePath(this.plan);
    const envelope = await readEnvelope(path, this.plan);
    const plan = parseAnyPlan(envelope.body, this.plan);
    checkExpiry(plan, this.context.clock.now());
    const shown = await this.renderApplicable(plan);
    const digest = digestBody(envelope.body);
    this.tell([
      ...shown,
      [],
      [`Planned by ${plan.plannedBy} at ${plan.created}; ${describeValidity(plan)}.`],
      [`Digest sha256:${digest}`],
      [],
    ]);
    await this.requireConsent(digest);
    const { key: named, passphraseFd, awsSettings: aws } = this;
    const key = await openKey({ key: named, passphraseFd, aws }, this.resolvePath, this.context);
    this.checkUnsigned(envelope, key);
    const signature = await signBody('approver', envelope.body, key);
    const written = await this.write(path, digest, signature);
    if (this.json) this.printJson('plan-approved', { path: written, digest, keyid: signature.keyid });
    else this.print([[`Approved: the signature is in "${written}".`]]);
    const { commandLine } = await import('../core/command-line.js');
    // What the plan says of its policy's path is no reason to read that file.
    const verify = commandLine('rootsweep', 'verify', { file: this.plan }, ['--policy', 'POLICY']);
    this.tellNext(`run: ${verify}`);
    return 0;
  }

  /** @throws RootsweepError PLAN_BLOCKED */
  private async renderApplicable(plan: AnyPlan): Promise<Line[]> {
    if ('remedy' in plan) {
      const { renderRemedyPlan } = await import('../views/remedy-text.js');
      return renderRemedyPlan(plan);
    }
    const { checkApplicable } = await import('../core/guard.js');
    const { renderPlan } = await import('../views/plan-text.js');
    checkApplicable(plan);
    return renderPlan(plan);
  }

  /** Nobody approves twice, nor their own plan: such a signature would count for nothing. */
  private checkUnsigned({ signatures }: Envelope, { publicKey: { keyid } }: SigningKey): void {
    const own = signatures.find((signature) => signature.keyid === keyid);
    if (own === undefined) return;
    throw new RootsweepError(
      'KEY_SIGNED_ALREADY',
      `this key has signed "${this.plan}" as ${own.purpose}, and counts once`,
      { hint: 'have somebody else approve, with a key of their own' },
    );
  }

  private async write(
    path: string,
    digest: string,
    signature: import('../core/envelope.js').Signature,
  ): Promise<string> {
    if (this.detached) {
      const { writeApproval } = await import('../files/approvals.js');
      return writeApproval(path, digest, signature);
    }
    const { decodeEnvelope, digestBody, encodeEnvelope } = await import('../core/envelope.js');
    const { PLAN_LIMITS } = await import('../files/plan.js');
    const { readFileBytes } = await import('../files/text-file.js');
    const { writeTarget } = await import('../files/target.js');
    // Read once more: a colleague may have signed while this one was reading.
    const { body, signatures } = decodeEnvelope(await readFileBytes(path, PLAN_LIMITS), this.plan);
    if (digestBody(body) !== digest) {
      throw new RootsweepError('PLAN_INVALID', `"${this.plan}" was replaced while you were reading it`, {
        hint: 'read the new plan, and approve that one',
      });
    }
    await writeTarget(path, 'plan', encodeEnvelope({ body, signatures: [...signatures, signature] }));
    return path;
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
