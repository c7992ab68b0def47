import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../../../src/core/action/credentials.js';
import { type Cause, createExplainer } from '../../../src/core/plan/change-cause.js';
import { entryFacts, evaluateAudited, evaluateUnaudited } from '../../../src/core/plan/evaluate.js';
import type { Entry } from '../../../src/core/plan/plan.js';
import type { Policy } from '../../../src/core/policy/policy.js';
import { type AccountFacts, compileScope, resolveScope } from '../../../src/core/policy/scope.js';
import {
  excludeOf,
  factsOf,
  includeOf,
  MANAGEMENT,
  MEMBER,
  PASSWORD,
  policyOf,
  withSeverity,
} from '../fixtures.js';

const [MARCH, APRIL] = ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'];
const HOLDS: Observation = { kind: 'audited', by: 'listing', credentials: [PASSWORD] };
const EMPTY: Observation = { kind: 'audited', by: 'summary', credentials: [] };

interface Then {
  readonly policy: Policy;
  readonly facts?: AccountFacts;
  readonly observed?: Observation;
  readonly at?: string;
}

function entryOf({ policy, facts = factsOf(), observed = HOLDS, at = MARCH }: Then): Entry {
  const now = new Date(at);
  const scope = resolveScope(compileScope(policy), facts, MANAGEMENT, now);
  assert.ok(scope.kind !== 'needs-tags');
  return scope.kind === 'included'
    ? evaluateAudited({ id: MEMBER, facts: entryFacts(facts), scope, observed }, policy, now)
    : evaluateUnaudited(MEMBER, entryFacts(facts), scope, policy);
}

function explain(before: Then, after: Then): Cause {
  const sideOf = ({ policy, at = MARCH }: Then) => ({
    plan: { managementAccount: MANAGEMENT, created: at },
    policy,
  });
  return createExplainer(sideOf(before), sideOf(after)).explain(entryOf(before), entryOf(after));
}

const causeOf = (...enough: readonly (keyof Cause)[]): Cause => {
  const weigh = (factor: keyof Cause) => (enough.includes(factor) ? 'enough' : 'not-enough');
  return { policy: weigh('policy'), account: weigh('account'), time: weigh('time') };
};

const DEFAULT = policyOf();
const EXCLUDES = policyOf({ exclude: excludeOf({ account: MEMBER }) });
const EXCLUDES_SHOPS = policyOf({ exclude: excludeOf({ name: 'shop*' }) });
const USED: Observation = {
  kind: 'audited',
  by: 'listing',
  credentials: [{ ...PASSWORD, lastUsed: { kind: 'used', at: '2026-02-01T00:00:00Z' } }],
};

const CASES: readonly (readonly [what: string, before: Then, after: Then, cause: Cause])[] = [
  ['a new exclusion', { policy: DEFAULT }, { policy: EXCLUDES }, causeOf('policy')],
  ['an exclusion that is gone', { policy: EXCLUDES }, { policy: DEFAULT }, causeOf('policy')],
  [
    'an exclusion that is gone, of an account that holds nothing',
    { policy: EXCLUDES },
    { policy: DEFAULT, observed: EMPTY },
    causeOf('policy'),
  ],
  [
    'another name',
    { policy: EXCLUDES_SHOPS },
    { policy: EXCLUDES_SHOPS, facts: factsOf({ name: 'mall' }) },
    causeOf('account'),
  ],
  [
    'an account that is suspended',
    { policy: DEFAULT },
    { policy: DEFAULT, facts: factsOf({ state: 'SUSPENDED' }) },
    causeOf('account'),
  ],
  ['a credential that is new', { policy: DEFAULT, observed: EMPTY }, { policy: DEFAULT }, causeOf('account')],
  [
    'a use that is no longer recent',
    { policy: withSeverity({ 'root-used-recently': 'block' }), observed: USED },
    { policy: withSeverity({ 'root-used-recently': 'block' }), observed: USED, at: '2026-06-01T00:00:00Z' },
    causeOf('time'),
  ],
  [
    'a new exclusion of accounts of the name that the account has got',
    { policy: DEFAULT, facts: factsOf({ name: 'mall' }) },
    { policy: EXCLUDES_SHOPS },
    causeOf(),
  ],
  ['another rule for the same decision', { policy: EXCLUDES }, { policy: EXCLUDES_SHOPS }, causeOf('policy')],
];

for (const [what, before, after, cause] of CASES) {
  test(`explain says what another decision comes from: ${what}`, () => {
    assert.deepEqual(explain(before, after), cause);
  });
}

test('explain does not guess the name of an account that was clean', () => {
  const shopsOnly = policyOf({ include: includeOf({ name: 'shop*' }) });
  assert.deepEqual(explain({ policy: DEFAULT, observed: EMPTY }, { policy: shopsOnly }), {
    policy: 'undetermined',
    account: 'enough',
    time: 'not-enough',
  });
});

test('explain does not guess what an account held that neither plan looked at', () => {
  const suspended = { policy: DEFAULT, facts: factsOf({ state: 'SUSPENDED' }) };
  assert.deepEqual(explain({ policy: EXCLUDES }, suspended), {
    policy: 'undetermined',
    account: 'enough',
    time: 'not-enough',
  });
});

test('explain does not guess tags that nobody read', () => {
  const tagged = policyOf({ exclude: excludeOf({ tags: { stage: 'prod' } }) });
  const facts = factsOf({}, { unitPath: '/', tags: { stage: 'prod' } });
  assert.equal(explain({ policy: DEFAULT }, { policy: tagged, facts }).policy, 'undetermined');
});

test('a rule is the same wherever it stands in the file, and another with another selector', () => {
  const moved = policyOf({ exclude: excludeOf({ name: 'x' }, { account: MEMBER }) });
  const plan = { managementAccount: MANAGEMENT, created: APRIL };
  const { sameRule } = createExplainer({ plan, policy: EXCLUDES }, { plan, policy: moved });
  assert.equal(sameRule('exclude[0] (line 9)', 'exclude[1] (line 10)'), true);
  assert.equal(sameRule('exclude[0] (line 9)', 'exclude[0] (line 9)'), false);
  assert.equal(sameRule('every member account', 'every member account'), true);
  assert.equal(sameRule('management account', 'every member account'), false);
});
