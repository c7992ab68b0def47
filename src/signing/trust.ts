/** Whose word counts (promise 2): which of a plan's signatures are by keys that the trust file holds. */
import type { Envelope } from '../core/envelope.js';
import { encodePae, PLAN_PAYLOAD_TYPE } from '../core/envelope.js';
import type { Trust } from '../core/trust.js';
import { RootsweepError } from '../errors.js';
import { type PublicKey, parsePublicKey, verifyBytes } from './ed25519.js';

/** A key of the trust file that signed the plan. */
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
  { body, signatures }: Envelope,
  trust: Trust,
  files: { readonly plan: string; readonly trust: string },
): Signer[] {
  const keys = readKeys(trust, files.trust);
  const bytes = encodePae(PLAN_PAYLOAD_TYPE, body);
  const signers = new Map<string, Signer>();

  for (const { keyid, signature } of signatures) {
    const trusted = keys.get(keyid);
    if (trusted === undefined) continue;
    if (!verifyBytes(bytes, signature, trusted.key)) {
      throw new RootsweepError(
        'PLAN_SIGNATURE_INVALID',
        `the signature of "${trusted.name}" does not fit "${files.plan}": the plan was changed after it was signed`,
        { hint: 'plan again; a signed plan is never edited' },
      );
    }
    signers.set(keyid, { name: trusted.name, keyid });
  }
  if (signers.size === 0) {
    throw new RootsweepError(
      'PLAN_SIGNATURE_UNTRUSTED',
      `"${files.plan}" is signed by no key that "${files.trust}" trusts`,
      {
        hint: 'if the signer is to be trusted, add the line that "rootsweep keygen" printed for that key to the trust file',
      },
    );
  }
  if (signers.size < trust.threshold) {
    throw new RootsweepError(
      'PLAN_SIGNATURES_TOO_FEW',
      `"${files.plan}" carries ${signers.size} of the ${trust.threshold} trusted signatures that "${files.trust}" demands`,
      { hint: `have another holder of a key in "${files.trust}" sign it` },
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
