/** Reads from git: the commit that a file came from, and its content in another commit. */
import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { captureProgram, type Environment, type ProgramFailure } from './program.js';
import { followLinks } from './text-file.js';

/** A file in a repository. */
export interface Repository {
  /** The folder that contains `.git`. */
  readonly folder: string;
  /** The path relative to `folder`: `envs/prod/policy.yaml`. */
  readonly name: string;
  readonly env: Environment;
}

export type CommittedFile =
  | {
      readonly kind: 'found';
      /** The commit as users write it: `origin/main`. */
      readonly ref: string;
      readonly commit: string;
      /** Relative to the top of the repository. */
      readonly name: string;
      readonly bytes: Buffer;
      /** A symbolic link; the bytes are its target. */
      readonly isLink: boolean;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** Maximum output of git; no policy is larger. */
const MOST_BYTES = 2 ** 20;
/** Timeout of one call, in ms. */
const LONGEST = 30_000;

/**
 * A repository may come from an archive with an attacker's configuration. So git is asked only for names and objects:
 * comparing files would run filters, and reading the index would run hooks and a file watcher. Dangerous settings are
 * overridden here. Ambiguous names are reported, commit-graph files are not trusted, and file names are not patterns.
 */
const FLAGS = [
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.warnAmbiguousRefs=true',
    'core.commitGraph=false',
    'protocol.allow=never',
    'safe.bareRepository=explicit',
  ].flatMap((setting) => ['-c', setting]),
  '--no-pager',
  '--literal-pathspecs',
];

/**
 * Missing objects are not fetched, because fetching runs commands from the configuration. Older git versions do not
 * know GIT_NO_LAZY_FETCH; all respect GIT_ALLOW_PROTOCOL, whatever the configuration allows. Replacement objects (`git
 * replace`) are ignored.
 */
const SET = {
  GIT_ALLOW_PROTOCOL: '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/** Full names, because a tag or branch can also be called `origin/main`. */
const MAIN_BRANCHES = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

/**
 * Finds the repository of a file by the path as given, so that a commit cannot redirect it by making a folder a link.
 * Links from outside a repository are followed.
 */
export async function findRepository(path: string, env: Environment): Promise<Repository | undefined> {
  const found = (await findAbove(path)) ?? (await findAbove(await followLinks(path)));
  return found && { ...found, env };
}

/**
 * The checked-out commit, if it contains the file with exactly these bytes, line endings included. Undefined without
 * git, without a repository, or if the commit does not describe the file's content.
 * @param bytes what was read from the file.
 */
export async function findCommit(
  path: string,
  bytes: Uint8Array,
  env: Environment,
): Promise<string | undefined> {
  const repository = await findRepository(path, env);
  if (repository === undefined) return undefined;
  try {
    const commit = (await git(repository, 'rev-parse', '--verify', 'HEAD^{commit}')).text.trim();
    const blob = await findBlob(repository, commit);
    return blob !== undefined && !blob.isLink && blob.id === hashBlob(bytes, blob.id) ? commit : undefined;
  } catch {
    // Not an error: the commit is optional information.
    return undefined;
  }
}

/**
 * Whether git tracks a file or link with this name. False without a repository or without git.
 * @throws Error with the reason as its message, if git fails.
 */
export async function isTracked(path: string, env: Environment): Promise<boolean> {
  const repository = await findRepository(path, env);
  if (repository === undefined) return false;
  try {
    return (await git(repository, 'ls-files', '-z', '--cached', '--', repository.name)).text !== '';
  } catch (error) {
    if ((error as ProgramFailure).code === 'ENOENT') return false;
    throw new Error(explainFailure(error), { cause: error });
  }
}

/**
 * Reads the file in a commit.
 * @param ref a branch, tag or commit. Default: the main branch, preferably the remote's.
 */
export async function readCommitted(repository: Repository, ref: string | undefined): Promise<CommittedFile> {
  const { name } = repository;
  try {
    const base = ref === undefined ? await findMainBranch(repository) : await resolveRef(repository, ref);
    if ('reason' in base) return { kind: 'none', reason: base.reason };
    const blob = await findBlob(repository, base.commit);
    if (blob === undefined) return { kind: 'none', reason: `"${base.ref}" has no file "${name}"` };
    // Not `git show`, which runs text conversions from the configuration.
    const { bytes } = await git(repository, 'cat-file', 'blob', blob.id);
    // Git does not verify this itself: an object file may be stored under another object's id.
    if (hashBlob(bytes, blob.id) !== blob.id)
      return { kind: 'none', reason: 'its object in the repository is damaged' };
    return { kind: 'found', ...base, name, bytes, isLink: blob.isLink };
  } catch (error) {
    return { kind: 'none', reason: explainFailure(error) };
  }
}

async function findBlob(
  repository: Repository,
  commit: string,
): Promise<{ readonly id: string; readonly isLink: boolean } | undefined> {
  const { text } = await git(repository, 'ls-tree', '-z', '--full-tree', commit, '--', repository.name);
  const [, mode, id] = /^(\d+) blob ([0-9a-f]+)\t/.exec(text) ?? [];
  return id === undefined ? undefined : { id, isLink: mode === '120000' };
}

/** The git object id of a file with these bytes. @param like an id of the same repository, for its hash algorithm. */
function hashBlob(bytes: Uint8Array, like: string): string {
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.byteLength}\0`)
    .update(bytes)
    .digest('hex');
}

type ResolvedRef = { readonly ref: string; readonly commit: string } | { readonly reason: string };

async function findMainBranch(repository: Repository): Promise<ResolvedRef> {
  const { text } = await git(
    repository,
    'for-each-ref',
    '--format=%(refname) %(objectname) %(symref)',
    ...MAIN_BRANCHES,
  );
  const refs = text.split('\n').map((line) => line.split(' '));
  for (const branch of MAIN_BRANCHES) {
    const [, commit, target] = refs.find(([name]) => name === branch) ?? [];
    if (commit === undefined) continue;
    return { ref: (target || branch).replace(/^refs\/(remotes|heads)\//, ''), commit };
  }
  const names = MAIN_BRANCHES.map((branch) => branch.replace(/^refs\/(remotes|heads)\//, ''));
  return { reason: `there is none of ${names.join(', ')}` };
}

/** @param ref must not start with `-`. */
async function resolveRef(repository: Repository, ref: string): Promise<ResolvedRef> {
  const { text, errors } = await git(repository, 'rev-parse', '--verify', `${ref}^{commit}`).catch(
    (error: unknown) => {
      if (/Needed a single revision/.test(String((error as ProgramFailure).stderr)))
        return { text: '', errors: '' };
      throw error;
    },
  );
  // Git would choose one itself, such as a tag called `origin/main` before the branch.
  if (/ambiguous/.test(errors)) {
    return { reason: 'it names several things; write refs/heads/…, refs/remotes/… or refs/tags/…' };
  }
  const commit = text.trim();
  return /^[0-9a-f]{40,64}$/.test(commit) ? { ref, commit } : { reason: 'there is no such commit' };
}

async function findAbove(path: string): Promise<Omit<Repository, 'env'> | undefined> {
  let name = basename(path);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (await exists(join(folder, '.git'))) return { folder, name };
    if (folder === dirname(folder)) return undefined;
    name = `${basename(folder)}/${name}`;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Runs git in this repository only. Git's environment variables could name another repository, index or object store,
 * so they are not passed on.
 */
async function git({ folder, env }: Repository, ...args: string[]) {
  const { stdout, stderr } = await captureProgram('git', ['-C', folder, ...FLAGS, ...args], {
    env,
    set: { ...SET, GIT_CEILING_DIRECTORIES: dirname(folder) },
    maxBytes: MOST_BYTES,
    timeout: LONGEST,
  });
  return { bytes: stdout, text: stdout.toString(), errors: stderr.toString() };
}

function explainFailure(error: unknown): string {
  const { code, killed, stderr } = error as ProgramFailure;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'the file is larger than 1 MiB there';
  if (killed === true) return `git gave no answer within ${LONGEST / 1000} s`;
  if (stderr === undefined) throw error;
  if (code === 'ENOENT') return 'git is not installed';
  // Git's errors for an object that a partial clone lacks and that must not be fetched.
  if (/^fatal: (?:git cat-file \w+: bad file|transport '.*' not allowed)$/m.test(stderr.toString()))
    return 'its content is not in this clone';
  const [, said = 'nothing'] = /^(?:fatal|error): (.*)/m.exec(stderr.toString()) ?? [];
  return `git says: ${said.slice(0, 200)}`;
}
