/** What git knows of a file: the commit that it came from, and what it was in another one. */
import { type ExecFileException, execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { followLinks } from './text-file.js';

const run = promisify(execFile);

type Environment = Readonly<Record<string, string | undefined>>;

/** A file's place in a repository. */
export interface Repository {
  /** The folder that `.git` is in. */
  readonly folder: string;
  /** The file's name from there on: `envs/prod/policy.yaml`. */
  readonly name: string;
  readonly env: Environment;
}

export type CommittedFile =
  | {
      readonly kind: 'found';
      /** As people name the commit: `origin/main`. */
      readonly ref: string;
      readonly commit: string;
      /** From the top of the repository. */
      readonly name: string;
      readonly bytes: Buffer;
      /** A symbolic link: the bytes are the name of another file. */
      readonly isLink: boolean;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** Of what git prints; no policy is larger. */
const MOST_BYTES = 2 ** 20;
/** Of one call, in ms. */
const LONGEST = 30_000;

/** Nothing is asked of a watcher of files, doubtful names are told, and nothing in a file's name is a pattern. */
const FLAGS = ['-c', 'core.fsmonitor=false', '-c', 'core.warnAmbiguousRefs=true', '--literal-pathspecs'];

/** In full: a tag or a branch can be called `origin/main` too. */
const MAIN_BRANCHES = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

/**
 * Looks for the repository that holds a file, by the name that the file was given: a folder that a commit makes a link
 * to another one does not pass for that one. A link from outside is followed.
 */
export async function findRepository(path: string, env: Environment): Promise<Repository | undefined> {
  const found = (await findAbove(path)) ?? (await findAbove(await followLinks(path)));
  return found && { ...found, env };
}

/**
 * The commit that is checked out where the file lies, if the file is in it, unchanged. Undefined where there is no
 * git, no repository, or where the commit would be a wrong name for the file's content.
 */
export async function findCommit(path: string, env: Environment): Promise<string | undefined> {
  const repository = await findRepository(path, env);
  if (repository === undefined) return undefined;
  const { name } = repository;
  try {
    await git(repository, 'ls-files', '--error-unmatch', '--', name);
    const { text: changed } = await git(repository, 'status', '--porcelain', '--', name);
    return changed === '' ? (await git(repository, 'rev-parse', 'HEAD')).text.trim() : undefined;
  } catch {
    // Not an error: the commit is additional information, and its absence is shown as absence.
    return undefined;
  }
}

/**
 * Whether git tracks a file, or a link, of this name. False where there is no repository, and where there is no git.
 * @throws Error whose message is a reason, where git does not answer.
 */
export async function isTracked(path: string, env: Environment): Promise<boolean> {
  const repository = await findRepository(path, env);
  if (repository === undefined) return false;
  try {
    return (await git(repository, 'ls-files', '-z', '--cached', '--', repository.name)).text !== '';
  } catch (error) {
    if ((error as ExecFileException).code === 'ENOENT') return false;
    throw new Error(explainFailure(error), { cause: error });
  }
}

/**
 * The file as it is in a commit.
 * @param ref a branch, a tag or a commit; without it, the main branch: the remote's, or the local one.
 */
export async function readCommitted(repository: Repository, ref: string | undefined): Promise<CommittedFile> {
  const { name } = repository;
  try {
    const base = ref === undefined ? await findMainBranch(repository) : await resolveRef(repository, ref);
    if ('reason' in base) return { kind: 'none', reason: base.reason };
    const { text: entry } = await git(repository, 'ls-tree', '-z', '--full-tree', base.commit, '--', name);
    const [, mode, id] = /^(\d+) blob ([0-9a-f]+)\t/.exec(entry) ?? [];
    if (id === undefined) return { kind: 'none', reason: `"${base.ref}" has no file "${name}"` };
    // Not `git show`, which runs what the configuration says makes a file readable.
    const { bytes } = await git(repository, 'cat-file', 'blob', id);
    return { kind: 'found', ...base, name, bytes, isLink: mode === '120000' };
  } catch (error) {
    return { kind: 'none', reason: explainFailure(error) };
  }
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

/** @param ref must not begin with `-`. */
async function resolveRef(repository: Repository, ref: string): Promise<ResolvedRef> {
  const { text, errors } = await git(repository, 'rev-parse', '--verify', `${ref}^{commit}`).catch(
    (error: unknown) => {
      if (/Needed a single revision/.test(String((error as ExecFileException).stderr)))
        return { text: '', errors: '' };
      throw error;
    },
  );
  // Git would choose one: a tag called `origin/main` before the branch.
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

async function git({ folder, env }: Repository, ...args: string[]) {
  const { stdout, stderr } = await run('git', [...FLAGS, ...args], {
    cwd: folder,
    env: isolate(env, folder),
    encoding: 'buffer',
    maxBuffer: MOST_BYTES,
    timeout: LONGEST,
  });
  return { bytes: stdout, text: stdout.toString(), errors: stderr.toString() };
}

/**
 * The environment without git's own variables: those that git sets for a hook name another repository, index or
 * object store. Only where the configuration of the user and of the system lies is kept. Stand-ins for objects
 * (`git replace`) are not looked at, and no repository further up.
 */
function isolate(env: Environment, folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^GIT_/i.test(name) || /^GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)$/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    GIT_CEILING_DIRECTORIES: dirname(folder),
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}

function explainFailure(error: unknown): string {
  const { code, killed, stderr } = error as ExecFileException;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'the file is larger than 1 MiB there';
  if (killed === true) return `git gave no answer within ${LONGEST / 1000} s`;
  if (stderr === undefined) throw error;
  if (code === 'ENOENT') return 'git is not installed';
  const [, said = 'nothing'] = /^(?:fatal|error): (.*)/m.exec(stderr.toString()) ?? [];
  return `git says: ${said.slice(0, 200)}`;
}
