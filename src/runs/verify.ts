/** `verify`: checks a plan or a receipt without calling AWS. */
import { commandLine } from '../core/base/command-line.js';
import { createRedact, knownOfPlan } from '../core/cli/redact.js';
import { type BasePolicy, checkLoosened } from '../core/plan/base-policy.js';
import { checkApplicable, type PolicyFile } from '../core/plan/guard.js';
import { isActionEntry, type Plan } from '../core/plan/plan.js';
import { judgePlan } from '../core/plan/verdict.js';
import { decodeEnvelope, namedKind } from '../core/signing/envelope.js';
import { RootsweepError } from '../errors.js';
import { readFileBytes } from '../files/io/text-file.js';
import { JOURNAL_LIMITS } from '../files/journal/journal-storage.js';
import { PLAN_LIMITS, parsePlan } from '../files/plan/plan.js';
import { emitReceipt, parseReceipt } from '../files/plan/receipt.js';
import { readReceipt } from '../files/plan/receipt-source.js';
import { readPolicyAt } from '../files/policy/base-policy.js';
import { createRunVerifier } from '../signing/run.js';
import { requireSignatures, verifyReceiptSignatures } from '../signing/trust.js';
import type { Host } from './host.js';
import { readTrust, type TrustFlags, trustWords, type VerifiedPlan, verifyPlanBytes } from './inputs.js';
import { VERIFY_FORMATS, type Verification, type VerifyFormat } from './verify-formats.js';

const LIMITS = { ...PLAN_LIMITS, what: 'plan or receipt' };

export interface VerifyFlags extends TrustFlags {
  readonly file: string;
  readonly policy: string | undefined;
  readonly base: string | undefined;
  readonly journal: string | undefined;
  readonly redact: boolean;
}

export async function runVerify(flags: VerifyFlags, format: VerifyFormat, host: Host): Promise<number> {
  const { file, redact: redacted } = flags;
  if (redacted) host.mask = createRedact();
  const outcome = await verify(flags, host).catch(refuse);
  const { mask } = host;
  if (outcome.kind === 'refused' && outcome.verdict !== undefined)
    host.errorFacts = { verdict: mask(outcome.verdict) };
  host.print(await VERIFY_FORMATS[format]({ file, redacted, mask, outcome }));
  if (outcome.kind === 'refused') throw outcome.error;
  if (outcome.kind === 'plan' && format === 'text' && outcome.plan.accounts.some(isActionEntry)) {
    const policy = ['--policy', flags.policy] as const;
    host.tellNext(`run: ${commandLine('rootsweep', 'apply', { file }, policy, ...trustWords(flags))}`);
  }
  return 0;
}

function refuse(error: unknown): Verification {
  if (error instanceof RootsweepError) return { kind: 'refused', error };
  throw error;
}

async function verify(flags: VerifyFlags, host: Host): Promise<Verification> {
  const bytes = await readFileBytes(host.resolvePath(flags.file), LIMITS);
  return namedKind(bytes) === 'receipt'
    ? verifyAsReceipt(bytes, flags, host)
    : verifyAsPlan(bytes, flags, host);
}

async function verifyAsPlan(bytes: Buffer, flags: VerifyFlags, host: Host): Promise<Verification> {
  const { file } = flags;
  /** Once it is known to be as it was signed and in force, but perhaps not signed by all. */
  let verified: VerifiedPlan | undefined;
  const judge = (error?: RootsweepError) =>
    judgePlan(error, {
      plan: verified?.plan,
      signatures: verified?.signatures,
      policyChecked: true,
      now: host.context.clock.now(),
    });
  try {
    // What is no plan is told so, before anything that a plan needs.
    decodeEnvelope(bytes, file);
    verified = await openPlan(bytes, flags, host);
    const { plan, digest, signatures, policyFile, trustFile } = verified;
    const base = await checkBase(plan, policyFile, flags, host);
    checkApplicable(plan);
    requireSignatures(signatures, file);
    const { signers } = signatures;
    return { kind: 'plan', verdict: judge(), plan, digest, signers, trustFile, base };
  } catch (error) {
    if (!(error instanceof RootsweepError)) throw error;
    return { kind: 'refused', error, verdict: judge(error), plan: verified?.plan };
  }
}

async function openPlan(bytes: Buffer, flags: VerifyFlags, host: Host): Promise<VerifiedPlan> {
  const { file, policy, trust, confirmTrust } = flags;
  if (flags.journal !== undefined) throw misplaced('--journal is for receipts', file, 'plan');
  if (policy === undefined) {
    throw new RootsweepError('USAGE', `"rootsweep verify" needs --policy, because "${file}" is a plan`, {
      hint: `run: ${commandLine('rootsweep', 'verify', { file }, ['--policy', 'POLICY'])}`,
    });
  }
  const { context } = host;
  try {
    const paths = { plan: file, policy, trust, confirmTrust };
    return await verifyPlanBytes(bytes, paths, context, context.clock.now());
  } finally {
    // Also where the plan is refused: the sentence may name what is in it.
    if (flags.redact) maskValuesOf(bytes, file, host);
  }
}

function maskValuesOf(bytes: Buffer, file: string, host: Host): void {
  const { body } = decodeEnvelope(bytes, file);
  try {
    host.mask = createRedact(knownOfPlan(parsePlan(body, file)));
  } catch (error) {
    // What cannot be parsed holds no values that an error could name.
    if (!(error instanceof RootsweepError)) throw error;
  }
}

/** The base comes from git itself: what the plan says of it is the word of whoever signed. */
async function checkBase(
  plan: Plan,
  { path, policy }: PolicyFile,
  { base: ref, file }: VerifyFlags,
  { context, resolvePath }: Host,
): Promise<BasePolicy | undefined> {
  if (ref === undefined) return undefined;
  if (plan.kind !== 'sweep') throw misplaced('--base is for sweeps', file, `plan of kind "${plan.kind}"`);
  const base = await readPolicyAt(resolvePath(path), ref, context.env);
  checkLoosened(plan, base, policy);
  return base;
}

/** In this order: signatures on bytes, then the receipt, then the journal, which must yield the same bytes. */
async function verifyAsReceipt(bytes: Buffer, flags: VerifyFlags, host: Host): Promise<Verification> {
  const { file, journal } = flags;
  if (flags.policy !== undefined) throw misplaced('--policy is for plans', file, 'receipt');
  if (flags.base !== undefined) throw misplaced('--base is for plans', file, 'receipt');
  const envelope = decodeEnvelope(bytes, file, 'receipt');
  const { trust, trustFile } = await readTrust(flags, file, host.context);
  const now = host.context.clock.now();
  const signers = verifyReceiptSignatures(envelope, trust, { receipt: file, trust: trustFile.path }, now);
  const receipt = parseReceipt(envelope.body, file);
  if (journal !== undefined) {
    const lines = await readFileBytes(host.resolvePath(journal), JOURNAL_LIMITS);
    const verifyRun = createRunVerifier(trust, trustFile.path, now);
    if (!emitReceipt(readReceipt(lines, journal, verifyRun)).equals(envelope.body)) {
      throw new RootsweepError('RECEIPT_MISMATCH', `"${file}" is not the receipt that "${journal}" yields`, {
        hint: 'a journal grows with every run of apply; was another run started after the receipt?',
      });
    }
  }
  return { kind: 'receipt', receipt, signers, trustFile, journal };
}

function misplaced(rule: string, file: string, kind: string): RootsweepError {
  return new RootsweepError('USAGE', `${rule}, and "${file}" is a ${kind}`, {
    hint: 'see: rootsweep verify --help',
  });
}
