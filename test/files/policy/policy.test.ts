import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_FINDINGS, type Policy } from '../../../src/core/policy/policy.js';
import { parsePolicy } from '../../../src/files/policy/policy.js';
import { lines, refusalOf } from '../refusal.js';

const parse = (...all: readonly string[]) => parsePolicy(lines('version: 1', ...all), 'policy.yaml');

const DAY = 24 * 60 * 60 * 1000;

const DEFAULT_POLICY: Policy = {
  include: [],
  exclude: [],
  delete: new Set(['password', 'mfa-device']),
  unusedFor: 90 * DAY,
  waivers: [],
  findings: DEFAULT_FINDINGS,
  blocking: 'organization',
  limits: {},
  expiresAfter: 72 * 60 * 60 * 1000,
  rollout: {
    waves: [
      { kind: 'accounts', value: 1 },
      { kind: 'accounts', value: 10 },
      { kind: 'percent', value: 100 },
    ],
    stopAfterFailures: 1,
  },
};

test('parsePolicy completes a policy that says nothing with the defaults', () => {
  assert.deepEqual(parse(), DEFAULT_POLICY);
});

test('parsePolicy reads a policy that says everything', () => {
  const policy = parse(
    'organization: o-exampleorgid          # optional pin: any other organization is refused',
    'include:                              # default: every member account',
    '  - ou: /Workloads/**                 # by OU path, or OU id',
    '  - tags: { stage: sandbox }',
    'exclude:                              # wins over include',
    '  - account: "111122223333"',
    '    reason: break-glass account until the Q1 audit',
    '    until: 2027-03-31',
    '  - name: "legacy-*"',
    '    reason: migration running',
    'delete: [password, mfa-device]',
    'findings:                             # each code: block | warn | info',
    '  access-key-present: block',
    '  signing-certificate-present: block',
    '  root-used-recently: { days: 90, severity: block }',
    'blocking: organization',
    'limits: { accounts: 200, percent: 50 }',
    'expiresAfter: 72h',
    'rollout: { waves: [1, 10, 25%, 100%], stopAfterFailures: 1 }',
  );
  assert.deepEqual(policy, {
    organization: 'o-exampleorgid',
    include: [
      { id: 'include[0]', selector: { ou: '/Workloads/**' }, line: 4, column: 5 },
      { id: 'include[1]', selector: { tags: { stage: 'sandbox' } }, line: 5, column: 5 },
    ],
    exclude: [
      {
        id: 'exclude[0]',
        selector: { account: '111122223333' },
        line: 7,
        column: 5,
        reason: 'break-glass account until the Q1 audit',
        until: '2027-03-31',
      },
      {
        id: 'exclude[1]',
        selector: { name: 'legacy-*' },
        line: 10,
        column: 5,
        reason: 'migration running',
      },
    ],
    delete: new Set(['password', 'mfa-device']),
    unusedFor: 90 * DAY,
    waivers: [],
    findings: {
      ...DEFAULT_FINDINGS,
      severity: { ...DEFAULT_FINDINGS.severity, 'root-used-recently': 'block' },
      recentDays: 90,
    },
    blocking: 'organization',
    limits: { accounts: 200, percent: 50 },
    expiresAfter: 259_200_000,
    rollout: {
      waves: [
        { kind: 'accounts', value: 1 },
        { kind: 'accounts', value: 10 },
        { kind: 'percent', value: 25 },
        { kind: 'percent', value: 100 },
      ],
      stopAfterFailures: 1,
    },
  } satisfies Policy);
});

const READ: readonly [name: string, yaml: string, part: Partial<Policy>][] = [
  ['an empty list of exclusions', 'exclude: []', { exclude: [] }],
  [
    'every key of a selector',
    'include: [{ account: "012345678901", name: "a*", email: "*@b", ou: ou-ab12-12345678, joinedMethod: INVITED, joined: { after: 2026-01-31, before: 2026-02-01T00:00:00Z } }]',
    {
      include: [
        {
          id: 'include[0]',
          selector: {
            account: '012345678901',
            name: 'a*',
            email: '*@b',
            ou: 'ou-ab12-12345678',
            joinedMethod: 'INVITED',
            joined: { after: '2026-01-31', before: '2026-02-01T00:00:00Z' },
          },
          line: 2,
          column: 11,
        },
      ],
    },
  ],
  [
    'the id of a root, and globs with braces and extglobs',
    'include: [{ ou: r-ab12 }, { ou: "/{A,B}/!(C)" }]',
    {
      include: [
        { id: 'include[0]', selector: { ou: 'r-ab12' }, line: 2, column: 11 },
        { id: 'include[1]', selector: { ou: '/{A,B}/!(C)' }, line: 2, column: 27 },
      ],
    },
  ],
  ['access keys alone', 'delete: [access-key]', { delete: new Set(['access-key']) }],
  ['a password alone', 'delete: [password]', { delete: new Set(['password']) }],
  ['a guard of access keys', 'guards: { access-key: { unusedFor: 365d } }', { unusedFor: 365 * DAY }],
  ['a guard that says nothing', 'guards: { access-key: {} }', {}],
  [
    'waivers, each with its place',
    lines(
      'delete: [access-key, signing-certificate]',
      'waivers:',
      '  - { access-key: AKIAIOSFODNN7EXAMPLE, reason: moved, until: 2027-03-31 }',
      '  - signing-certificate: TA7SMP42TDN5Z26OBPJE7EXAMPLE',
      '    reason: long gone',
      '    until: 2027-04-30',
    ),
    {
      delete: new Set(['access-key', 'signing-certificate']),
      waivers: [
        {
          kind: 'access-key',
          id: 'AKIAIOSFODNN7EXAMPLE',
          place: 'waivers[0]',
          line: 4,
          reason: 'moved',
          until: '2027-03-31',
        },
        {
          kind: 'signing-certificate',
          id: 'TA7SMP42TDN5Z26OBPJE7EXAMPLE',
          place: 'waivers[1]',
          line: 5,
          reason: 'long gone',
          until: '2027-04-30',
        },
      ],
    },
  ],
  [
    'one severity for a finding with settings',
    'findings: { root-used-recently: info, selector-unmatched: info }',
    {
      findings: {
        ...DEFAULT_FINDINGS,
        severity: { ...DEFAULT_FINDINGS.severity, 'root-used-recently': 'info' },
        unmatched: { include: 'info', exclude: 'info' },
      },
    },
  ],
  [
    'the days that count as recent',
    'findings: { root-used-recently: { days: 30, severity: block } }',
    {
      findings: {
        ...DEFAULT_FINDINGS,
        severity: { ...DEFAULT_FINDINGS.severity, 'root-used-recently': 'block' },
        recentDays: 30,
      },
    },
  ],
  [
    'a severity for one kind of unmatched selector',
    'findings: { selector-unmatched: { exclude: warn }, audit-unknown: info }',
    {
      findings: {
        ...DEFAULT_FINDINGS,
        severity: { ...DEFAULT_FINDINGS.severity, 'audit-unknown': 'info' },
        unmatched: { include: 'warn', exclude: 'warn' },
      },
    },
  ],
  ['one limit', 'limits: { percent: 100 }', { limits: { percent: 100 } }],
  ['a wait', 'notBefore: 4319m', { notBefore: 4319 * 60_000 }],
  ['the longest life of a plan', 'expiresAfter: 30d', { expiresAfter: 2_592_000_000 }],
  [
    'the waves alone',
    'rollout: { waves: [100%] }',
    { rollout: { waves: [{ kind: 'percent', value: 100 }], stopAfterFailures: 1 } },
  ],
  [
    'the failures alone',
    'rollout: { stopAfterFailures: 3 }',
    { rollout: { ...DEFAULT_POLICY.rollout, stopAfterFailures: 3 } },
  ],
];
for (const [name, yaml, part] of READ) {
  test(`parsePolicy reads ${name}`, () => {
    assert.deepEqual(parse(yaml), { ...DEFAULT_POLICY, ...part });
  });
}

test('parsePolicy keeps a tag called __proto__ without touching a prototype', () => {
  const [rule] = parse('include: [{ tags: { __proto__: x } }]').include;
  assert.deepEqual(Object.entries(rule?.selector.tags ?? {}), [['__proto__', 'x']]);
});

test('parsePolicy refuses a file without a version', () => {
  assert.equal(
    refusalOf(() => parsePolicy('exclude: []\n', 'policy.yaml')),
    'POLICY_INVALID\npolicy.yaml:1:1: the file has no version; add version: 1',
  );
});

test('parsePolicy tells all independent mistakes at once, in the order of the file', () => {
  assert.equal(
    refusalOf(() => parse('delete: [mfa-device]', 'blocking: all', 'limits: { percent: 0 }')),
    lines(
      'POLICY_INVALID',
      'policy.yaml:2:9: delete: mfa-device without password would leave a password with its MFA gone; add password, or take mfa-device out',
      'policy.yaml:3:11: blocking is "all"; write "organization" or "account"',
      'policy.yaml:4:20: limits.percent is 0; write a whole number from 1 to 100, for example 50',
    ).trimEnd(),
  );
});
