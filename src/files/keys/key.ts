/** Reads signing keys from disk. */
import type { PublicKey, SigningKey } from '../../core/signing/key.js';
import { RootsweepError } from '../../errors.js';
import { parsePrivateKey } from '../../signing/ed25519.js';
import { createPemKey } from '../../signing/pem-key.js';
import type { Environment } from '../io/program.js';
import { readFileText } from '../io/text-file.js';
import { requireOwnerOnly } from './key-mode.js';
import { openSshKey, parsePublicLine } from './ssh-keygen.js';

/** What opening a key needs besides its file. */
export interface KeySurroundings {
  /** The environment, for the SSH agent and the passphrase prompt of `ssh-keygen`. */
  readonly env: Environment;
  /** Called if the PEM is encrypted. */
  readonly askPassphrase: (path: string) => Promise<string>;
}

const ENCRYPTED = '-----BEGIN ENCRYPTED PRIVATE KEY-----';
const PRIVATE_OF_SSH = '-----BEGIN OPENSSH PRIVATE KEY-----';
/** An SSH public key line, whose private key may be in an agent. */
const PUBLIC_OF_SSH = /^(sk-)?(ssh|ecdsa)-[\w@.-]+ /;
const LIMITS = { what: 'signing key', maxBytes: 64 * 1024 } as const;

/**
 * Opens a PEM or SSH key that only its owner can read (promise 11).
 * @throws RootsweepError KEY_PERMISSIONS, KEY_INVALID, KEY_MISSING, or an error from the prompt or from reading the
 * file.
 */
export async function openSigningKey(
  path: string,
  { env, askPassphrase }: KeySurroundings,
): Promise<SigningKey> {
  const text = await readFileText(path, LIMITS);
  if (text.startsWith(PRIVATE_OF_SSH) || PUBLIC_OF_SSH.test(text)) return openSshKey(path, path, env);
  await requireOwnerOnly(path, path);
  const isEncrypted = text.trimStart().startsWith(ENCRYPTED);
  const key = parsePrivateKey(text, isEncrypted ? await askPassphrase(path) : undefined);
  if (key === undefined) {
    const what = isEncrypted
      ? `the passphrase does not open "${path}", or it is no Ed25519 key`
      : `"${path}" is no Ed25519 private key in PKCS#8 PEM, and no key of SSH`;
    throw new RootsweepError('KEY_INVALID', what, { hint: 'make one with: rootsweep keygen' });
  }
  const signingKey = createPemKey(key);
  if (signingKey !== undefined) return signingKey;
  throw new RootsweepError('KEY_INVALID', 'the signing key proves nothing: anybody could sign in its name', {
    hint: 'make another with: rootsweep keygen',
  });
}

/**
 * Reads the public key of the same kinds of keys. A .pub file is enough; the private key need not be available.
 * @throws RootsweepError like `openSigningKey`.
 */
export async function readPublicHalf(path: string, surroundings: KeySurroundings): Promise<PublicKey> {
  const text = await readFileText(path, LIMITS);
  if (PUBLIC_OF_SSH.test(text)) return parsePublicLine(text, path);
  return (await openSigningKey(path, surroundings)).publicKey;
}
