/** Plans whose accounts the user named. */
import type { Action, PlacedAction } from '../../src/core/action/action.js';
import {
  assembleNamedPlan,
  type FullEntry,
  NAMED_RULE,
  type NamedEntry,
  type Plan,
} from '../../src/core/plan/plan.js';
import { findUnlockFindings } from '../../src/core/plan/unlock-findings.js';
import { DEFAULT_FINDINGS } from '../../src/core/policy/policy.js';
import { HEADER } from '../core/fixtures.js';

export const PASSWORD = { kind: 'allow-password-recovery' } as const satisfies Action;

/** Denies everyone everything in a bucket. */
export const DENIES_ALL = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::logs*" }
  ]
}`;

export const BUCKET = {
  kind: 'unlock-bucket',
  name: 'logs',
  region: 'eu-west-1',
  document: DENIES_ALL,
} as const satisfies Action;

/** An account for each action, from 200000000000 on; all of one kind of plan. */
export function namedPlanOf(
  actions: readonly PlacedAction[],
  changes: Partial<Plan> = {},
  facts: Partial<FullEntry> = {},
): Plan {
  const entries = actions.map((action, index) => namedEntryOf(action, String(200000000000 + index), facts));
  const kind = actions[0]?.kind === undefined || actions[0].kind === PASSWORD.kind ? 'recovery' : 'unlock';
  const reason = 'Locked out: nobody can read the logs';
  return { ...assembleNamedPlan(kind, reason, HEADER, entries), ...changes };
}

function namedEntryOf(action: PlacedAction, id: string, facts: Partial<FullEntry>): NamedEntry {
  const entry = {
    id,
    rule: NAMED_RULE,
    name: `account ${Number(id.slice(1))}`,
    state: 'ACTIVE',
    ou: '/Sandbox',
    parents: ['ou-ab12-11111111', 'r-ab12'],
    joined: '2024-01-01T00:00:00Z',
    joinedMethod: 'CREATED',
    findings: [],
    ...facts,
  } as const;
  if (action.kind === PASSWORD.kind) {
    const email = { masked: 'a…@example.com', sha256: 'a'.repeat(64) };
    return { ...entry, email, decision: 'recover', actions: [action] };
  }
  const { organization, partition } = HEADER;
  const findings = findUnlockFindings(action, { account: id, organization, partition }).map(
    ({ code, message }) => ({ code, severity: DEFAULT_FINDINGS.severity[code], message }),
  );
  return { ...entry, findings, decision: 'unlock', actions: [action] };
}
