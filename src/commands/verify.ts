import { Command, Option } from 'clipanion';
import { commandLine } from '../core/base/command-line.js';
import { unreachable } from '../core/base/unreachable.js';
import type { BasePolicy } from '../core/plan/base-policy.js';
import type { PolicyFile } from '../core/plan/guard.js';
import type { Plan, PlanHeader } from '../core/plan/plan.js';
import type { Verdict } from '../core/plan/verdict.js';
import { RootsweepError } from '../errors.js';
import type { VerifiedPlan } from '../runs/inputs.js';
import { trustWords } from '../runs/trust-flags.js';
import type { Signatures } from '../signing/trust.js';
import { REDACT, RootsweepCommand } from './command.js';
import { chooseFormat } from './format.js';
import { withTrust } from './trust-options.js';

const FORMATS = ['text', 'json', 'junit'] as const;

export class VerifyCommand extends withTrust(RootsweepCommand) {
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
      ['In CI', 'rootsweep verify prod.plan.yaml --policy policy.yaml --trust ../trust.yaml'],
      [
        'In CI, and that it shows how the policy is looser than in the main branch',
        'rootsweep verify prod.plan.yaml --policy policy.yaml --trust ../trust.yaml --base origin/main',
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
  redact = Option.Boolean('--redact', false, { description: REDACT });

  /** The plan, once it is known to be as it was signed and in force, but perhaps not signed by all. */
  private checked: VerifiedPlan | undefined;
  private verdict: Verdict | undefined;
  private isPlan = false;

  protected async run(): Promise<number> {
    const format = this.chooseFormat();
    const { createRedact } = await import('../core/cli/redact.js');
    if (this.redact) this.mask = createRedact();
    const report = async (error?: RootsweepError) => {
      switch (format) {
        case 'junit':
          return this.reportJunit(error);
        case 'text':
        case 'json':
          // Said on the way.
          return;
        default:
          unreachable(format);
      }
    };
    try {
      const code = await this.verify();
      await report();
      return code;
    } catch (error) {
      if (error instanceof RootsweepError) {
        if (this.isPlan) this.verdict = await this.judge(error);
        this.errorFacts = this.verdict === undefined ? {} : { verdict: this.mask(this.verdict) };
        await report(error);
      }
      throw error;
    }
  }

  /** What the plan comes to, by the first check that it failed. */
  private async judge(error?: RootsweepError): Promise<Verdict | undefined> {
    const { judgePlan } = await import('../core/plan/verdict.js');
    return judgePlan(error, {
      plan: this.checked?.plan,
      signatures: this.checked?.signatures,
      policyChecked: true,
      now: this.context.clock.now(),
    });
  }

  private async reportJunit(error: RootsweepError | undefined): Promise<void> {
    const { renderJunit } = await import('../views/plan/junit.js');
    const { verdict, checked, file, redact: redacted } = this;
    const report = {
      file,
      redacted,
      ...(verdict === undefined ? {} : { verdict }),
      ...(checked === undefined ? {} : { plan: checked.plan }),
    };
    if (error === undefined) this.context.stdout.write(renderJunit(this.mask(report)));
    else {
      const { code, message, hint, exitCode } = error;
      const said = { code, message, ...(hint === undefined ? {} : { hint }), exitCode };
      this.context.stdout.write(renderJunit(this.mask({ ...report, error: said })));
    }
  }

  private async verify(): Promise<number> {
    const { readFileBytes } = await import('../files/io/text-file.js');
    const { PLAN_LIMITS } = await import('../files/plan/plan.js');
    const { decodeEnvelope, namedKind } = await import('../core/signing/envelope.js');
    const bytes = await readFileBytes(this.resolvePath(this.file), {
      ...PLAN_LIMITS,
      what: 'plan or receipt',
    });
    if (namedKind(bytes) === 'receipt') return this.verifyReceipt(bytes);
    this.isPlan = true;
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
    const { verifyPlanBytes } = await import('../runs/inputs.js');
    if (this.journal !== undefined) throw misplaced('--journal is for receipts', this.file, 'plan');
    if (this.policy === undefined) {
      throw new RootsweepError(
        'USAGE',
        `"rootsweep verify" needs --policy, because "${this.file}" is a plan`,
        {
          hint: `run: ${commandLine('rootsweep', 'verify', { file: this.file }, ['--policy', 'POLICY'])}`,
        },
      );
    }
    const files = {
      plan: this.file,
      policy: this.policy,
      trust: this.trust,
      confirmTrust: this.confirmTrust,
    };
    const { context } = this;
    const now = context.clock.now();
    const verified = await verifyPlanBytes(bytes, files, context, now).catch(async (error) => {
      await this.maskValuesOf(bytes);
      throw error;
    });
    await this.maskValuesOf(bytes);
    this.checked = verified;
    return this.reportPlan(verified);
  }

  /** Also where the plan is refused: the sentence may name what is in it. */
  private async maskValuesOf(file: Buffer): Promise<void> {
    if (!this.redact) return;
    const { createRedact, knownOfPlan } = await import('../core/cli/redact.js');
    const { decodeEnvelope } = await import('../core/signing/envelope.js');
    const { parsePlan } = await import('../files/plan/plan.js');
    const { body } = decodeEnvelope(file, this.file);
    try {
      this.mask = createRedact(knownOfPlan(parsePlan(body, this.file)));
    } catch (error) {
      // What cannot be parsed holds no values that an error could name.
      if (!(error instanceof RootsweepError)) throw error;
    }
  }

  private async reportPlan({
    plan,
    digest,
    signatures,
    policyFile,
    trustFile,
  }: VerifiedPlan): Promise<number> {
    const { checkApplicable } = await import('../core/plan/guard.js');
    const { isActionEntry } = await import('../core/plan/plan.js');
    const { requireSignatures } = await import('../signing/trust.js');
    const signers = this.mask(signatures.signers);
    const base = await this.checkBase(plan, policyFile);
    checkApplicable(plan);
    requireSignatures(signatures, this.file);
    this.verdict = await this.judge();
    if (this.format === 'junit') return 0;
    if (this.json) {
      this.printJson('plan-verified', {
        verdict: this.mask(this.verdict),
        redacted: this.redact,
        id: plan.id,
        kind: plan.kind,
        digest,
        trust: trustFile,
        signers,
        ...(plan.notBefore === undefined ? {} : { notBefore: plan.notBefore }),
        expires: plan.expires,
        totals: plan.totals,
        ...(base === undefined ? {} : { base: { ref: base.ref, commit: base.commit, sha256: base.sha256 } }),
      });
      return 0;
    }
    await this.tellGood(plan, digest, { signers, trustFile });
    if (base !== undefined) {
      this.print([
        [`It shows how its policy is looser than in "${base.ref}" (commit ${base.commit}), if it is.`],
      ]);
    }
    if (plan.accounts.some(isActionEntry)) await this.tellApply();
    return 0;
  }

  private async tellGood(
    plan: Pick<PlanHeader, 'notBefore' | 'expires'>,
    digest: string,
    { signers, trustFile }: Pick<Signatures, 'signers'> & Pick<VerifiedPlan, 'trustFile'>,
  ): Promise<void> {
    const { describeTrust, listSigners } = await import('../views/plan/signers.js');
    const { describeValidity } = await import('../views/plan/plan-text.js');
    this.print([
      [`"${this.file}" is ${describeValidity(plan)}.`],
      [describeTrust(trustFile)],
      [`Signed by ${listSigners(signers)}; digest sha256:${digest}`],
    ]);
  }

  private async tellApply(): Promise<void> {
    const apply = commandLine(
      'rootsweep',
      'apply',
      { file: this.file },
      ['--policy', this.policy],
      ...trustWords(this),
    );
    this.tellNext(`run: ${apply}`);
  }

  /** The base comes from git itself: what the plan says of it is the word of whoever signed. */
  private async checkBase(plan: Plan, { path, policy }: PolicyFile): Promise<BasePolicy | undefined> {
    if (this.base === undefined) return undefined;
    if (plan.kind !== 'sweep')
      throw misplaced('--base is for sweeps', this.file, `plan of kind "${plan.kind}"`);
    const { readPolicyAt } = await import('../files/policy/base-policy.js');
    const { checkLoosened } = await import('../core/plan/base-policy.js');
    const base = await readPolicyAt(this.resolvePath(path), this.base, this.context.env);
    checkLoosened(plan, base, policy);
    return base;
  }

  private async verifyReceipt(bytes: Buffer): Promise<number> {
    const { describeTrust, listNames } = await import('../views/plan/signers.js');
    const { verifyReceipt } = await import('../runs/receipt-inputs.js');
    if (this.policy !== undefined) throw misplaced('--policy is for plans', this.file, 'receipt');
    if (this.base !== undefined) throw misplaced('--base is for plans', this.file, 'receipt');
    const verified = await verifyReceipt(
      bytes,
      { receipt: this.file, trust: this.trust, confirmTrust: this.confirmTrust, journal: this.journal },
      this.context,
    );
    const { trustFile } = verified;
    const signers = this.mask(verified.signers);
    const { plan, journal, totals } = verified.receipt;
    if (this.format === 'junit') return 0;
    if (this.json) {
      const journalMatches = this.journal === undefined ? null : true;
      this.printJson('receipt-verified', {
        plan,
        trust: trustFile,
        signers,
        journal,
        journalMatches,
        totals,
      });
      return 0;
    }
    this.print([
      [`"${this.file}" is as it was signed by ${listNames(signers)}.`],
      [describeTrust(trustFile)],
      [
        this.journal === undefined
          ? `It was not compared with a journal; pass --journal to compare it with the one of digest sha256:${journal.sha256}`
          : `It is what "${this.journal}" yields; digest sha256:${journal.sha256}`,
      ],
    ]);
    return 0;
  }
}

function misplaced(rule: string, file: string, kind: string): RootsweepError {
  return new RootsweepError('USAGE', `${rule}, and "${file}" is a ${kind}`, {
    hint: 'see: rootsweep verify --help',
  });
}
