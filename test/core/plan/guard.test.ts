import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CREDENTIAL_KINDS } from '../../../src/core/action/credentials.js';
import { evaluateAudited } from '../../../src/core/plan/evaluate.js';
import { checkApplicable, checkOrganization, checkPlan } from '../../../src/core/plan/guard.js';
import type { Entry, Plan } from '../../../src/core/plan/plan.js';
import { DEFAULT_FINDINGS, type Policy, type Waiver } from '../../../src/core/policy/policy.js';
import {
  ACCESS_KEY,
  assertRefused,
  cleanEntryOf,
  deleteEntryOf,
  excludeOf,
  HEADER,
  includeOf,
  MANAGEMENT,
  MEMBER,
  MFA_DEVICE,
  NOW,
  PASSWORD,
  planOf,
  policyOf,
  SHA256,
  withSeverity,
} from '../fixtures.js';

const check = (plan: Plan, policy: Policy = policyOf(), now: Date = NOW, sha256 = SHA256) =>
  checkPlan(plan, { path: 'policy.yaml', sha256, policy }, now);
const NOT_ALLOWED = `the policy does not allow what the plan deletes in account "${MEMBER}"`;

test('checkPlan accepts a plan that the policy yields', () => {
  assert.doesNotThrow(() => check(planOf()));
});

test('checkPlan accepts a plan without deletions', () => {
  assert.doesNotThrow(() => check(planOf([cleanEntryOf(MEMBER)])));
});

test('checkPlan refuses a plan of another policy when the digest differs', () => {
  assertRefused('PLAN_POLICY_MISMATCH', () => check(planOf(), policyOf(), NOW, 'b'.repeat(64)));
});

test('checkPlan refuses a plan of another organization when the policy is pinned', () => {
  assertRefused('PLAN_ORGANIZATION_MISMATCH', () =>
    check(planOf(), policyOf({ organization: 'o-another000' })),
  );
});

test('checkPlan accepts a plan of the organization that the policy is pinned to', () => {
  assert.doesNotThrow(() => check(planOf(), policyOf({ organization: HEADER.organization })));
});

const TIMES: readonly [now: string, code: 'PLAN_EXPIRED' | 'PLAN_NOT_YET_VALID' | undefined][] = [
  ['2026-11-23T07:54:59.999Z', 'PLAN_NOT_YET_VALID'],
  ['2026-11-23T07:55:00.000Z', undefined],
  ['2026-11-23T08:00:00.000Z', undefined],
  ['2026-11-26T07:59:59.999Z', undefined],
  ['2026-11-26T08:00:00.000Z', 'PLAN_EXPIRED'],
];
for (const [now, code] of TIMES) {
  test(`checkPlan ${code === undefined ? 'accepts a plan' : `refuses with ${code}`} when it is ${now}`, () => {
    const run = () => check(planOf(), policyOf(), new Date(now));
    if (code === undefined) assert.doesNotThrow(run);
    else assertRefused(code, run);
  });
}

const POLICIES: readonly [what: string, policy: Policy][] = [
  ['excludes the account', policyOf({ exclude: excludeOf({ account: MEMBER }) })],
  [
    'excludes the account until a day gone by',
    policyOf({ exclude: excludeOf({ account: MEMBER, until: '2020-01-01' }) }),
  ],
  ['includes other accounts only', policyOf({ include: includeOf({ name: 'other' }) })],
  [
    'selects the account by another rule than the plan says',
    policyOf({ include: includeOf({ name: 'shop' }) }),
  ],
  ['deletes no kind of the plan', policyOf({ delete: new Set(['access-key']) })],
  ['deletes fewer kinds than the plan', policyOf({ delete: new Set(['password']) })],
  ['needs tags that the plan does not hold', policyOf({ exclude: excludeOf({ tags: { a: 'b' } }) })],
];
for (const [what, policy] of POLICIES) {
  test(`checkPlan refuses a plan when the policy ${what}`, () => {
    assert.equal(
      assertRefused('PLAN_POLICY_MISMATCH', () => check(planOf(), policy)),
      NOT_ALLOWED,
    );
  });
}

const ENTRIES: readonly [what: string, entry: Entry][] = [
  ['is the management account', deleteEntryOf({ id: MANAGEMENT })],
  ['is not active', deleteEntryOf({ state: 'SUSPENDED' })],
  ['gives another rule', deleteEntryOf({ rule: 'include[0] (line 3)' })],
  [
    'was not audited',
    { ...deleteEntryOf(), observed: { kind: 'unknown', cause: 'aws-error', message: '' } } as Entry,
  ],
  ['leaves an action out', deleteEntryOf({ actions: [{ kind: 'delete-password' }] })],
  ['swaps its actions', deleteEntryOf({ actions: [...deleteEntryOf().actions].reverse() })],
];
for (const [what, entry] of ENTRIES) {
  test(`checkPlan refuses a plan when an account of it ${what}`, () => {
    const message = assertRefused('PLAN_POLICY_MISMATCH', () => check(planOf([entry])));
    assert.match(message, /the policy does not allow what the plan deletes/);
  });
}

test('checkPlan refuses a deletion that the policy blocks, although the plan shows no finding', () => {
  const entry = deleteEntryOf({
    observed: { kind: 'audited', by: 'listing', credentials: [ACCESS_KEY, PASSWORD, MFA_DEVICE] },
    actions: [{ kind: 'delete-access-key', id: ACCESS_KEY.id ?? '' }, ...deleteEntryOf().actions],
  });
  const policy = policyOf({ delete: new Set(CREDENTIAL_KINDS) });
  assert.equal(
    assertRefused('PLAN_POLICY_MISMATCH', () => check(planOf([entry]), policy)),
    NOT_ALLOWED,
  );
});

const WAIVER: Waiver = {
  kind: 'access-key',
  id: ACCESS_KEY.id ?? '',
  place: 'waivers[0]',
  line: 7,
  reason: 'moved to a role',
  until: '2026-11-24',
};
/** The account's key was used the day before the plan was made, and a waiver lets it go. */
const WAIVED = {
  ...withSeverity({ 'access-key-present': 'warn', 'root-used-recently': 'info' }),
  delete: new Set(CREDENTIAL_KINDS),
  waivers: [WAIVER],
};
const waivedPlan = () => {
  const used = { ...ACCESS_KEY, lastUsed: { kind: 'used', at: '2026-11-22T08:00:00Z' } } as const;
  const observed = { kind: 'audited', by: 'listing', credentials: [used, PASSWORD, MFA_DEVICE] } as const;
  const { id, decision: _, ...facts } = deleteEntryOf();
  const created = new Date(HEADER.created);
  const { rule: _rule, observed: _observed, findings: _findings, actions: _actions, ...known } = facts;
  return planOf(
    [evaluateAudited({ id, facts: known, scope: { kind: 'included' }, observed }, WAIVED, created)],
    WAIVED,
  );
};

test('checkPlan accepts a key that a waiver lets go, on the last day of the waiver', () => {
  assert.doesNotThrow(() => check(waivedPlan(), WAIVED, new Date('2026-11-24T23:59:59Z')));
});

test('checkPlan refuses a key whose waiver has ended since the plan was made', () => {
  const message = assertRefused('PLAN_WAIVER_ENDED', () =>
    check(waivedPlan(), WAIVED, new Date('2026-11-25T00:00:00Z')),
  );
  assert.equal(
    message,
    `nothing lets access-key AKIAIOSFODNN7EXAMPLE of account "${MEMBER}" go any more: last used on 2026-11-22T08:00:00Z; guards.access-key.unusedFor asks for 90d; waivers[0] (line 7) ended on 2026-11-24`,
  );
});

test('checkPlan refuses a plan that deletes a key which no guard lets go', () => {
  assertRefused('PLAN_POLICY_MISMATCH', () => check(waivedPlan(), { ...WAIVED, waivers: [] }));
});

test('checkPlan refuses a plan that names another reason for a deletion than the policy has', () => {
  const waivers = [{ ...WAIVER, reason: 'nobody knows' }];
  assertRefused('PLAN_POLICY_MISMATCH', () => check(waivedPlan(), { ...WAIVED, waivers }));
});

test('checkPlan accepts an account that a tag selects when the plan holds the tag', () => {
  const entry = deleteEntryOf({ rule: 'include[0] (line 3)', tags: { stage: 'sandbox' } });
  const policy = policyOf({ include: includeOf({ tags: { stage: 'sandbox' } }) });
  assert.doesNotThrow(() => check(planOf([entry]), policy));
});

test('checkPlan reckons recent use from the creation of the plan when it is applied later', () => {
  const at = '2026-08-25T08:00:00Z';
  const used = { ...PASSWORD, lastUsed: { kind: 'used', at } } as const;
  const entry = deleteEntryOf({
    observed: { kind: 'audited', by: 'listing', credentials: [used, MFA_DEVICE] },
  });
  const policy = withSeverity({ 'root-used-recently': 'block' });
  assertRefused('PLAN_POLICY_MISMATCH', () =>
    check(planOf([entry]), policy, new Date('2026-11-26T07:00:00Z')),
  );
});

test('checkPlan refuses an applicable plan when an account of it is blocked and blocking is organization', () => {
  const [password] = deleteEntryOf().observed.credentials.filter(({ kind }) => kind === 'password');
  assert.ok(password !== undefined);
  const blocked = {
    ...deleteEntryOf({ id: '333333333333' }),
    decision: 'blocked',
    observed: {
      kind: 'audited',
      by: 'listing',
      credentials: [{ kind: 'access-key', id: 'AKIAIOSFODNN7EXAMPLE', created: password.created }],
    },
    findings: [
      {
        code: 'access-key-present',
        severity: 'block',
        message: `Access key AKIAIOSFODNN7EXAMPLE: created ${password.created}`,
      },
    ],
    actions: [],
  } satisfies Entry;
  const plan = planOf([deleteEntryOf(), blocked], policyOf({ blocking: 'account' }));
  assertRefused('PLAN_POLICY_MISMATCH', () => check(plan, policyOf({ blocking: 'organization' })));
  assert.doesNotThrow(() => check(plan, policyOf({ blocking: 'account' })));
});

test('checkPlan refuses a plan beyond the limits of the policy when it does not say so', () => {
  const policy = policyOf({ limits: { percent: 50 } });
  const message = assertRefused('PLAN_LIMIT_EXCEEDED', () => check(planOf(), policy));
  assert.match(message, /1 of 1 member accounts; limits\.percent allows 50%/);
});

test('checkPlan accepts a plan beyond the limits when the policy only warns of them', () => {
  const policy = policyOf({
    limits: { percent: 50 },
    findings: { ...DEFAULT_FINDINGS, severity: { ...DEFAULT_FINDINGS.severity, 'limit-exceeded': 'warn' } },
  });
  assert.doesNotThrow(() => check(planOf(), policy));
});

test('checkPlan leaves a plan beyond the limits to checkApplicable when it is marked so', () => {
  const policy = policyOf({ limits: { percent: 50 } });
  const plan = planOf([deleteEntryOf()], policy);
  assert.doesNotThrow(() => check(plan, policy));
  assertRefused('PLAN_BLOCKED', () => checkApplicable(plan));
});

test('checkApplicable says how many findings block', () => {
  const plan = planOf([deleteEntryOf()], policyOf({ limits: { accounts: 0 } }));
  assert.equal(
    assertRefused('PLAN_BLOCKED', () => checkApplicable(plan)),
    'the plan is blocked by 1 finding',
  );
});

test('checkApplicable accepts an applicable plan', () => {
  assert.doesNotThrow(() => checkApplicable(planOf()));
});

const ORGANIZATION = { id: HEADER.organization, partition: 'aws', managementAccount: MANAGEMENT };
test('checkOrganization accepts the organization of the plan', () => {
  assert.doesNotThrow(() => checkOrganization(planOf(), ORGANIZATION));
});
const OTHERS = {
  id: 'o-another000',
  partition: 'aws-us-gov',
  managementAccount: MEMBER,
};
for (const key of Object.keys(OTHERS) as (keyof typeof OTHERS)[]) {
  test(`checkOrganization refuses an organization when its ${key} is another`, () => {
    const organization = { ...ORGANIZATION, [key]: OTHERS[key] };
    const message = assertRefused('PLAN_ORGANIZATION_MISMATCH', () =>
      checkOrganization(planOf(), organization),
    );
    assert(message.includes(`"${ORGANIZATION[key]}"`) && message.includes(`"${OTHERS[key]}"`), message);
  });
}

test('checkPlan refuses a plan whose expiry is no date, which would never come', () => {
  assertRefused('PLAN_POLICY_MISMATCH', () => check({ ...planOf(), expires: '2026-13-99T99:99:99Z' }));
});

test('checkPlan refuses a plan that is good for longer than the policy says', () => {
  assertRefused('PLAN_POLICY_MISMATCH', () => check({ ...planOf(), expires: '2099-01-01T00:00:00Z' }));
});

test('checkPlan refuses a plan that leaves out what blocks it', () => {
  const unknown: Entry = {
    ...deleteEntryOf({ id: '333333333333' }),
    decision: 'unknown',
    observed: { kind: 'unknown', cause: 'aws-error', message: 'AssumeRoot failed' },
    findings: [],
    actions: [],
  };
  const message = assertRefused('PLAN_POLICY_MISMATCH', () => check(planOf([deleteEntryOf(), unknown])));
  assert.match(message, /the policy does not yield what the plan says in account "333333333333"/);
});
