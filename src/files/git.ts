/** What git knows of a file: the commit that it came from, and what it was in another one. */
import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { captureProgram, type Environment, type ProgramFailure } from './program.js';
import { followLinks } from './text-file.js';

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

/**
 * A repository may have come in an archive, and its configuration may be an attacker's. So git is asked only for names
 * and objects: nothing here compares files, which runs filters, or reads the index, which runs hooks and a watcher of
 * files. What the configuration could still change is set here, where it wins. Doubtful names are reported, the graph
 * of commits that a file holds is not believed, and nothing in a file's name is a pattern.
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
 * An object that is missing is not fetched: that runs what the configuration says. Older versions of git do not know
 * GIT_NO_LAZY_FETCH; all take no protocol that GIT_ALLOW_PROTOCOL does not name, whatever the configuration allows.
 * Stand-ins for objects (`git replace`) are not looked at.
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
 * The commit that is checked out where the file lies, if the file is in it with the very same bytes: one whose line
 * endings differ is another one. Undefined where there is no git, no repository, or where the commit would be a wrong
 * name for the file's content.
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
    if ((error as ProgramFailure).code === 'ENOENT') return false;
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
    const blob = await findBlob(repository, base.commit);
    if (blob === undefined) return { kind: 'none', reason: `"${base.ref}" has no file "${name}"` };
    // Not `git show`, which runs what the configuration says makes a file readable.
    const { bytes } = await git(repository, 'cat-file', 'blob', blob.id);
    // Git itself does not look: a file in the object store may lie under another one's name.
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

/** The id that git gives to a file of these bytes. @param like an id of the same repository. */
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

/** @param ref must not begin with `-`. */
async function resolveRef(repository: Repository, ref: string): Promise<ResolvedRef> {
  const { text, errors } = await git(repository, 'rev-parse', '--verify', `${ref}^{commit}`).catch(
    (error: unknown) => {
      if (/Needed a single revision/.test(String((error as ProgramFailure).stderr)))
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

/** Any other repository, an index or an object store that git's own variables name would be the wrong one. */
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
  // What git says of an object that a partial clone left out, and that it may not fetch.
  if (/^fatal: (?:git cat-file \w+: bad file|transport '.*' not allowed)$/m.test(stderr.toString()))
    return 'its content is not in this clone';
  const [, said = 'nothing'] = /^(?:fatal|error): (.*)/m.exec(stderr.toString()) ?? [];
  return `git says: ${said.slice(0, 200)}`;
}
