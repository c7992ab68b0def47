/** Whose word counts (promise 2): which of a file's signatures are by keys that the trust file holds. */
import {
  type DocumentKind,
  type Envelope,
  encodePae,
  NAMESPACES,
  PAYLOAD_TYPES,
  type Purpose,
} from '../core/envelope.js';
import { quoteVisibly } from '../core/text.js';
import { hasEnded, ROLES, type Role, recountSigners, type Signer, type Trust } from '../core/trust.js';
import { RootsweepError } from '../errors.js';

/** A trusted key's signature fits the bytes. */
interface Fitting {
  readonly name: string;
  readonly keyid: string;
  readonly until?: string;
  readonly purpose: Purpose;
  /** Why it does not count all the same, as a clause. */
  readonly flaw?: string;
}

interface Files {
  readonly signed: string;
  readonly trust: string;
}

/**
 * Verifies the signatures of a plan.
 * @returns the signers, as many different keys as the trust file demands.
 * @throws RootsweepError PLAN_SIGNATURE_INVALID where a trusted key's signature does not fit the bytes;
 *   PLAN_SIGNATURE_UNTRUSTED where no signature is by a trusted key; PLAN_SIGNATURES_TOO_FEW below the threshold.
 */
export function verifySignatures(
  envelope: Envelope,
  trust: Trust,
  files: { readonly plan: string; readonly trust: string },
  now: Date,
): Signer[] {
  const fitting = findFitting('plan', envelope, trust, { signed: files.plan, trust: files.trust }, now);
  const signers = new Map<string, Signer>();
  for (const { flaw, purpose, ...signer } of fitting) {
    if (flaw === undefined && purpose !== 'receipt')
      signers.set(`${signer.keyid} ${purpose}`, { ...signer, role: purpose });
  }
  const missing = recountSigners(trust.threshold, [...signers.values()], now);
  if (missing.any + missing.planner + missing.approver > 0) {
    const flaws = fitting.flatMap(({ flaw }) => (flaw === undefined ? [] : [`; ${flaw}`]));
    throw new RootsweepError(
      'PLAN_SIGNATURES_TOO_FEW',
      `"${files.plan}" ${describeShortfall(trust.threshold, missing, [...signers.values()], files.trust)}${flaws.join('')}`,
      {
        hint: `have another holder of a key in "${files.trust}" sign: rootsweep approve ${files.plan} --key KEY`,
      },
    );
  }
  return [...signers.values()];
}

/**
 * Verifies the signatures of a receipt. One by a trusted key is enough: thresholds are about what may be done.
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
  const signers = new Map(
    fitting
      .filter(({ flaw }) => flaw === undefined)
      .map(({ name, keyid }) => [keyid, { name, keyid }] as const),
  );
  if (signers.size === 0) throw untrusted('receipt', named, fitting);
  return [...signers.values()];
}

const TOLD = {
  plan: { code: 'PLAN', hint: 'plan again; a signed plan is never edited' },
  receipt: { code: 'RECEIPT', hint: 'write the receipt again; a signed receipt is never edited' },
} as const;

/** All that fits, in the order of the file; at least one. */
function findFitting(
  kind: DocumentKind,
  { body, signatures }: Envelope,
  trust: Trust,
  files: Files,
  now: Date,
): Fitting[] {
  const keys = new Map(trust.keys.map((trusted) => [trusted.key.keyid, trusted]));
  const { code, hint } = TOLD[kind];
  const messages = new Map<Purpose, Buffer>();
  const messageFor = (purpose: Purpose) => {
    const message = messages.get(purpose) ?? encodePae(PAYLOAD_TYPES[purpose], body);
    messages.set(purpose, message);
    return message;
  };
  const fitting: Fitting[] = [];
  const seen = new Set<string>();
  for (const { keyid, purpose, algorithm, signature } of signatures) {
    const trusted = keys.get(keyid);
    if (trusted === undefined) continue;
    // Each is verified over the whole body: a good one that is repeated a million times is verified once (promise 15).
    const whole = `${keyid} ${purpose} ${algorithm} ${signature}`;
    if (seen.has(whole)) continue;
    seen.add(whole);
    const { name, key, roles, until } = trusted;
    if (algorithm !== key.algorithm) {
      throw new RootsweepError(
        `${code}_SIGNATURE_INVALID`,
        `the signature of ${quoteVisibly(name)} on "${files.signed}" is of the kind "${algorithm}", and its key in "${files.trust}" makes "${key.algorithm}"`,
        { hint },
      );
    }
    if (!key.verify(messageFor(purpose), Buffer.from(signature, 'base64'), NAMESPACES[purpose])) {
      throw new RootsweepError(
        `${code}_SIGNATURE_INVALID`,
        `the signature of ${quoteVisibly(name)} does not fit "${files.signed}": the ${kind} was changed after it was signed, or the signature is of something else`,
        { hint },
      );
    }
    const flaw = hasEnded(trusted, now)
      ? `the key of ${quoteVisibly(name)} ended on ${until}`
      : purpose !== 'receipt' && !roles.includes(purpose)
        ? `${quoteVisibly(name)} signed as ${purpose}, and may not`
        : undefined;
    fitting.push({
      name,
      keyid,
      purpose,
      ...(until === undefined ? {} : { until }),
      ...(flaw === undefined ? {} : { flaw }),
    });
  }
  if (fitting.length === 0) throw untrusted(kind, files, []);
  return fitting;
}

function untrusted(kind: DocumentKind, files: Files, fitting: readonly Fitting[]): RootsweepError {
  const flaws = fitting.flatMap(({ flaw }) => (flaw === undefined ? [] : [`; ${flaw}`]));
  return new RootsweepError(
    `${TOLD[kind].code}_SIGNATURE_UNTRUSTED`,
    `"${files.signed}" is signed by no key that "${files.trust}" trusts${flaws.join('')}`,
    {
      hint: 'if the signer is to be trusted, add the line that "rootsweep keygen" printed for that key to the trust file',
    },
  );
}

function describeShortfall(
  threshold: Trust['threshold'],
  missing: Readonly<Record<Role | 'any', number>>,
  signers: readonly Signer[],
  trustFile: string,
): string {
  if (typeof threshold === 'number') {
    return `carries ${threshold - missing.any} of the ${threshold} trusted signatures that "${trustFile}" demands`;
  }
  const lacks = ROLES.filter((role) => missing[role] > 0).map(
    (role) => `${missing[role]} ${role}${missing[role] === 1 ? '' : 's'}`,
  );
  const by = signers.map(({ name, role }) => `${quoteVisibly(name)} (${role})`).join(', ');
  return `lacks ${lacks.join(' and ')} of those that "${trustFile}" demands, one key counting once; it is signed by ${by === '' ? 'none' : by}`;
}
