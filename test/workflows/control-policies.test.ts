/** What AWS itself hardly ever leaves out, and what is then unknown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../src/core/account/organization.js';
import type { Outcome } from '../../src/core/doctor/prerequisite.js';
import { examinePolicies } from '../../src/workflows/control-policies.js';
import { type Prerequisites, RootAccessFailure } from '../../src/workflows/ports.js';
import { type SessionTrial, trySessions } from '../../src/workflows/session-trial.js';
import { tryRead } from '../../src/workflows/try-read.js';

const ORGANIZATION = { id: 'o-exampleorgid', partition: 'aws', managementAccount: '111111111111' };

function account(id: string, parents: readonly string[]): Account {
  return {
    id,
    name: `account-${id}`,
    email: `${id}@example.com`,
    state: 'ACTIVE',
    parents,
    joined: '2020-01-01T00:00:00Z',
    joinedMethod: 'CREATED',
  };
}

const DENY_ROOT = JSON.stringify({ Statement: { Effect: 'Deny', Action: '*', Resource: '*' } });

async function examine(content: string, targets: readonly string[], members: readonly Account[]) {
  const prerequisites = {
    controlPolicies: async () => [{ id: 'p-example01', name: 'Example' }],
    controlPolicyContent: async () => content,
    controlPolicyTargets: async () => targets,
  } as unknown as Prerequisites;
  const stop = new AbortController().signal;
  const outcomes: Outcome[] = [];
  const examined = examinePolicies({
    prerequisites,
    members,
    organization: ORGANIZATION,
    tryRead: (read) => tryRead(stop, read),
  });
  for await (const outcome of examined) outcomes.push(outcome);
  return outcomes;
}

test('an account of which AWS does not say where it is may be below a policy: that is unknown', async () => {
  const outcomes = await examine(DENY_ROOT, ['ou-ab12-11111111'], [account('222222222222', [])]);
  assert.deepEqual(outcomes, [
    {
      kind: 'unknown',
      says: 'AWS did not say whether 222222222222 is below policy "Example" (p-example01)',
      fix: { text: 'try again' },
    },
  ]);
});

test('such an account is known to be below what is attached to it, and not below what is attached nowhere', async () => {
  const [outcome, ...others] = await examine(DENY_ROOT, ['222222222222'], [account('222222222222', [])]);
  assert.deepEqual([outcome?.kind, others], ['fault', []]);
  assert.deepEqual(
    (await examine(DENY_ROOT, [], [account('222222222222', [])])).map(({ kind }) => kind),
    ['fine'],
  );
});

test('a policy that is none is unknown, and never fine', async () => {
  assert.deepEqual(await examine('{', ['r-ab12'], [account('222222222222', ['r-ab12'])]), [
    {
      kind: 'unknown',
      says: 'policy "Example" (p-example01) cannot be read',
      fix: { text: 'look at it', run: 'aws organizations describe-policy --policy-id p-example01' },
    },
  ]);
});

const TRIAL: SessionTrial = {
  arn: 'arn:aws:iam::111111111111:user/operator',
  account: undefined,
  members: [account('222222222222', ['r-ab12'])],
  denied: new Set(),
  isOn: true,
};

for (const [cause, fix] of [
  ['session-mismatch', 'do not go on: AWS answered for another account than was asked; report it'],
  ['denied-in-session', 'try again'],
  ['session-expired', 'try again'],
  ['incomplete-answer', 'try again'],
  ['unreachable', 'try again'],
  ['aws-error', 'try again'],
] as const) {
  test(`a root session that ends in ${cause} is unknown, and never fine`, async () => {
    const access = {
      open: async () => {
        throw new RootAccessFailure(cause, 'what happened');
      },
    };
    const outcomes: Outcome[] = [];
    for await (const { outcome } of trySessions(access, TRIAL)) outcomes.push(outcome);
    const expected = { kind: 'unknown', says: 'what happened', fix: { text: fix } };
    assert.deepEqual(outcomes, [expected, expected]);
  });
}
