/** What plans of both kinds hold, in the order of the file: a key that is not here is not written. */
import type { EntryFacts, PlanHeader } from '../core/plan.js';
import { optional } from './canonical.js';

/** All but the id, which comes first in the file. */
export function orderHeader(header: Omit<PlanHeader, 'id'>): object {
  const { policy } = header;
  return {
    created: header.created,
    ...optional({ notBefore: header.notBefore }),
    expires: header.expires,
    tool: header.tool,
    partition: header.partition,
    organization: header.organization,
    managementAccount: header.managementAccount,
    plannedBy: header.plannedBy,
    policy: {
      path: policy.path,
      sha256: policy.sha256,
      ...optional({ commit: policy.commit, base: policy.base && orderBase(policy.base) }),
    },
  };
}

function orderBase({ ref, commit, sha256 }: NonNullable<PlanHeader['policy']['base']>): object {
  return { ref, commit, sha256 };
}

export function orderEntryFacts(facts: EntryFacts): object {
  return {
    name: facts.name,
    ...optional({ email: facts.email && { masked: facts.email.masked, sha256: facts.email.sha256 } }),
    state: facts.state,
    ...optional({ ou: facts.ou }),
    parents: facts.parents,
    joined: facts.joined,
    joinedMethod: facts.joinedMethod,
    ...optional({
      tags: facts.tags && Object.fromEntries(Object.entries(facts.tags).sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}
