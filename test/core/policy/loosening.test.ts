import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CredentialKind } from '../../../src/core/action/credentials.js';
import { FINDING_CODES } from '../../../src/core/policy/findings.js';
import { listLoosenings } from '../../../src/core/policy/loosening.js';
import { DEFAULT_FINDINGS, type Policy, type Waiver, type Wave } from '../../../src/core/policy/policy.js';
import { excludeOf, includeOf, policyOf, withSeverity } from '../fixtures.js';

const HOUR = 60 * 60 * 1000;

const waves = (...steps: readonly (number | string)[]): Partial<Policy> => ({
  rollout: {
    waves: steps.map(
      (step): Wave =>
        typeof step === 'number'
          ? { kind: 'accounts', value: step }
          : { kind: 'percent', value: Number.parseInt(step, 10) },
    ),
    stopAfterFailures: 1,
  },
});
const failures = (stopAfterFailures: number): Partial<Policy> => ({
  rollout: { waves: [{ kind: 'percent', value: 100 }], stopAfterFailures },
});
const deleting = (...kinds: readonly CredentialKind[]): Partial<Policy> => ({
  delete: new Set(kinds),
});
const unmatched = (include: 'block' | 'warn', exclude: 'block' | 'warn'): Partial<Policy> => ({
  findings: { ...DEFAULT_FINDINGS, unmatched: { include, exclude } },
});
const recent = (recentDays: number): Partial<Policy> => ({ findings: { ...DEFAULT_FINDINGS, recentDays } });

const WAIVER: Waiver = {
  kind: 'access-key',
  id: 'AKIAIOSFODNN7EXAMPLE',
  place: 'waivers[0]',
  line: 7,
  reason: 'moved to a role',
  until: '2027-03-31',
};

/** What the change from one to the other loosens, and from the other back. */
const CHANGES: readonly [what: string, Partial<Policy>, Partial<Policy>, there: string[], back: string[]][] =
  [
    [
      'organization',
      { organization: 'o-exampleorgid' },
      {},
      ['organization is no longer pinned: "o-exampleorgid" -> any'],
      [],
    ],
    [
      'another organization',
      { organization: 'o-exampleorgid' },
      { organization: 'o-another000' },
      ['organization is changed: "o-exampleorgid" -> "o-another000"'],
      ['organization is changed: "o-another000" -> "o-exampleorgid"'],
    ],
    [
      'include',
      { include: includeOf({ ou: '/Prod' }) },
      {},
      ['include is emptied: 1 rule -> every member account'],
      [],
    ],
    [
      'exclude',
      { exclude: excludeOf({ name: 'legacy-*' }) },
      {},
      ['a rule of exclude is removed: { name: "legacy-*" } -> none'],
      [],
    ],
    [
      'delete',
      deleting('password'),
      deleting('mfa-device', 'password', 'access-key'),
      ['delete has more kinds: [password] -> [access-key, password, mfa-device]'],
      [],
    ],
    [
      'other kinds in delete',
      deleting('password'),
      deleting('access-key'),
      ['delete has more kinds: [password] -> [access-key]'],
      ['delete has more kinds: [access-key] -> [password]'],
    ],
    [
      'guards.access-key.unusedFor',
      { unusedFor: 90 * 24 * HOUR },
      { unusedFor: 30 * 24 * HOUR },
      ['guards.access-key.unusedFor is shorter: 90d -> 30d'],
      [],
    ],
    [
      'waivers',
      {},
      { waivers: [WAIVER] },
      ['waivers[0] (line 7) is added: none -> access-key AKIAIOSFODNN7EXAMPLE until 2027-03-31'],
      [],
    ],
    [
      'the credential of a waiver',
      { waivers: [WAIVER] },
      { waivers: [{ ...WAIVER, id: 'AKIAI44QH8DHBEXAMPLE' }] },
      ['waivers[0] (line 7) is added: none -> access-key AKIAI44QH8DHBEXAMPLE until 2027-03-31'],
      ['waivers[0] (line 7) is added: none -> access-key AKIAIOSFODNN7EXAMPLE until 2027-03-31'],
    ],
    [
      'the last day of a waiver, its reason and its place',
      { waivers: [WAIVER] },
      { waivers: [{ ...WAIVER, place: 'waivers[1]', line: 9, reason: 'other', until: '2027-04-01' }] },
      ['waivers[1] (line 9) ends later: 2027-03-31 -> 2027-04-01, for access-key AKIAIOSFODNN7EXAMPLE'],
      [],
    ],
    [
      'findings.selector-unmatched',
      unmatched('block', 'block'),
      unmatched('warn', 'warn'),
      [
        'findings.selector-unmatched.include is lowered: "block" -> "warn"',
        'findings.selector-unmatched.exclude is lowered: "block" -> "warn"',
      ],
      [],
    ],
    [
      'findings.root-used-recently.days',
      recent(90),
      recent(30),
      ['findings.root-used-recently.days is lowered: 90 -> 30'],
      [],
    ],
    [
      'blocking',
      { blocking: 'organization' },
      { blocking: 'account' },
      ['blocking is loosened: "organization" -> "account"'],
      [],
    ],
    [
      'limits.accounts',
      { limits: { accounts: 50, percent: 10 } },
      { limits: { accounts: 200, percent: 10 } },
      ['limits.accounts is raised: 50 -> 200'],
      [],
    ],
    [
      'limits.percent',
      { limits: { percent: 10 } },
      { limits: { percent: 11 } },
      ['limits.percent is raised: 10 -> 11'],
      [],
    ],
    [
      'both limits',
      { limits: { accounts: 50, percent: 10 } },
      {},
      ['limits.accounts is removed: 50 -> none', 'limits.percent is removed: 10 -> none'],
      [],
    ],
    [
      'notBefore',
      { notBefore: 24 * HOUR },
      { notBefore: HOUR / 2 },
      ['notBefore is shorter: 24h -> 30m'],
      [],
    ],
    ['whether plans wait', { notBefore: 24 * HOUR }, {}, ['notBefore is removed: 24h -> none'], []],
    [
      'expiresAfter',
      { expiresAfter: 72 * HOUR },
      { expiresAfter: 168 * HOUR },
      ['expiresAfter is longer: 72h -> 168h'],
      [],
    ],
    [
      'expiresAfter in minutes',
      { expiresAfter: HOUR / 2 },
      { expiresAfter: 1.5 * HOUR },
      ['expiresAfter is longer: 30m -> 90m'],
      [],
    ],
    [
      'the number of waves',
      waves(1, 10, '100%'),
      waves(1, '100%'),
      ['rollout.waves has fewer or larger waves: [1, 10, 100%] -> [1, 100%]'],
      [],
    ],
    [
      'the size of a wave',
      waves(5, '100%'),
      waves(10, '100%'),
      ['rollout.waves has fewer or larger waves: [5, 100%] -> [10, 100%]'],
      // After five accounts all follow, and not after ten.
      ['rollout.waves has fewer or larger waves: [10, 100%] -> [5, 100%]'],
    ],
    [
      'a number of accounts to the same number as a share',
      waves(10, '100%'),
      waves('10%', '100%'),
      ['rollout.waves has fewer or larger waves: [10, 100%] -> [10%, 100%]'],
      ['rollout.waves has fewer or larger waves: [10%, 100%] -> [10, 100%]'],
    ],
    [
      'rollout.stopAfterFailures',
      failures(1),
      failures(3),
      ['rollout.stopAfterFailures is raised: 1 -> 3'],
      [],
    ],
  ];
for (const [what, one, other, there, back] of CHANGES) {
  test(`listLoosenings says it when ${what} changes, one way or the other`, () => {
    assert.deepEqual(listLoosenings(policyOf(one), policyOf(other)), there);
    assert.deepEqual(listLoosenings(policyOf(other), policyOf(one)), back);
  });
}

for (const code of FINDING_CODES) {
  if (code === 'selector-unmatched') continue;
  for (const [from, to] of [
    ['block', 'warn'],
    ['block', 'info'],
    ['warn', 'info'],
  ] as const) {
    test(`listLoosenings says it when ${code} is lowered from ${from} to ${to}`, () => {
      const [strict, loose] = [withSeverity({ [code]: from }), withSeverity({ [code]: to })];
      assert.deepEqual(listLoosenings(strict, loose), [`findings.${code} is lowered: "${from}" -> "${to}"`]);
      assert.deepEqual(listLoosenings(loose, strict), []);
    });
  }
}

test('listLoosenings finds nothing between a policy and itself', () => {
  const policy = policyOf({
    include: includeOf({ ou: '/A' }),
    exclude: excludeOf({ name: 'b' }),
    limits: { accounts: 1 },
  });
  assert.deepEqual(listLoosenings(policy, structuredClone(policy)), []);
});

test('listLoosenings lists everything in the order of a policy file', () => {
  const strict = policyOf({
    ...waves(1, '100%'),
    organization: 'o-exampleorgid',
    include: includeOf({ ou: '/A' }),
    exclude: excludeOf({ name: 'b' }),
    limits: { accounts: 5 },
  });
  const loose = policyOf({
    ...waves('100%'),
    delete: new Set(['password', 'mfa-device', 'access-key']),
    unusedFor: 24 * HOUR,
    waivers: [WAIVER],
    findings: { ...DEFAULT_FINDINGS, recentDays: 1 },
    blocking: 'account',
    expiresAfter: 100 * HOUR,
  });
  assert.deepEqual(
    listLoosenings(strict, loose).map((sentence) => sentence.split(/ (?:is|has) /)[0]),
    [
      'organization',
      'include',
      'a rule of exclude',
      'delete',
      'guards.access-key.unusedFor',
      'waivers[0] (line 7)',
      'findings.root-used-recently.days',
      'blocking',
      'limits.accounts',
      'expiresAfter',
      'rollout.waves',
    ],
  );
});

test('listLoosenings says once what is lost twice', () => {
  const base = policyOf({ exclude: excludeOf({ name: 'b' }, { name: 'b' }) });
  assert.equal(listLoosenings(base, policyOf()).length, 1);
});
