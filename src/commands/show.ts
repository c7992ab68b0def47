import { Command, Option } from 'clipanion';
import { RootsweepError } from '../errors.js';
import { RootsweepCommand } from './command.js';

export class ShowCommand extends RootsweepCommand {
  static override paths = [['show']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Show a plan; its signatures are checked where a trust file is given',
    examples: [
      ['For people', 'rootsweep show prod.plan.yaml'],
      ['For programs', 'rootsweep show prod.plan.yaml --format json'],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  format = Option.String('--format', 'text', { description: 'text or json' });
  trust = Option.String('--trust', { description: 'The trust file' });

  protected async run(): Promise<number> {
    if (this.format !== 'text' && this.format !== 'json') {
      throw new RootsweepError('USAGE', `--format takes "text" or "json", not "${this.format}"`, {
        hint: 'for example: rootsweep show PLAN --format json',
      });
    }
    // The same to the end, errors included.
    this.json ||= this.format === 'json';
    const { readEnvelope, verifyTrust } = await import('./inputs.js');
    const { parsePlan } = await import('../files/plan.js');
    const { digestBody } = await import('../core/envelope.js');
    const { describeValidity, renderPlan } = await import('../views/plan-text.js');
    const { listSigners } = await import('../views/signers.js');
    const envelope = await readEnvelope(this.resolvePath(this.plan), this.plan);
    const signers =
      this.trust === undefined
        ? undefined
        : (
            await verifyTrust(
              envelope,
              this.plan,
              this.trust,
              this.resolvePath,
              this.context,
              this.context.clock.now(),
            )
          ).signers;
    const plan = parsePlan(envelope.body, this.plan);
    const digest = digestBody(envelope.body);
    if (this.json) {
      this.printJson('plan', { digest, signers: signers ?? null, plan });
      return 0;
    }
    this.print([
      ...renderPlan(plan),
      [],
      [
        `Planned by ${plan.plannedBy} at ${plan.created} with policy "${plan.policy.path}"; ${describeValidity(plan)}.`,
      ],
      [`Digest sha256:${digest}`],
      [
        signers === undefined
          ? 'Signatures were not checked; pass --trust, or run: rootsweep verify'
          : `Signed by ${listSigners(signers)}.`,
      ],
    ]);
    return 0;
  }
}
