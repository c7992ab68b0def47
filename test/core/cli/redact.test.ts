import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRedact, knownOfPlan } from '../../../src/core/cli/redact.js';
import { assertLinear, countWork, SIZES } from '../../files/counted-work.js';
import { ENTRIES, planOf } from '../../views/plans.js';
import { ACCESS_KEY, HEADER, MFA_DEVICE } from '../fixtures.js';

const CALLER = HEADER.plannedBy;

test('createRedact masks what it knows in every string of a value, and nothing else of it', () => {
  const redact = createRedact({
    arns: [CALLER],
    emails: ['root@corp.example'],
    credentials: [[ACCESS_KEY, MFA_DEVICE]],
  });
  const value = {
    id: '222222222222',
    many: [`key ${ACCESS_KEY.id}, device ${MFA_DEVICE.id}`, 7, null, true],
    tags: { 'root@corp.example': 'root@corp.example' },
    by: CALLER,
  };
  assert.deepEqual(redact(value), {
    id: '222222222222',
    many: ['key AKIA…MPLE, device arn:aws:iam::222222222222:mfa/…vice', 7, null, true],
    tags: { 'r…@corp.example': 'r…@corp.example' },
    by: 'arn:aws:sts::111111111111:assumed-role/…',
  });
});

for (const [text, masked] of [
  ['mail to ada.lovelace@corp.example.', 'mail to a…@corp.example.'],
  [
    'User: arn:aws:sts::111111111111:assumed-role/Admin/ada is not authorized',
    'User: arn:aws:sts::111111111111:assumed-role/… is not authorized',
  ],
  ['user arn:aws:iam::111111111111:user/teams/ada, denied', 'user arn:aws:iam::111111111111:user/… denied'],
  ['session ASIAIOSFODNN7EXAMPLE ended', 'session ASIA…MPLE ended'],
  ['found signing-certificate TA7SMP42TDN5Z26OBPJE7EXAMPLE', 'found signing-certificate …MPLE'],
  ['found mfa-device GAHT12345678 (created …)', 'found mfa-device …5678 (created …)'],
  ['arn:aws:iam::222222222222:root', 'arn:aws:iam::222222222222:root'],
  ['222222222222', '222222222222'],
  ['a password and no MFA device', 'a password and no MFA device'],
] as const) {
  test(`what nothing names is known by its shape: ${text}`, () => {
    assert.equal(createRedact()(text), masked);
    // What is masked stays as it is.
    assert.equal(createRedact()(masked), masked);
  });
}

test('a short id is replaced only where it stands alone, and a whole account id never', () => {
  const redact = createRedact({
    credentials: [
      [
        { kind: 'mfa-device', id: '2026' },
        { kind: 'mfa-device', id: '222222222222' },
      ],
    ],
  });
  assert.equal(redact('2026 and 20260'), '… and 20260');
  assert.equal(redact('222222222222'), '222222222222');
  assert.equal(redact('mfa-device 222222222222'), 'mfa-device …2222');
});

test('ids of an account that are masked alike are told apart, and stay so in every string', () => {
  const redact = createRedact({
    credentials: [
      [
        { kind: 'access-key', id: 'AKIABBBBBBBBBBBBMPLE' },
        { kind: 'access-key', id: 'AKIAAAAAAAAAAAAAMPLE' },
      ],
      [{ kind: 'access-key', id: 'AKIACCCCCCCCCCCCMPLE' }],
    ],
  });
  assert.deepEqual(redact(['AKIAAAAAAAAAAAAAMPLE', 'AKIABBBBBBBBBBBBMPLE', 'AKIACCCCCCCCCCCCMPLE']), [
    'AKIA…MPLE',
    'AKIA…MPLE(2)',
    'AKIA…MPLE',
  ]);
});

test('no known value is left in any string, whatever stands around it', () => {
  const value = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => !/^\d{12}$/.test(text));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), fc.string(), fc.string(), (ids, a, b) => {
      const redact = createRedact({ credentials: [ids.map((id) => ({ kind: 'mfa-device', id }))] });
      for (const id of ids) assert.ok(!redact(`${a} ${id} ${b}`).includes(id));
    }),
  );
});

test('a redacted plan has as many accounts, credentials, findings and actions, and deletes what the plan deletes', () => {
  const plan = planOf(ENTRIES);
  const redacted = createRedact(knownOfPlan(plan))(plan);
  assert.deepEqual(redacted.totals, plan.totals);
  for (const [index, entry] of plan.accounts.entries()) {
    const shown = redacted.accounts[index];
    if (entry.decision === 'clean' || shown === undefined || shown.decision === 'clean') continue;
    assert.deepEqual([shown.id, shown.decision, shown.rule], [entry.id, entry.decision, entry.rule]);
    assert.deepEqual(
      shown.actions.map((action) => action.kind),
      entry.actions.map((action) => action.kind),
    );
  }
});

test('masking does work that grows no faster than the document', () => {
  const work = (accounts: number) => {
    const credentials = Array.from({ length: accounts }, (_, index) => [
      { kind: 'mfa-device' as const, id: `arn:aws:iam::${String(index).padStart(12, '0')}:mfa/device` },
    ]);
    const document = credentials
      .flat()
      .map(({ id }) => `mfa-device ${id} of an account, and ${'@'.repeat(50)}`);
    return countWork(() => createRedact({ credentials })(document));
  };
  assertLinear(SIZES.map(work));
});

test('masking does work that grows no faster than one long text', () => {
  const redact = createRedact({ credentials: [[ACCESS_KEY, MFA_DEVICE]] });
  for (const part of [
    '@',
    'a',
    'arn:aws:iam::222222222222:mfa/',
    'AKIA',
    'mfa-device ',
    'a@',
    `${ACCESS_KEY.id} `,
  ])
    assertLinear(SIZES.map((times) => countWork(() => redact(part.repeat(times)))));
});
