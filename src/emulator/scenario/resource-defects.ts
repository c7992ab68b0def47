import { parseIamPolicy } from '../policy/document.js';
import { DEFAULT_REGION } from '../state/specs/resources.js';
import type { Scenario } from './scenario.js';
import type { Defect } from './scenario-error.js';

/** Finds buckets and queues with duplicate names, and policies that AWS would reject. */
export function* findResourceDefects({ accounts = [] }: Scenario): Iterable<Defect> {
  const owners = new Map<string, string>();
  for (const [index, { id, buckets = [], queues = [] }] of accounts.entries()) {
    const queueNames = new Set<string>();
    for (const [place, { name, policy }] of buckets.entries()) {
      const path = ['accounts', index, 'buckets', place] as const;
      const owner = owners.get(name);
      if (owner !== undefined) {
        yield { path: [...path, 'name'], sentence: `Bucket "${name}" belongs to account ${owner}` };
      }
      owners.set(name, id);
      yield* findPolicyDefects(path, policy);
    }
    for (const [place, { name, region = DEFAULT_REGION, policy }] of queues.entries()) {
      const path = ['accounts', index, 'queues', place] as const;
      const key = `${region} ${name}`;
      if (queueNames.has(key)) yield { path: [...path, 'name'], sentence: `Queue "${name}" is listed twice` };
      queueNames.add(key);
      yield* findPolicyDefects(path, policy);
    }
  }
}

function* findPolicyDefects(path: Defect['path'], policy: unknown): Iterable<Defect> {
  if (typeof policy !== 'string' || parseIamPolicy(policy) !== undefined) return;
  yield { path: [...path, 'policy'], sentence: 'It is no policy in JSON' };
}
