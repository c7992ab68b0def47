/** A plan that has an account for each decision. */
import type { Entry, Plan } from '../../src/core/plan/plan.js';
import { assemblePlan } from '../../src/core/plan/plan.js';
import type { Policy } from '../../src/core/policy/policy.js';
import {
  ACCESS_KEY,
  cleanEntryOf,
  deleteEntryOf,
  HEADER,
  MFA_DEVICE,
  managementEntryOf,
  PASSWORD,
  policyOf,
  unauditedEntryOf,
} from '../core/fixtures.js';

export const ENTRIES: readonly Entry[] = [
  managementEntryOf(),
  deleteEntryOf(),
  {
    ...unauditedEntryOf('333333333333', 'legacy'),
    decision: 'blocked',
    observed: { kind: 'audited', by: 'listing', credentials: [ACCESS_KEY, PASSWORD, MFA_DEVICE] },
    findings: [{ code: 'access-key-present', severity: 'block', message: 'Access key AKIAIOSFODNN7EXAMPLE' }],
  },
  {
    ...unauditedEntryOf('444444444444', 'glass'),
    decision: 'excluded',
    rule: 'exclude[0] (line 9)',
    reason: 'break-glass',
    until: '2027-03-31',
  },
  {
    ...unauditedEntryOf('555555555555', 'dark'),
    decision: 'unknown',
    observed: { kind: 'unknown', cause: 'denied-by-scp', message: 'denied' },
    findings: [{ code: 'audit-unknown', severity: 'block', message: 'The audit failed: denied' }],
  },
  cleanEntryOf('666666666666'),
  {
    ...unauditedEntryOf('777777777777', 'keys'),
    decision: 'kept',
    observed: { kind: 'audited', by: 'listing', credentials: [ACCESS_KEY] },
    findings: [{ code: 'access-key-present', severity: 'warn', message: 'Access key AKIAIOSFODNN7EXAMPLE' }],
  },
  { ...unauditedEntryOf('888888888888', 'gone'), decision: 'not-active', state: 'SUSPENDED' },
];

export function planOf(entries: readonly Entry[], policy: Partial<Policy> = {}): Plan {
  return assemblePlan(HEADER, policyOf(policy), entries, []);
}
