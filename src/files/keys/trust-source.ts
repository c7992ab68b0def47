/** Reads the trust file from a place that a pull request or another user cannot change. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { commandLine } from '../../core/base/command-line.js';
import { RootsweepError } from '../../errors.js';
import { findRepository, isTracked } from '../io/git.js';
import { decodeUtf8, followLinks } from '../io/text-file.js';
import { identify, type PathStep, readTracedFile } from '../io/traced-file.js';
import { checkWriters } from '../io/writers.js';

const LIMITS = { what: 'trust file', maxBytes: 2 ** 20 } as const;
const DIGEST = /^(?:sha256:)?([0-9a-f]{64})$/i;

type Environment = Readonly<Record<string, string | undefined>>;

/** The trust file in use. */
export interface TrustFile {
  /** As the user wrote it. */
  readonly path: string;
  /** SHA-256 of its bytes, in hex. */
  readonly sha256: string;
}

export interface TrustSource {
  /** Absolute. */
  readonly path: string;
  /** As the user wrote it. */
  readonly shown: string;
  /** A file in a repository can be confirmed only if a flag on the command line names it. */
  readonly namedBy: 'flag' | 'surroundings';
  /** `--confirm-trust`. */
  readonly confirmed: string | undefined;
  /** The plan or receipt to verify. */
  readonly target: { readonly path: string; readonly shown: string };
}

/**
 * Reads the trust file once and checks its location (promise 13).
 * @throws RootsweepError TRUST_IN_REPOSITORY, TRUST_WRITABLE_BY_OTHERS, CONFIRMATION_MISMATCH, USAGE (an invalid
 * digest), or an error from reading a file.
 */
export async function readTrustFile(
  source: TrustSource,
  { env, userId }: { readonly env: Environment; readonly userId?: number | undefined },
): Promise<TrustFile & { readonly text: string }> {
  const { path, shown, namedBy } = source;
  const confirmed = parseDigest(source);
  const { bytes, steps } = await readTracedFile(path, LIMITS);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (confirmed !== undefined && confirmed !== sha256) throw notConfirmed(source, sha256);
  if (confirmed === undefined || namedBy !== 'flag') await refuseInRepository(source, steps, sha256, env);
  if (userId !== undefined) checkWriters(steps, shown, userId);
  return { path: shown, sha256, text: decodeUtf8(bytes, shown, LIMITS.what) };
}

function parseDigest({ confirmed, shown }: TrustSource): string | undefined {
  if (confirmed === undefined) return undefined;
  const [, digest] = DIGEST.exec(confirmed) ?? [];
  if (digest !== undefined) return digest.toLowerCase();
  throw new RootsweepError(
    'USAGE',
    `--confirm-trust takes the SHA-256 of the trust file, 64 hexadecimal digits, not "${confirmed}"`,
    { hint: `to get it, run: ${commandLine('sha256sum', shown)}` },
  );
}

function notConfirmed({ shown, confirmed }: TrustSource, sha256: string): RootsweepError {
  return new RootsweepError(
    'CONFIRMATION_MISMATCH',
    `--confirm-trust is "${confirmed}", and the trust file "${shown}" has the digest sha256:${sha256}`,
    { hint: 'the file is not the one that was confirmed: find out who changed it, and read it again' },
  );
}

async function refuseInRepository(
  source: TrustSource,
  steps: readonly PathStep[],
  sha256: string,
  env: Environment,
): Promise<void> {
  const why = (await findInTargetRepository(source, steps)) ?? (await findTracked(source, steps, env));
  if (why === undefined) return;
  const flags = commandLine(['--trust', source.shown], ['--confirm-trust', `sha256:${sha256}`]);
  throw new RootsweepError('TRUST_IN_REPOSITORY', why, {
    hint: `keep a copy outside the repository and name that one, or, once you have read this one, pass: ${flags}`,
  });
}

/**
 * Compares paths only, without git. Every step of the path counts, because a pull request can turn any of them into a
 * link.
 */
async function findInTargetRepository(
  { shown, target }: TrustSource,
  steps: readonly PathStep[],
): Promise<string | undefined> {
  const ids = new Set(steps.map(({ id }) => id));
  for (const path of new Set([target.path, await followLinks(target.path)])) {
    const repository = await findRepository(path, {});
    if (repository === undefined) continue;
    if (!ids.has(identify(await stat(repository.folder, { bigint: true })))) continue;
    return `the trust file "${shown}" is in the repository of "${target.shown}", where a pull request can change it`;
  }
  return undefined;
}

async function findTracked(
  { path, shown }: TrustSource,
  steps: readonly PathStep[],
  env: Environment,
): Promise<string | undefined> {
  // First the file's real path, in the case that git uses on case-insensitive systems; then each link to it.
  const links = steps.filter(({ kind }) => kind === 'link').map((step) => step.path);
  for (const name of new Set([await followLinks(path), ...links])) {
    try {
      if (await isTracked(name, env))
        return `git tracks "${name}", so that a pull request can change the trust file "${shown}"`;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `whether git tracks the trust file "${shown}" is unknown: ${reason}`;
    }
  }
  return undefined;
}
