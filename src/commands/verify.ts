import { Command, Option } from 'clipanion';
import type { BasePolicy } from '../core/base-policy.js';
import type { PolicyFile } from '../core/guard.js';
import type { Plan, PlanHeader } from '../core/plan.js';
import type { RemedyPlan } from '../core/remedy.js';
import type { Signer } from '../core/trust.js';
import { RootsweepError } from '../errors.js';
import type { Verdict } from '../views/junit.js';
import { RootsweepCommand } from './command.js';
import { chooseFormat } from './format.js';
import type { VerifiedPlan } from './inputs.js';

const FORMATS = ['text', 'json', 'junit'] as const;

export class VerifyCommand extends RootsweepCommand {
  static override paths = [['verify']];
  static override choices = { '--format': FORMATS };
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description:
      'Check a plan or a receipt without calling AWS: signatures, schema; of a plan threshold, expiry, policy',
    details: `
      Exit code 0: the plan can be applied once any wait is over, the receipt is as it was signed;
      3: findings stop the plan; 4: refused;
      7: good so far, but signatures of approvers or witnesses are missing.
    `,
    examples: [
      ['In CI', 'rootsweep verify prod.plan.yaml --policy policy.yaml --trust trust.yaml'],
      [
        'In CI, and that it shows how the policy is looser than in the main branch',
        'rootsweep verify prod.plan.yaml --policy policy.yaml --trust trust.yaml --base origin/main',
      ],
      [
        'With the trust file of the configuration folder',
        'rootsweep verify prod.plan.yaml --policy policy.yaml',
      ],
      [
        'With a report that CI systems show as test results',
        'rootsweep verify prod.plan.yaml --policy policy.yaml --format junit > rootsweep.xml',
      ],
      [
        'A receipt, and that it is what the journal yields',
        'rootsweep verify prod.receipt.yaml --journal prod.plan.0a1b2c3d4e5f.journal.jsonl',
      ],
    ],
  });

  file = Option.String({ name: 'FILE' });
  policy = Option.String('--policy', { description: 'The policy file: needed for a plan' });
  base = Option.String('--base', {
    description: 'Of a plan: it must show how the policy is looser than in this commit',
  });
  journal = Option.String('--journal', { description: 'Of a receipt: the journal that must yield it' });
  format = Option.String('--format', { description: 'text, json or junit' });
  trust = Option.String('--trust', {
    description: 'The trust file; else ROOTSWEEP_TRUST, else the one in the configuration folder',
  });

  /** The plan, once it is known to be as it was signed and in force. */
  private checked: Plan | undefined;

  protected async run(): Promise<number> {
    if (this.chooseFormat() !== 'junit') return this.verify();
    const { renderJunit } = await import('../views/junit.js');
    const report = (verdict: Verdict) => this.context.stdout.write(renderJunit(this.file, verdict));
    try {
      const code = await this.verify();
      report({ kind: 'good' });
      return code;
    } catch (error) {
      if (error instanceof RootsweepError) {
        const blocked = error.code === 'PLAN_BLOCKED' ? this.checked : undefined;
        report(blocked === undefined ? { kind: 'refused', error } : { kind: 'blocked', plan: blocked });
      }
      throw error;
    }
  }

  private async verify(): Promise<number> {
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

  private chooseFormat(): (typeof FORMATS)[number] {
    const { format: named, json } = this;
    const example = 'rootsweep verify PLAN --policy POLICY --format junit';
    const format = chooseFormat({ formats: FORMATS, named, usual: 'text', json, example });
    // The same to the end, errors included.
    this.json ||= format === 'json';
    return format;
  }

  private async verifyPlan(bytes: Buffer): Promise<number> {
    const { isOfRemedies, verifyPlanBytes } = await import('./inputs.js');
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
    const verified = await verifyPlanBytes(
      bytes,
      { plan: this.file, policy: this.policy, trust: this.trust },
      this.resolvePath,
      this.context,
      this.context.clock.now(),
    );
    if (isOfRemedies(verified)) return this.reportRemedies(verified);
    return this.reportPlan(verified);
  }

  private async reportPlan({ plan, digest, signatures, policyFile }: VerifiedPlan): Promise<number> {
    const { checkApplicable } = await import('../core/guard.js');
    const { requireSignatures } = await import('../signing/trust.js');
    const { signers } = signatures;
    const base = await this.checkBase(plan, policyFile);
    this.checked = plan;
    checkApplicable(plan);
    requireSignatures(signatures, this.file);
    if (this.format === 'junit') return 0;
    if (this.json) {
      this.printJson('plan-verified', {
        id: plan.id,
        digest,
        signers,
        ...(plan.notBefore === undefined ? {} : { notBefore: plan.notBefore }),
        expires: plan.expires,
        totals: plan.totals,
        ...(base === undefined ? {} : { base: { ref: base.ref, commit: base.commit, sha256: base.sha256 } }),
      });
      return 0;
    }
    await this.tellGood(plan, digest, signers);
    if (base !== undefined) {
      this.print([
        [`It shows how its policy is looser than in "${base.ref}" (commit ${base.commit}), if it is.`],
      ]);
    }
    if (plan.totals.decisions.delete > 0) await this.tellApply();
    return 0;
  }

  private async reportRemedies({ plan, digest, signatures }: VerifiedPlan<RemedyPlan>): Promise<number> {
    const { requireSignatures } = await import('../signing/trust.js');
    const { signers } = signatures;
    if (this.base !== undefined)
      throw misplaced('--base is for plans that delete', this.file, 'plan of remedies');
    requireSignatures(signatures, this.file);
    if (this.format === 'junit') return 0;
    if (this.json) {
      const { id, remedy, expires } = plan;
      const accounts = plan.accounts.map((entry) => entry.id);
      this.printJson('plan-verified', { id, digest, signers, expires, remedy, accounts });
      return 0;
    }
    await this.tellGood(plan, digest, signers);
    await this.tellApply();
    return 0;
  }

  private async tellGood(
    plan: Pick<PlanHeader, 'notBefore' | 'expires'>,
    digest: string,
    signers: readonly Signer[],
  ): Promise<void> {
    const { listSigners } = await import('../views/signers.js');
    const { describeValidity } = await import('../views/plan-text.js');
    this.print([
      [`"${this.file}" is ${describeValidity(plan)}.`],
      [`Signed by ${listSigners(signers)}; digest sha256:${digest}`],
    ]);
  }

  private async tellApply(): Promise<void> {
    const { commandLine } = await import('../core/command-line.js');
    const files = [['--policy', this.policy] as const, ['--trust', this.trust] as const];
    this.tellNext(`run: ${commandLine('rootsweep', 'apply', this.file, ...files)}`);
  }

  /** The base comes from git itself: what the plan says of it is the word of whoever signed. */
  private async checkBase(plan: Plan, { path, policy }: PolicyFile): Promise<BasePolicy | undefined> {
    if (this.base === undefined) return undefined;
    const { readPolicyAt } = await import('../files/base-policy.js');
    const { checkLoosened } = await import('../core/base-policy.js');
    const base = await readPolicyAt(this.resolvePath(path), this.base, this.context.env);
    checkLoosened(plan, base, policy);
    return base;
  }

  private async verifyReceipt(bytes: Buffer): Promise<number> {
    const { listNames } = await import('../views/signers.js');
    const { verifyReceipt } = await import('./receipt-inputs.js');
    if (this.policy !== undefined) throw misplaced('--policy is for plans', this.file, 'receipt');
    if (this.base !== undefined) throw misplaced('--base is for plans', this.file, 'receipt');
    const { receipt, signers } = await verifyReceipt(
      bytes,
      { receipt: this.file, trust: this.trust, journal: this.journal },
      this.resolvePath,
      this.context,
    );
    const { plan, journal, totals } = receipt;
    if (this.format === 'junit') return 0;
    if (this.json) {
      const journalMatches = this.journal === undefined ? null : true;
      this.printJson('receipt-verified', { plan, signers, journal, journalMatches, totals });
      return 0;
    }
    this.print([
      [`"${this.file}" is as it was signed by ${listNames(signers)}.`],
      [
        this.journal === undefined
          ? `It was not compared with a journal; pass --journal to compare it with the one of digest sha256:${journal.sha256}`
          : `It is what "${this.journal}" yields; digest sha256:${journal.sha256}`,
      ],
    ]);
    return 0;
  }
}

function misplaced(
  rule: string,
  file: string,
  kind: 'plan' | 'plan of remedies' | 'receipt',
): RootsweepError {
  return new RootsweepError('USAGE', `${rule}, and "${file}" is a ${kind}`, {
    hint: 'see: rootsweep verify --help',
  });
}
