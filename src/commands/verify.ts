import { Command, Option } from 'clipanion';
import { RootsweepError } from '../errors.js';
import { RootsweepCommand } from './command.js';

export class VerifyCommand extends RootsweepCommand {
  static override paths = [['verify']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description:
      'Check a plan or a receipt without calling AWS: signatures, schema; of a plan threshold, expiry, policy',
    details: `
      Exit code 0: the plan could be applied, the receipt is as it was signed; 3: findings stop the plan; 4: refused.
    `,
    examples: [
      ['In CI', 'rootsweep verify prod.plan.yaml --policy policy.yaml --trust trust.yaml'],
      [
        'With the trust file of the configuration folder',
        'rootsweep verify prod.plan.yaml --policy policy.yaml',
      ],
      [
        'A receipt, and that it is what the journal yields',
        'rootsweep verify prod.receipt.yaml --journal prod.plan.0a1b2c3d4e5f.journal.jsonl',
      ],
    ],
  });

  file = Option.String({ name: 'FILE' });
  policy = Option.String('--policy', { description: 'The policy file: needed for a plan' });
  journal = Option.String('--journal', { description: 'Of a receipt: the journal that must yield it' });
  trust = Option.String('--trust', {
    description: 'The trust file; else ROOTSWEEP_TRUST, else the one in the configuration folder',
  });

  protected async run(): Promise<number> {
    const { readFileBytes } = await import('../files/text-file.js');
    const { PLAN_LIMITS } = await import('../files/plan.js');
    const { decodeEnvelope, namedKind } = await import('../core/envelope.js');
    const bytes = await readFileBytes(this.resolvePath(this.file), {
      ...PLAN_LIMITS,
      what: 'plan or receipt',
    });
    if (namedKind(bytes) === 'receipt') return this.verifyReceipt(bytes);
    // What is no plan is told so, before anything that a plan needs.
    decodeEnvelope(bytes, this.file);
    return this.verifyPlan(bytes);
  }

  private async verifyPlan(bytes: Buffer): Promise<number> {
    const { verifyPlanBytes } = await import('./inputs.js');
    const { checkApplicable } = await import('../core/guard.js');
    if (this.journal !== undefined) throw misplaced('--journal is for receipts', this.file, 'plan');
    if (this.policy === undefined) {
      throw new RootsweepError(
        'USAGE',
        `"rootsweep verify" needs --policy, because "${this.file}" is a plan`,
        {
          hint: `run: rootsweep verify ${this.file} --policy POLICY`,
        },
      );
    }
    const { plan, digest, signers } = await verifyPlanBytes(
      bytes,
      { plan: this.file, policy: this.policy, trust: this.trust },
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
      [`"${this.file}" is good until ${plan.expires}.`],
      [`Signed by ${signers.map(({ name }) => `"${name}"`).join(', ')}; digest sha256:${digest}`],
    ]);
    return 0;
  }

  private async verifyReceipt(bytes: Buffer): Promise<number> {
    const { verifyReceipt } = await import('./receipt-inputs.js');
    if (this.policy !== undefined) throw misplaced('--policy is for plans', this.file, 'receipt');
    const { receipt, signers } = await verifyReceipt(
      bytes,
      { receipt: this.file, trust: this.trust, journal: this.journal },
      this.resolvePath,
      this.context,
    );
    const { plan, journal, totals } = receipt;
    if (this.json) {
      const journalMatches = this.journal === undefined ? null : true;
      this.printJson('receipt-verified', { plan, signers, journal, journalMatches, totals });
      return 0;
    }
    this.print([
      [`"${this.file}" is as it was signed by ${signers.map(({ name }) => `"${name}"`).join(', ')}.`],
      [
        this.journal === undefined
          ? `It was not compared with a journal; pass --journal to compare it with the one of digest sha256:${journal.sha256}`
          : `It is what "${this.journal}" yields; digest sha256:${journal.sha256}`,
      ],
    ]);
    return 0;
  }
}

function misplaced(rule: string, file: string, kind: 'plan' | 'receipt'): RootsweepError {
  return new RootsweepError('USAGE', `${rule}, and "${file}" is a ${kind}`, {
    hint: 'see: rootsweep verify --help',
  });
}
