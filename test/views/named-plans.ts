/** Plans of remedies. */
import { judgeLock, warnOfLock } from '../../src/core/locked-policy.js';
import type { Remedy, RemedyEntry, RemedyPlan } from '../../src/core/remedy.js';
import { HEADER } from '../core/fixtures.js';

export const PASSWORD = { kind: 'allow-password-recovery' } as const satisfies Remedy;

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
} as const satisfies Remedy;

/** An account for each remedy, from 200000000000 on. */
export function remedyPlanOf(
  remedies: readonly Remedy[],
  changes: Partial<RemedyPlan> = {},
  facts: Partial<RemedyEntry> = {},
): RemedyPlan {
  return {
    version: 1,
    ...HEADER,
    remedy: remedies[0]?.kind ?? PASSWORD.kind,
    reason: 'Locked out: nobody can read the logs',
    accounts: remedies.map((remedy, index) => ({
      id: String(200000000000 + index),
      name: `account ${index}`,
      ...(remedy.kind === PASSWORD.kind
        ? { email: { masked: 'a…@example.com', sha256: 'a'.repeat(64) } }
        : {}),
      state: 'ACTIVE',
      ou: '/Sandbox',
      parents: ['ou-ab12-11111111', 'r-ab12'],
      joined: '2024-01-01T00:00:00Z',
      joinedMethod: 'CREATED',
      ...facts,
      remedy: withWarning(remedy, String(200000000000 + index)),
    })),
    ...changes,
  };
}

/** What no plan may leave out. */
function withWarning(remedy: Remedy, account: string): Remedy {
  if (remedy.kind === 'allow-password-recovery') return remedy;
  const { organization, partition } = HEADER;
  const warning = warnOfLock(judgeLock(remedy, { account, organization, partition }));
  return warning === undefined ? remedy : { ...remedy, warning };
}
