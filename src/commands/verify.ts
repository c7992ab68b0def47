import { Command, Option } from 'clipanion';
import { RootsweepCommand } from './command.js';

export class VerifyCommand extends RootsweepCommand {
  static override paths = [['verify']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Check a plan without calling AWS: signatures, threshold, schema, expiry, policy',
    details: 'Exit code 0: it could be applied; 3: findings stop it; 4: refused.',
    examples: [
      ['In CI', 'rootsweep verify prod.plan.yaml --policy policy.yaml --trust trust.yaml'],
      [
        'With the trust file of the configuration folder',
        'rootsweep verify prod.plan.yaml --policy policy.yaml',
      ],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  trust = Option.String('--trust', {
    description: 'The trust file; else ROOTSWEEP_TRUST, else the one in the configuration folder',
  });

  protected async run(): Promise<number> {
    const { openVerifiedPlan } = await import('./inputs.js');
    const { checkApplicable } = await import('../core/guard.js');
    const { plan, digest, signers } = await openVerifiedPlan(
      { plan: this.plan, policy: this.policy, trust: this.trust },
      this.resolvePath,
      this.context,
      this.context.clock.now(),
    );
    checkApplicable(plan);
    if (this.json) {
      this.printJson('plan-verified', {
        id: plan.id,
        digest,
        signers,
        expires: plan.expires,
        totals: plan.totals,
      });
      return 0;
    }
    this.print([
      [`"${this.plan}" is good until ${plan.expires}.`],
      [`Signed by ${signers.map(({ name }) => `"${name}"`).join(', ')}; digest sha256:${digest}`],
    ]);
    return 0;
  }
}
