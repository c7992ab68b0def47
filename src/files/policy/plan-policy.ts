/** Finds the policy that a plan was made with: a file that the user names, or a version in git. */
import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { hasInvisible } from '../../core/base/text.js';
import type { Plan } from '../../core/plan/plan.js';
import type { Policy } from '../../core/policy/policy.js';
import { RootsweepError } from '../../errors.js';
import { findRepository, readCommitted } from '../io/git.js';
import type { Environment } from '../io/program.js';
import { decodeUtf8, readFileBytes } from '../io/text-file.js';
import { parsePolicy } from './policy.js';

const LIMITS = { what: 'policy', maxBytes: 2 ** 20 };

export interface PlanPolicy {
  readonly text: string;
  readonly policy: Policy;
}

export type FoundPolicy =
  | ({ readonly kind: 'found' } & PlanPolicy)
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Reads the policy of a plan from a file.
 * @param planPath as the user wrote it.
 * @throws RootsweepError PLAN_POLICY_MISMATCH if the plan was made with another one.
 */
export async function readPlanPolicy(
  path: string,
  shownPath: string,
  plan: Pick<Plan, 'policy'>,
  planPath: string,
): Promise<PlanPolicy> {
  const bytes = await readFileBytes(path, LIMITS);
  if (digestOf(bytes) !== plan.policy.sha256) {
    throw new RootsweepError(
      'PLAN_POLICY_MISMATCH',
      `the plan "${planPath}" was made with another policy than "${shownPath}" is now`,
      { hint: `pass the policy with the digest sha256:${plan.policy.sha256}` },
    );
  }
  const text = decodeUtf8(bytes, shownPath, LIMITS.what);
  return { text, policy: parsePolicy(text, shownPath) };
}

/**
 * Looks for the policy of a plan in the git repository of a folder, and nowhere else, because the paths and commits in a
 * plan are not trusted. Accepts only a file with the digest in the plan.
 */
export async function findPlanPolicy(
  { path, sha256, commit }: Plan['policy'],
  folder: string,
  env: Environment,
): Promise<FoundPolicy> {
  if (hasInvisible(path) || path === '') return none('its path in the plan is no path');
  const repository = await findRepository(join(folder, 'policy.yaml'), env);
  if (repository === undefined) return none('there is no git repository here');
  const names = new Set(
    [resolve(folder, path), join(repository.folder, path)]
      .map((place) => relative(repository.folder, place))
      .filter((name) => name !== '' && !isAbsolute(name) && name.split(sep)[0] !== '..'),
  );
  if (names.size === 0) return none('its path leads out of the git repository here');
  for (const name of names) {
    const found = await readInTree(join(repository.folder, name));
    if (found !== undefined && digestOf(found) === sha256) return parse(found, name);
  }
  if (commit === undefined) return none('its file here is another one now, and the plan names no commit');
  let reason = '';
  for (const name of names) {
    const committed = await readCommitted({ ...repository, name: name.split(sep).join('/') }, commit);
    if (committed.kind === 'found' && digestOf(committed.bytes) === sha256)
      return parse(committed.bytes, name);
    reason =
      committed.kind === 'found'
        ? 'the file that git holds in that commit is another one'
        : `git does not give it for the commit that the plan names: ${committed.reason}`;
  }
  return none(reason);
}

async function readInTree(path: string): Promise<Buffer | undefined> {
  try {
    return await readFileBytes(path, LIMITS);
  } catch (error) {
    // Not an error, because git may have the file.
    if (error instanceof RootsweepError) return undefined;
    throw error;
  }
}

function parse(bytes: Buffer, name: string): FoundPolicy {
  try {
    const text = decodeUtf8(bytes, name, LIMITS.what);
    return { kind: 'found', text, policy: parsePolicy(text, name) };
  } catch (error) {
    if (!(error instanceof RootsweepError)) throw error;
    return none(`this version of rootsweep cannot read it: ${error.message.split('\n')[0]}`);
  }
}

function none(reason: string): FoundPolicy {
  return { kind: 'none', reason };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
