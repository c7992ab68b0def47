import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACTION_KINDS } from '../../../src/core/action/action.js';
import type { Credential, Observation } from '../../../src/core/action/credentials.js';
import { CREDENTIAL_KINDS } from '../../../src/core/action/credentials.js';
import { entryFacts, evaluateAudited } from '../../../src/core/plan/evaluate.js';
import type { FullEntry } from '../../../src/core/plan/plan.js';
import type { Policy, Waiver } from '../../../src/core/policy/policy.js';
import {
  ACCESS_KEY,
  CERTIFICATE,
  factsOf,
  includeOf,
  MEMBER,
  MFA_DEVICE,
  NOW,
  PASSWORD,
  policyOf,
  withSeverity,
} from '../fixtures.js';

const WAIVER: Waiver = {
  kind: 'signing-certificate',
  id: CERTIFICATE.id ?? '',
  place: 'waivers[0]',
  line: 7,
  reason: 'long gone',
  until: '2026-11-23',
};
const facts = entryFacts(factsOf());

function evaluate(observed: Observation, policy: Policy = policyOf()) {
  return evaluateAudited({ id: MEMBER, facts, scope: { kind: 'included' }, observed }, policy, NOW);
}

/** The entry of an account in which an audit listed these. */
function listed(credentials: readonly Credential[], policy?: Policy): FullEntry {
  const entry = evaluate({ kind: 'audited', by: 'listing', credentials }, policy);
  assert(entry.decision !== 'clean');
  return entry;
}

const codes = ({ findings }: FullEntry) => findings.map(({ code, severity }) => `${severity} ${code}`);

test('evaluateAudited deletes the password, and then the MFA device', () => {
  const { decision, rule, findings, actions } = listed([PASSWORD, MFA_DEVICE]);
  assert.deepEqual([decision, rule, findings], ['delete', 'every member account', []]);
  assert.deepEqual(actions, [{ kind: 'delete-password' }, { kind: 'delete-mfa-device', id: MFA_DEVICE.id }]);
});

test('evaluateAudited names the inclusion that selected the account', () => {
  const [rule] = includeOf({ name: 'shop' });
  assert(rule);
  const observed: Observation = { kind: 'audited', by: 'listing', credentials: [PASSWORD] };
  const entry = evaluateAudited(
    { id: MEMBER, facts, scope: { kind: 'included', rule }, observed },
    policyOf(),
    NOW,
  );
  assert.equal(entry.decision !== 'clean' && entry.rule, 'include[0] (line 3)');
});

for (const by of ['summary', 'listing'] as const) {
  test(`evaluateAudited is clean when the ${by} shows nothing`, () => {
    assert.deepEqual(evaluate({ kind: 'audited', by, credentials: [] }), {
      id: MEMBER,
      decision: 'clean',
      by,
    });
  });
}

test('evaluateAudited is unknown, blocks and deletes nothing when the audit failed', () => {
  const entry = evaluate({ kind: 'unknown', cause: 'denied-by-scp', message: 'denied' });
  assert(entry.decision === 'unknown');
  assert.deepEqual(entry.actions, []);
  assert.deepEqual(entry.findings, [
    { code: 'audit-unknown', severity: 'block', message: 'The audit failed: denied' },
  ]);
});

test('evaluateAudited stays unknown when the policy only warns of failed audits', () => {
  const entry = evaluate(
    { kind: 'unknown', cause: 'aws-error', message: 'x' },
    withSeverity({ 'audit-unknown': 'warn' }),
  );
  assert.equal(entry.decision, 'unknown');
});

test('evaluateAudited keeps an account whose credentials the policy does not delete', () => {
  const entry = listed([ACCESS_KEY], withSeverity({ 'access-key-present': 'info' }));
  assert.deepEqual([entry.decision, entry.actions], ['kept', []]);
});

const USED_TODAY = { ...PASSWORD, lastUsed: { kind: 'used', at: '2026-11-23T08:00:00Z' } } as const;
const FINDINGS: readonly [credentials: readonly Credential[], codes: readonly string[], decision: string][] =
  [
    [[PASSWORD, MFA_DEVICE], [], 'delete'],
    [[ACCESS_KEY], ['block access-key-present'], 'blocked'],
    [
      [ACCESS_KEY, { ...ACCESS_KEY, id: 'AKIAZ' }],
      ['block access-key-present', 'block access-key-present'],
      'blocked',
    ],
    [[CERTIFICATE], ['block signing-certificate-present'], 'blocked'],
    [[USED_TODAY, MFA_DEVICE], ['warn root-used-recently'], 'delete'],
    [[PASSWORD], ['warn password-without-mfa'], 'delete'],
    [[MFA_DEVICE], ['info mfa-without-password'], 'delete'],
    [[ACCESS_KEY, PASSWORD], ['block access-key-present', 'warn password-without-mfa'], 'blocked'],
  ];
for (const [credentials, expected, decision] of FINDINGS) {
  const kinds = credentials.map(({ kind }) => kind).join(', ');
  test(`evaluateAudited decides ${decision} with [${expected}] when an account holds ${kinds}`, () => {
    const entry = listed(credentials);
    assert.deepEqual([entry.decision, codes(entry)], [decision, expected]);
  });
}

for (const code of [
  'access-key-present',
  'signing-certificate-present',
  'root-used-recently',
  'password-without-mfa',
  'mfa-without-password',
] as const) {
  test(`evaluateAudited blocks without an action when the policy blocks ${code}`, () => {
    const credentials = {
      'access-key-present': [ACCESS_KEY],
      'signing-certificate-present': [CERTIFICATE],
      'root-used-recently': [USED_TODAY, MFA_DEVICE],
      'password-without-mfa': [PASSWORD],
      'mfa-without-password': [MFA_DEVICE],
    };
    const entry = listed(credentials[code], withSeverity({ [code]: 'block' }));
    assert.deepEqual([entry.decision, entry.actions], ['blocked', []]);
    assert(codes(entry).includes(`block ${code}`));
  });
}

const DELETING = {
  ...withSeverity({ 'access-key-present': 'info', 'deletion-guarded': 'warn' }),
  delete: new Set(CREDENTIAL_KINDS),
};
const BUSY = {
  ...ACCESS_KEY,
  id: 'AKIAI44QH8DHBEXAMPLE',
  lastUsed: { kind: 'used', at: '2026-11-01T08:00:00Z', service: 'sqs', region: 'eu-west-1' },
} as const;

test('evaluateAudited deletes the key that a guard lets go, says by which, and leaves the one that is used', () => {
  const entry = listed([ACCESS_KEY, BUSY, PASSWORD, MFA_DEVICE], DELETING);
  assert.equal(entry.decision, 'delete');
  assert.deepEqual(entry.actions, [
    {
      kind: 'delete-access-key',
      id: ACCESS_KEY.id,
      by: 'guards.access-key.unusedFor 90d: never used since it was created on 2019-01-01T00:00:00Z',
    },
    { kind: 'delete-password' },
    { kind: 'delete-mfa-device', id: MFA_DEVICE.id },
  ]);
});

test('the finding about a guarded key says what used it last, and where', () => {
  const finding = listed([BUSY], DELETING).findings.find(({ code }) => code === 'deletion-guarded');
  assert.equal(
    finding?.message,
    'Access key AKIAI44QH8DHBEXAMPLE is not to go: last used on 2026-11-01T08:00:00Z by sqs in eu-west-1; guards.access-key.unusedFor asks for 90d',
  );
});

test('evaluateAudited keeps an account of which no guard lets a key go', () => {
  assert.equal(listed([BUSY], DELETING).decision, 'kept');
});

test('evaluateAudited blocks an account of which no guard lets a key go, unless the policy says otherwise', () => {
  const policy = { ...DELETING, findings: withSeverity({ 'access-key-present': 'info' }).findings };
  const entry = listed([BUSY, PASSWORD, MFA_DEVICE], policy);
  assert.deepEqual([entry.decision, entry.actions], ['blocked', []]);
});

test('evaluateAudited says nothing of guards when the policy does not delete the kind', () => {
  assert.deepEqual(codes(listed([BUSY], withSeverity({ 'access-key-present': 'info' }))), [
    'info access-key-present',
    'warn root-used-recently',
  ]);
});

test('the finding about recent use says with which service, and where, a key was used', () => {
  const finding = listed([BUSY]).findings.find(({ code }) => code === 'root-used-recently');
  assert.equal(
    finding?.message,
    'The root user used its access-key AKIAI44QH8DHBEXAMPLE on 2026-11-01T08:00:00Z with sqs in eu-west-1, within 90 days',
  );
});

test('the finding about an access key says its id, status and use', () => {
  const [finding] = listed([ACCESS_KEY]).findings;
  assert.equal(
    finding?.message,
    'Access key AKIAIOSFODNN7EXAMPLE: Active, created 2019-01-01T00:00:00Z, never used',
  );
});

test('the finding about recent use says what was used, and when', () => {
  const [finding] = listed([USED_TODAY, MFA_DEVICE]).findings;
  assert.equal(finding?.message, 'The root user used its password on 2026-11-23T08:00:00Z, within 90 days');
});

/** NOW less 90 days is 2026-08-25T09:00:00Z. */
const RECENCY: readonly [at: string, recent: boolean][] = [
  ['2026-08-25T08:59:59Z', false],
  ['2026-08-25T09:00:00Z', true],
  ['2026-08-25T09:00:01Z', true],
];
for (const [at, recent] of RECENCY) {
  test(`a password used at ${at} ${recent ? 'counts' : 'does not count'} as used within 90 days`, () => {
    const entry = listed([{ ...PASSWORD, lastUsed: { kind: 'used', at } }, MFA_DEVICE]);
    assert.deepEqual(codes(entry), recent ? ['warn root-used-recently'] : []);
  });
}

test('a key that was never used is no recent use', () => {
  const entry = listed([ACCESS_KEY], withSeverity({ 'access-key-present': 'info' }));
  assert.deepEqual(codes(entry), ['info access-key-present']);
});

test('evaluateAudited orders actions safely, whatever the order of the listing', () => {
  const all = [ACCESS_KEY, CERTIFICATE, PASSWORD, MFA_DEVICE, { ...MFA_DEVICE, id: 'GAKT12345678' }];
  const policy = {
    ...withSeverity({ 'access-key-present': 'warn', 'signing-certificate-present': 'warn' }),
    delete: new Set(CREDENTIAL_KINDS),
    waivers: [WAIVER],
  };
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 1 }), (credentials) => {
      const ranks = listed(credentials, policy).actions.map(({ kind }) => ACTION_KINDS.indexOf(kind));
      assert.equal(ranks.length, credentials.length);
      assert.deepEqual(ranks, [...ranks].sort());
    }),
  );
});
