/** Signs with SSH keys in a file, token or agent. The private key never leaves it: `ssh-keygen` does the signing. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { commandLine, fileWord } from '../../core/base/command-line.js';
import type { PublicKey, SigningKey } from '../../core/signing/key.js';
import { RootsweepError } from '../../errors.js';
import { parsePublicKey } from '../../signing/public-key.js';
import { decodeArmor } from '../../signing/ssh-armor.js';
import { parsePublicHalf } from '../../signing/ssh-private-key.js';
import { type Environment, startProgram } from '../io/program.js';
import { explain, readFileText } from '../io/text-file.js';
import { requireOwnerOnly } from './key-mode.js';

/** A key file and what is known about it before signing. */
interface KeyFile {
  /** Absolute, so that it cannot look like an option. */
  readonly path: string;
  readonly shown: string;
  /** The public key line. */
  readonly line: string;
  readonly isEncrypted: boolean;
}

/** A key file to use, and the environment, of which programs get only the variables they need. */
interface UsedKey extends KeyFile {
  readonly env: Environment;
}

/** As many attempts as `ssh` allows: a mistyped passphrase must not waste the audit before it. */
const PASSPHRASE_TRIES = 3;
const LIMITS = { what: 'signing key', maxBytes: 64 * 1024 } as const;

/**
 * Opens a private key file for `ssh-keygen`, or a .pub file whose private key is in an agent.
 * @param shownPath used in the messages.
 * @throws RootsweepError KEY_PERMISSIONS, KEY_INVALID, KEY_MISSING, or an error from reading the file. Signing throws
 * KEY_INVALID, KEY_MISSING, PASSPHRASE_MISSING, INTERRUPTED or FILE_UNWRITABLE.
 */
export async function openSshKey(path: string, shownPath: string, env: Environment): Promise<SigningKey> {
  const text = await readFileText(path, LIMITS);
  const isPrivate = text.startsWith('-----BEGIN ');
  const file = isPrivate ? await readPrivate(path, shownPath, text) : readPublic(path, shownPath, text);
  const key = { ...file, env };
  const publicKey = parsePublicLine(key.line, shownPath);
  // Checks before a long audit that ssh-keygen is available to sign at its end.
  await run(key, 'ssh-keygen', ['-l', '-f', key.path], ['ignore', 'ignore', 'ignore']);
  if (!isPrivate) await findInAgent(key);
  return { publicKey, sign: (message, namespace) => sign(key, publicKey, message, namespace) };
}

/**
 * @param line the content of a .pub file.
 * @throws RootsweepError KEY_INVALID
 */
export function parsePublicLine(line: string, shownPath: string): PublicKey {
  const publicKey = parsePublicKey(line.trimEnd());
  if (publicKey?.algorithm === 'sshsig') return publicKey;
  throw new RootsweepError(
    'KEY_INVALID',
    `"${shownPath}" is no SSH key that rootsweep takes: Ed25519, P-256, RSA of 2048 to 8192 bits, or a security key`,
    { hint: 'make one with: ssh-keygen -t ed25519' },
  );
}

async function readPrivate(path: string, shown: string, text: string): Promise<KeyFile> {
  await requireOwnerOnly(path, shown);
  const half = parsePublicHalf(text);
  if (half !== undefined) return { path: resolve(path), shown, ...half };
  // Other PEM formats encrypt the public key too.
  const beside = await readFileText(`${path}.pub`, LIMITS).catch((error: unknown) => {
    if (!(error instanceof RootsweepError) || error.code !== 'FILE_NOT_FOUND') throw error;
    throw new RootsweepError(
      'KEY_MISSING',
      `the public half of "${shown}" is missing: there is no "${shown}.pub"`,
      {
        hint: `run: ${commandLine('ssh-keygen', '-y', '-f', { file: shown })} > ${fileWord(`${shown}.pub`)}`,
        cause: error,
      },
    );
  });
  return { ...readPublic(path, shown, beside), isEncrypted: text.includes('ENCRYPTED') };
}

function readPublic(path: string, shown: string, text: string): KeyFile {
  return { path: resolve(path), shown, line: text.trimEnd(), isEncrypted: false };
}

/**
 * Checks now that the agent holds the private key: `ssh-keygen` would report it only after the audit, with a long
 * message.
 */
async function findInAgent(key: UsedKey): Promise<void> {
  const { status, stdout } = await run(key, 'ssh-add', ['-L'], ['ignore', 'pipe', 'ignore']);
  const identify = (publicLine: string) => publicLine.split(' ', 2).join(' ');
  if (stdout.split('\n').some((held) => identify(held) === identify(key.line))) return;
  const privatePath = key.shown.replace(/\.pub$/, '');
  // ssh-add exits with 2 if it cannot reach an agent.
  const what =
    status === 2
      ? `no SSH agent answers that could hold the private half of "${key.shown}"`
      : `the SSH agent does not hold the private half of "${key.shown}"`;
  throw new RootsweepError('KEY_MISSING', what, {
    hint: `run: ${commandLine('ssh-add', { file: privatePath })}`,
  });
}

async function sign(
  key: UsedKey,
  publicKey: PublicKey,
  message: Uint8Array,
  namespace: string,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-')).catch(explainWrite);
  try {
    // A file, because ssh-keygen does not prompt for a passphrase if the message comes from stdin.
    const messagePath = join(folder, 'message');
    await writeFile(messagePath, message, { mode: 0o600 }).catch(explainWrite);
    await runSigner(key, messagePath, namespace);
    const armor = await readFile(`${messagePath}.sig`, 'latin1').catch(() => '');
    const signature = decodeArmor(armor, 'SSH SIGNATURE');
    if (signature !== undefined && publicKey.verify(message, signature, namespace)) return signature;
    const isTouched = key.line.startsWith('sk-');
    throw new RootsweepError('KEY_INVALID', `what ssh-keygen signed does not fit "${key.shown}"`, {
      hint: isTouched
        ? 'use a security key that wants to be touched: one made with no-touch-required proves nothing'
        : 'use another key, and do not trust this one',
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runSigner(key: UsedKey, messagePath: string, namespace: string): Promise<void> {
  const isTerminal = isatty(0);
  const args = ['-q', '-Y', 'sign', '-f', key.path, '-n', namespace, messagePath];
  const tries = key.isEncrypted && isTerminal ? PASSPHRASE_TRIES : 1;
  for (let left = tries; left > 0; left -= 1) {
    // ssh-keygen's prompts and errors go directly to the terminal.
    const streams: Streams = [isTerminal ? 'inherit' : 'ignore', 'ignore', 'inherit'];
    const { status, signal } = await run(key, 'ssh-keygen', args, streams);
    if (status === 0) return;
    if (signal === 'SIGINT') throw new RootsweepError('INTERRUPTED', 'interrupted; nothing was signed');
  }
  if (key.isEncrypted && !isTerminal) {
    throw new RootsweepError(
      'PASSPHRASE_MISSING',
      `the signing key "${key.shown}" is encrypted, and there is no terminal to ask for its passphrase`,
      { hint: `hand it to an SSH agent first: ${commandLine('ssh-add', { file: key.shown })}` },
    );
  }
  throw new RootsweepError('KEY_INVALID', `ssh-keygen did not sign with "${key.shown}"`, {
    hint: 'its own message stands above',
  });
}

type Streams = readonly [
  stdin: 'inherit' | 'ignore',
  stdout: 'pipe' | 'ignore',
  stderr: 'inherit' | 'ignore',
];

/** @throws RootsweepError KEY_MISSING if the program is not installed. */
function run(
  { shown, env }: UsedKey,
  program: 'ssh-keygen' | 'ssh-add',
  args: readonly string[],
  streams: Streams,
): Promise<{ readonly status: number | null; readonly signal: string | null; readonly stdout: string }> {
  return new Promise((settle, reject) => {
    const child = startProgram(program, args, { stdio: [...streams], env });
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('latin1');
    });
    child.once('close', (status, signal) => settle({ status, signal, stdout }));
    child.once('error', (cause) => {
      const what = `"${shown}" is used through ${program}, and that cannot be run here`;
      reject(
        new RootsweepError('KEY_MISSING', what, { hint: 'install the client programs of OpenSSH', cause }),
      );
    });
  });
}

function explainWrite(error: unknown): never {
  throw explain(error, 'FILE_UNWRITABLE', 'cannot write a temporary file for ssh-keygen');
}
