/** Reads the policy from another git commit. */
import { createHash } from 'node:crypto';
import { hasInvisible } from '../../core/base/text.js';
import type { BasePolicy } from '../../core/plan/base-policy.js';
import { RootsweepError } from '../../errors.js';
import { type CommittedFile, findRepository, readCommitted } from '../io/git.js';
import type { Environment } from '../io/program.js';
import { decodeUtf8 } from '../io/text-file.js';
import { parsePolicy } from './policy.js';

type FoundFile = Extract<CommittedFile, { kind: 'found' }>;

export type MainPolicy =
  | { readonly kind: 'found'; readonly base: BasePolicy }
  | { readonly kind: 'no-repository' }
  /** There is a repository, but nothing to compare with. */
  | { readonly kind: 'none'; readonly reason: string };

/** The policy in git's main branch, if the file is in a repository. */
export async function readMainPolicy(path: string, env: Environment): Promise<MainPolicy> {
  const repository = await findRepository(path, env);
  if (repository === undefined) return { kind: 'no-repository' };
  const file = await readCommitted(repository, undefined);
  return file.kind === 'none' ? file : { kind: 'found', base: parseBase(file) };
}

/**
 * The policy in the commit that the user named.
 * @throws RootsweepError USAGE, POLICY_BASE_MISSING: a requested comparison is never skipped.
 */
export async function readPolicyAt(path: string, ref: string, env: Environment): Promise<BasePolicy> {
  if (ref === '' || ref.startsWith('-') || hasInvisible(ref)) {
    throw new RootsweepError('USAGE', `--base takes a branch, a tag or a commit, not "${ref}"`, {
      hint: 'for example: --base origin/main',
    });
  }
  const repository = await findRepository(path, env);
  const file: CommittedFile =
    repository === undefined
      ? { kind: 'none', reason: 'its file is in no git repository' }
      : await readCommitted(repository, ref);
  if (file.kind === 'found') return parseBase(file);
  throw new RootsweepError(
    'POLICY_BASE_MISSING',
    `the policy cannot be compared with the one in "${ref}": ${file.reason}`,
    { hint: 'check --base and the path of the policy; in CI, fetch the branch first' },
  );
}

function parseBase(file: FoundFile): BasePolicy {
  const { ref, commit, bytes } = file;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ref, commit, sha256, content: parseContent(file) };
}

function parseContent({ name, bytes, isLink }: FoundFile): BasePolicy['content'] {
  if (isLink) return { kind: 'unreadable', reason: `${name} is a symbolic link there` };
  try {
    return { kind: 'policy', policy: parsePolicy(decodeUtf8(bytes, name, 'policy'), name) };
  } catch (error) {
    if (!(error instanceof RootsweepError)) throw error;
    const [reason = ''] = error.message.split('\n');
    return { kind: 'unreadable', reason };
  }
}
