/** Which signatures of a file count (promise 2): those by keys of the trust file, in a role that it assigns to them. */
import { commandLine } from '../core/base/command-line.js';
import { quoteVisibly } from '../core/base/text.js';
import { hasEnded } from '../core/base/time.js';
import {
  type Claim,
  type DocumentKind,
  type Envelope,
  encodePae,
  NAMESPACES,
  payloadType,
  type Signature,
} from '../core/signing/envelope.js';
import type { PublicKey } from '../core/signing/key.js';
import {
  countMissing,
  isEnough,
  PLAN_ROLES,
  type PlanRole,
  type Role,
  type RoleCounts,
  type Signer,
  type Trust,
  type TrustedKey,
} from '../core/signing/trust.js';
import { RootsweepError } from '../errors.js';

/** A valid signature by a trusted key. */
interface Fitting {
  readonly signature: Signature;
  readonly trusted: TrustedKey;
  /** Why it does not count nevertheless, as a clause. */
  readonly flaw?: string;
}

interface Files {
  readonly signed: string;
  readonly trust: string;
}

/** The evaluated signatures of a plan. */
export interface Signatures {
  /** The signers that count. */
  readonly signers: readonly Signer[];
  readonly threshold: RoleCounts;
  /** The signatures still missing for the threshold. */
  readonly missing: RoleCounts;
  /** A role whose threshold the trusted keys cannot reach; absent if there is none. */
  readonly unreachable?: PlanRole;
  /** Why some signatures by trusted keys do not count, as clauses. */
  readonly flaws: readonly string[];
}

/**
 * Verifies the signatures of a plan. Missing approvers or witnesses are left to the caller (`requireSignatures`), so
 * that other problems of the plan are reported first.
 * @throws RootsweepError PLAN_SIGNATURE_INVALID if a trusted key's signature does not match the bytes or a key signed
 * twice in one role; PLAN_SIGNATURE_UNTRUSTED if no trusted planner signed.
 */
export function verifySignatures(
  envelope: Envelope,
  trust: Trust,
  files: { readonly plan: string; readonly trust: string },
  now: Date,
): Signatures {
  const named = { signed: files.plan, trust: files.trust };
  const fitting = findFitting('plan', envelope, trust, named, now);
  const signers = fitting.filter(({ flaw }) => flaw === undefined).map(toSigner);
  const flaws = fitting.flatMap(({ flaw }) => flaw ?? []);
  const missing = countMissing(trust.threshold, signers);
  if (missing.planner > 0) throw untrusted('plan', named, flaws);
  const unreachable = findUnreachable(trust, now);
  return {
    signers,
    threshold: trust.threshold,
    missing,
    ...(unreachable === undefined ? {} : { unreachable }),
    flaws,
  };
}

/** Finds a role whose threshold is out of reach even if all keys sign. */
function findUnreachable({ threshold, keys }: Trust, now: Date): PlanRole | undefined {
  const all = keys
    .filter((trusted) => !hasEnded(trusted, now))
    .flatMap(({ name, key: { keyid }, roles }) =>
      PLAN_ROLES.filter((role) => roles.includes(role)).map((role) => ({ name, keyid, role })),
    );
  const missing = countMissing(threshold, all);
  return PLAN_ROLES.find((role) => missing[role] > 0);
}

/**
 * @param digest of the plan, in hex.
 * @throws RootsweepError PLAN_REVOKED
 */
export function refuseRevoked(
  { revoked }: Trust,
  digest: string,
  files: { readonly plan: string; readonly trust: string },
): void {
  const found = revoked.find(({ plan }) => plan === digest);
  if (found === undefined) return;
  throw new RootsweepError(
    'PLAN_REVOKED',
    `"${files.plan}" is revoked by "${files.trust}": ${quoteVisibly(found.reason)}`,
    { hint: 'plan again; a revoked plan is never applied' },
  );
}

/**
 * The command that adds the next missing signature; undefined if none is missing.
 * @param policy the policy path as the user gave it, if they did.
 */
export function findMissingStep(
  { missing, unreachable }: Pick<Signatures, 'missing' | 'unreachable'>,
  plan: string,
  policy = 'POLICY',
): string | undefined {
  if (isEnough(missing)) return undefined;
  if (unreachable !== undefined)
    return `the trust file holds too few keys that may sign as ${unreachable}; add one: ${addCommand(unreachable)}`;
  return missing.approver > 0
    ? `have an approver sign: ${commandLine('rootsweep', 'approve', { file: plan }, ['--key', 'KEY'])}`
    : `have a witness sign: ${commandLine('rootsweep', 'witness', { file: plan }, ['--policy', policy], ['--key', 'KEY'])}`;
}

/** @throws RootsweepError PLAN_SIGNATURES_TOO_FEW below the threshold. */
export function requireSignatures(signatures: Signatures, plan: string): void {
  const { signers, missing, flaws } = signatures;
  const hint = findMissingStep(signatures, plan);
  if (hint === undefined) return;
  const needed = PLAN_ROLES.filter((role) => missing[role] > 0).map(
    (role) => `${missing[role]} more ${role} signature${missing[role] === 1 ? '' : 's'}`,
  );
  const signed = signers.map(({ name, role }) => `${quoteVisibly(name)} (${role})`).join(', ');
  throw new RootsweepError(
    'PLAN_SIGNATURES_TOO_FEW',
    `"${plan}" needs ${needed.join(' and ')}; signed so far: ${signed}${flaws.map((flaw) => `; ${flaw}`).join('')}`,
    { hint },
  );
}

/**
 * Verifies the signatures of a receipt. One trusted operator is enough: thresholds apply to permissions only.
 * @throws RootsweepError RECEIPT_SIGNATURE_INVALID, RECEIPT_SIGNATURE_UNTRUSTED.
 */
export function verifyReceiptSignatures(
  envelope: Envelope,
  trust: Trust,
  files: { readonly receipt: string; readonly trust: string },
  now: Date,
): Pick<Signer, 'name' | 'keyid'>[] {
  const named = { signed: files.receipt, trust: files.trust };
  const fitting = findFitting('receipt', envelope, trust, named, now);
  const counting = fitting.filter(({ flaw }) => flaw === undefined);
  if (counting.length === 0) {
    throw untrusted(
      'receipt',
      named,
      fitting.flatMap(({ flaw }) => flaw ?? []),
    );
  }
  return counting.map(({ trusted: { name, key } }) => ({ name, keyid: key.keyid }));
}

/**
 * Checks that a key may sign in a role today.
 * @throws RootsweepError KEY_NOT_TRUSTED, so that no signature is made that would not count.
 */
export function requireRole(
  trust: Trust,
  { keyid }: PublicKey,
  role: Role,
  { trustFile, now }: { readonly trustFile: string; readonly now: Date },
): TrustedKey {
  const trusted = trust.keys.find(({ key }) => key.keyid === keyid);
  if (trusted?.roles.includes(role) === true) {
    if (!hasEnded(trusted, now)) return trusted;
    throw new RootsweepError(
      'KEY_NOT_TRUSTED',
      `the key of ${quoteVisibly(trusted.name)} ended on ${trusted.until}, so its signature would not count`,
      { hint: `use another key that "${trustFile}" trusts, or set a later "until" for this one there` },
    );
  }
  const reason =
    trusted === undefined
      ? `"${trustFile}" does not hold this key`
      : `"${trustFile}" does not let ${quoteVisibly(trusted.name)} sign as ${role}`;
  throw new RootsweepError('KEY_NOT_TRUSTED', `${reason}, so its signature would not count`, {
    hint: `if it is to be trusted, run: ${addCommand(role)}`,
  });
}

/** The command that adds a key with this role to the trusted signers. */
export function addCommand(role: Role): string {
  return commandLine('rootsweep', 'trust', 'add', ['--from', 'KEY'], ['--name', 'NAME'], ['--role', role]);
}

const WORDS = {
  plan: { code: 'PLAN', hint: 'plan again; a signed plan is never edited', signer: ['a', 'planner'] },
  receipt: {
    code: 'RECEIPT',
    hint: 'write the receipt again; a signed receipt is never edited',
    signer: ['an', 'operator'],
  },
} as const;

function toSigner({ signature, trusted: { name, until } }: Fitting): Signer {
  const { keyid, role } = signature;
  if (role === 'operator') throw new Error('no plan has a signature of an operator');
  return {
    name,
    keyid,
    role,
    ...('at' in signature ? { at: signature.at } : {}),
    ...(until === undefined ? {} : { until }),
  };
}

/** All valid signatures by trusted keys, in file order. */
function findFitting(
  kind: DocumentKind,
  { body, signatures }: Envelope,
  trust: Trust,
  files: Files,
  now: Date,
): Fitting[] {
  const keys = new Map(trust.keys.map((trusted) => [trusted.key.keyid, trusted]));
  const trusted = signatures.flatMap((signature) => {
    const by = keys.get(signature.keyid);
    return by === undefined ? [] : [{ signature, by }];
  });
  // Before verifying: anyone can append copies, and each costs hashing the whole body.
  refuseRepeated(
    kind,
    trusted.map(({ signature }) => signature),
    files,
  );
  return trusted.map(({ signature, by }) => {
    requireFit(kind, body, signature, by, files);
    const flaw = findFlaw(signature, by, now);
    return { signature, trusted: by, ...(flaw === undefined ? {} : { flaw }) };
  });
}

function refuseRepeated(kind: DocumentKind, signatures: readonly Signature[], { signed }: Files): void {
  const seen = new Set<string>();
  for (const { keyid, role } of signatures) {
    if (seen.has(`${keyid} ${role}`)) {
      const { code, hint } = WORDS[kind];
      throw new RootsweepError(
        `${code}_SIGNATURE_INVALID`,
        `"${signed}" has two signatures by the same key as ${role}`,
        { hint },
      );
    }
    seen.add(`${keyid} ${role}`);
  }
}

function requireFit(
  kind: DocumentKind,
  body: Buffer,
  { algorithm, signature, keyid: _, ...claim }: Signature,
  { name, key }: TrustedKey,
  files: Files,
): void {
  const { code, hint } = WORDS[kind];
  if (algorithm !== key.algorithm) {
    throw new RootsweepError(
      `${code}_SIGNATURE_INVALID`,
      `the signature of ${quoteVisibly(name)} on "${files.signed}" is of the kind "${algorithm}", and its key in "${files.trust}" makes "${key.algorithm}"`,
      { hint },
    );
  }
  const message = encodePae(payloadType(claim as Claim), body);
  if (key.verify(message, Buffer.from(signature, 'base64'), NAMESPACES[claim.role])) return;
  throw new RootsweepError(
    `${code}_SIGNATURE_INVALID`,
    `the signature of ${quoteVisibly(name)} does not fit "${files.signed}": the ${kind} was changed after it was signed, or the signature is of something else`,
    { hint },
  );
}

function findFlaw({ role }: Signature, trusted: TrustedKey, now: Date): string | undefined {
  const name = quoteVisibly(trusted.name);
  if (hasEnded(trusted, now)) return `the key of ${name} ended on ${trusted.until}`;
  return trusted.roles.includes(role) ? undefined : `${name} may not sign as ${role}`;
}

function untrusted(kind: DocumentKind, files: Files, flaws: readonly string[]): RootsweepError {
  const [article, role] = WORDS[kind].signer;
  return new RootsweepError(
    `${WORDS[kind].code}_SIGNATURE_UNTRUSTED`,
    `"${files.signed}" has no signature by ${article} ${role} that "${files.trust}" trusts${flaws.map((flaw) => `; ${flaw}`).join('')}`,
    {
      hint: `if the signer is to be trusted, run: ${addCommand(role)}`,
    },
  );
}
