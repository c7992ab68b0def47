import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BasePolicy } from '../../src/core/plan/base-policy.js';
import { entryFacts } from '../../src/core/plan/evaluate.js';
import { findPlanFault } from '../../src/core/plan/plan-fault.js';
import type { Policy } from '../../src/core/policy/policy.js';
import { TOOL } from '../../src/version.js';
import { decidePlan, planHeader, requireOrganization } from '../../src/workflows/plan.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { surveyOrganization } from '../../src/workflows/survey.js';
import {
  accountOf,
  assertRefused,
  deleteEntryOf,
  excludeOf,
  factsOf,
  HEADER,
  includeOf,
  MANAGEMENT,
  MEMBER,
  MFA_DEVICE,
  NOW,
  PASSWORD,
  policyOf,
  SHA256,
} from '../core/fixtures.js';
import { createWorld, ORGANIZATION, type WorldOptions } from './world.js';

/** The plan for a world under a policy. */
async function planFor(options: WorldOptions, policy: Policy = policyOf(), base?: BasePolicy) {
  const { reader, rootAccess } = createWorld(options);
  const survey = await surveyOrganization(reader, rootAccess, {
    accounts: reader.accounts(),
    policy,
    organization: ORGANIZATION,
    today: NOW,
    concurrency: 4,
    deep: false,
    allPaths: false,
    stop: new AbortController().signal,
    onEvent: () => {},
  });
  return decidePlan(survey, { policy, header: HEADER, now: NOW, base });
}

const BASE: BasePolicy = {
  ref: 'origin/main',
  commit: 'b'.repeat(40),
  sha256: 'd'.repeat(64),
  content: { kind: 'policy', policy: policyOf({ limits: { accounts: 1 } }) },
};

const holds = { [MEMBER]: [PASSWORD, MFA_DEVICE] };

test('decidePlan empties an account that holds a password and an MFA device', async () => {
  const plan = await planFor({ holds });
  assert.deepEqual(plan.accounts, [deleteEntryOf()]);
  assert.equal(plan.applicable, true);
});

test('decidePlan lists every account of the organization', async () => {
  const accounts = [
    accountOf({ id: '555555555555', state: 'SUSPENDED' }),
    accountOf({ id: MANAGEMENT }),
    accountOf({ id: '444444444444' }),
    accountOf(),
    accountOf({ id: '333333333333', name: 'glass' }),
  ];
  const plan = await planFor({ accounts, holds }, policyOf({ exclude: excludeOf({ name: 'glass' }) }));
  assert.deepEqual(
    plan.accounts.map(({ id, decision }) => `${id} ${decision}`),
    [
      `${MANAGEMENT} excluded`,
      `${MEMBER} delete`,
      '333333333333 excluded',
      '444444444444 clean',
      '555555555555 not-active',
    ],
  );
  assert.equal(findPlanFault(plan), undefined);
});

test('decidePlan makes a plan that cannot be applied when an account is unknown', async () => {
  const before = (event: string) => {
    if (event.startsWith('list')) throw new RootAccessFailure('denied-by-scp', 'denied');
  };
  const plan = await planFor({ holds, before });
  assert.deepEqual(
    [plan.applicable, plan.totals.decisions.unknown, plan.totals.decisions.clean],
    [false, 1, 0],
  );
});

test('decidePlan makes a plan that cannot be applied when an exclusion matches nothing', async () => {
  const plan = await planFor({ holds }, policyOf({ exclude: excludeOf({ account: '222222222223' }) }));
  assert.deepEqual(
    plan.findings.map(({ code, severity }) => `${severity} ${code}`),
    ['block selector-unmatched'],
  );
  assert.equal(plan.applicable, false);
});

test('decidePlan says before all else how the policy is looser than its base', async () => {
  const exclude = excludeOf({ account: '999999999999' });
  const plan = await planFor({ holds }, policyOf({ exclude }), BASE);
  assert.deepEqual(
    plan.findings.map(({ code }) => code),
    ['policy-loosened', 'selector-unmatched'],
  );
  assert.equal(plan.totals.findings.warn, 1);
  assert.equal(findPlanFault(plan), undefined);
});

test('decidePlan refuses when the policy selects no account', async () => {
  const policy = policyOf({ include: includeOf({ name: 'nobody' }) });
  await assert.rejects(planFor({ holds }, policy), { code: 'POLICY_SELECTS_NOTHING' });
});

test('decidePlan does not refuse when the one account is undecidable', async () => {
  const plan = await planFor({ accounts: [accountOf({ state: 'UNKNOWN' })] });
  assert.equal(plan.totals.decisions.unknown, 1);
});

test('decidePlan does not take an account for clean when it was to be audited and was not', () => {
  const survey = { accounts: [{ facts: factsOf(), scope: { kind: 'included' as const } }], unmatched: [] };
  assert.throws(
    () => decidePlan(survey, { policy: policyOf(), header: HEADER, now: NOW }),
    /was not audited/,
  );
});

test('entryFacts leaves out what was not read', () => {
  const facts = entryFacts({ account: accountOf() });
  assert.equal('ou' in facts || 'tags' in facts, false);
});

test('entryFacts holds tags when they were read and there are none', () => {
  assert.deepEqual(entryFacts(factsOf({}, { tags: {} })).tags, {});
});

const policyFile = (policy: Policy) => ({ path: 'policy.yaml', sha256: SHA256, policy });

test('requireOrganization refuses another organization when the policy is pinned', () => {
  const file = policyFile(policyOf({ organization: 'o-another000' }));
  assertRefused('POLICY_ORGANIZATION_MISMATCH', () => requireOrganization(file, ORGANIZATION));
});

for (const organization of [undefined, ORGANIZATION.id]) {
  test(`requireOrganization accepts the organization when the policy is pinned to ${organization}`, () => {
    const file = policyFile(policyOf(organization === undefined ? {} : { organization }));
    assert.doesNotThrow(() => requireOrganization(file, ORGANIZATION));
  });
}

test('planHeader says who planned what, and until when', () => {
  const header = planHeader({
    origin: { ...HEADER, policy: { path: 'policy.yaml', commit: 'c'.repeat(40) } },
    now: new Date('2026-11-23T08:00:00.999Z'),
    organization: ORGANIZATION,
    policyFile: policyFile(policyOf()),
  });
  assert.deepEqual(header, { ...HEADER, tool: TOOL, policy: { ...HEADER.policy, commit: 'c'.repeat(40) } });
});

test('planHeader says what the policy was compared with', () => {
  const { policy } = planHeader({
    origin: HEADER,
    now: NOW,
    organization: ORGANIZATION,
    policyFile: policyFile(policyOf()),
    base: BASE,
  });
  const { ref, commit, sha256 } = BASE;
  assert.deepEqual(policy, { ...HEADER.policy, base: { ref, commit, sha256 } });
});
