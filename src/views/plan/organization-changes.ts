/** Changes in the organization since the plan that do not stop it. */
import type { OrganizationChanges } from '../../core/plan/organization-check.js';
import { plural } from '../format/counts.js';
import { type Line, yellow } from '../format/lines.js';

/** At most this many accounts are named. */
const NAMED = 10;

export function renderChanges({ missing, joined, notAudited, findings }: OrganizationChanges): Line[] {
  return [
    ...describe(
      missing,
      'of the plan is not in the organization now',
      'of the plan are not in the organization now',
    ),
    ...describe(
      joined,
      'joined since the plan was made and is not in it',
      'joined since the plan was made and are not in it',
    ),
    ...describe(
      notAudited,
      'is now included by the policy, and was not audited',
      'are now included by the policy, and were not audited',
    ),
    ...findings.map(({ code, message }): Line => [yellow('Changed: '), `${code}: ${message}`]),
  ];
}

function describe(ids: readonly string[], one: string, many: string): Line[] {
  if (ids.length === 0) return [];
  const more = ids.length > NAMED ? `, and ${ids.length - NAMED} more` : '';
  const what = `${plural(ids.length, 'account', 'accounts')} ${ids.length === 1 ? one : many}`;
  return [[yellow('Changed: '), `${what}: ${ids.slice(0, NAMED).join(', ')}${more}`]];
}
