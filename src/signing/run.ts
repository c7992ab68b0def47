/** The keys of an `apply` run, and the check that a run belongs to a trusted operator (promise 14). */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { RunSigner, RunVerifier } from '../core/apply/journal-line.js';
import { quoteVisibly } from '../core/base/text.js';
import { hasEnded } from '../core/base/time.js';
import { RUN_NAMESPACE } from '../core/signing/envelope.js';
import type { SigningKey } from '../core/signing/key.js';
import type { Trust } from '../core/signing/trust.js';
import { signMessage } from './body.js';
import { parsePublicKey } from './public-key.js';
import { addCommand } from './trust.js';

/** Creates the key of a run. The private key exists in memory only and is not accessible from the result. */
export function createRunSigner(operator: SigningKey): RunSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    key: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    signHead: (message) => signMessage(message, RUN_NAMESPACE, operator),
    signRecord: (message) => sign(null, message, privateKey),
  };
}

/** @param trustFile the path to show to the user. */
export function createRunVerifier(trust: Trust, trustFile: string, now: Date): RunVerifier {
  return ({ keyid, algorithm, key: text, message, signature }) => {
    const hint = `if that operator is to be trusted, run: ${addCommand('operator')}`;
    const refuse = (reason: string, hint?: string) =>
      ({ kind: 'refused', reason, ...(hint === undefined ? {} : { hint }) }) as const;
    const trusted = trust.keys.find(({ key }) => key.keyid === keyid);
    if (trusted === undefined)
      return refuse(`holds a run by a key that "${trustFile}" does not hold (${keyid})`, hint);
    const name = quoteVisibly(trusted.name);
    if (!trusted.roles.includes('operator'))
      return refuse(`holds a run by ${name}, and "${trustFile}" does not let them sign as operator`, hint);
    if (hasEnded(trusted, now)) return refuse(`holds a run by ${name}, whose key ended on ${trusted.until}`);
    if (algorithm !== trusted.key.algorithm || !trusted.key.verify(message, signature, RUN_NAMESPACE))
      return refuse(`holds the head of a run that ${name} did not sign, or that was changed afterwards`);
    const key = parsePublicKey(text);
    if (key?.algorithm !== 'ed25519') return refuse('holds a run whose key proves nothing');
    return { kind: 'trusted', key };
  };
}
