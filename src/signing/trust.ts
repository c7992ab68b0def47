/** Whose word counts (promise 2): which of a file's signatures are by keys that the trust file holds. */
import { type DocumentKind, type Envelope, encodePae, PAYLOAD_TYPES } from '../core/envelope.js';
import type { Trust } from '../core/trust.js';
import { RootsweepError } from '../errors.js';
import { type PublicKey, parsePublicKey, verifyBytes } from './ed25519.js';

/** A key of the trust file that signed. */
export interface Signer {
  readonly name: string;
  readonly keyid: string;
}

/**
 * Verifies the signatures of a plan.
 * @returns the signers, each key once, at least as many as the trust file demands.
 * @throws RootsweepError TRUST_INVALID for a key that proves nothing; PLAN_SIGNATURE_INVALID where a trusted key's
 *   signature does not fit the bytes; PLAN_SIGNATURE_UNTRUSTED where no signature is by a trusted key;
 *   PLAN_SIGNATURES_TOO_FEW below the threshold.
 */
export function verifySignatures(
  envelope: Envelope,
  trust: Trust,
  files: { readonly plan: string; readonly trust: string },
): Signer[] {
  const signers = findSigners('plan', envelope, trust, { signed: files.plan, trust: files.trust });
  if (signers.length < trust.threshold) {
    throw new RootsweepError(
      'PLAN_SIGNATURES_TOO_FEW',
      `"${files.plan}" carries ${signers.length} of the ${trust.threshold} trusted signatures that "${files.trust}" demands`,
      { hint: `have another holder of a key in "${files.trust}" sign it` },
    );
  }
  return signers;
}

/**
 * Verifies the signatures of a receipt. One by a trusted key is enough: thresholds are about what may be done.
 * @throws RootsweepError TRUST_INVALID, RECEIPT_SIGNATURE_INVALID, RECEIPT_SIGNATURE_UNTRUSTED.
 */
export function verifyReceiptSignatures(
  envelope: Envelope,
  trust: Trust,
  files: { readonly receipt: string; readonly trust: string },
): Signer[] {
  return findSigners('receipt', envelope, trust, { signed: files.receipt, trust: files.trust });
}

const TOLD = {
  plan: { code: 'PLAN', hint: 'plan again; a signed plan is never edited' },
  receipt: { code: 'RECEIPT', hint: 'write the receipt again; a signed receipt is never edited' },
} as const;

/** At least one. */
function findSigners(
  kind: DocumentKind,
  { body, signatures }: Envelope,
  trust: Trust,
  files: { readonly signed: string; readonly trust: string },
): Signer[] {
  const keys = readKeys(trust, files.trust);
  const bytes = encodePae(PAYLOAD_TYPES[kind], body);
  const { code, hint } = TOLD[kind];
  const signers = new Map<string, Signer>();

  for (const { keyid, signature } of signatures) {
    const trusted = keys.get(keyid);
    if (trusted === undefined) continue;
    if (!verifyBytes(bytes, signature, trusted.key)) {
      throw new RootsweepError(
        `${code}_SIGNATURE_INVALID`,
        `the signature of "${trusted.name}" does not fit "${files.signed}": the ${kind} was changed after it was signed`,
        { hint },
      );
    }
    signers.set(keyid, { name: trusted.name, keyid });
  }
  if (signers.size === 0) {
    throw new RootsweepError(
      `${code}_SIGNATURE_UNTRUSTED`,
      `"${files.signed}" is signed by no key that "${files.trust}" trusts`,
      {
        hint: 'if the signer is to be trusted, add the line that "rootsweep keygen" printed for that key to the trust file',
      },
    );
  }
  return [...signers.values()];
}

function readKeys(trust: Trust, trustFile: string): Map<string, PublicKey & { readonly name: string }> {
  return new Map(
    trust.keys.map(({ name, publicKey, line, column }) => {
      const parsed = parsePublicKey(publicKey);
      if (parsed === undefined) {
        throw new RootsweepError(
          'TRUST_INVALID',
          `${trustFile}:${line}:${column}: the public key of "${name}" is no Ed25519 key, or one that proves nothing`,
          { hint: 'use the line that "rootsweep keygen" prints' },
        );
      }
      return [parsed.keyid, { ...parsed, name }];
    }),
  );
}
