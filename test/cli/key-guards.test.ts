/** An access key goes if nobody uses it, or if a waiver names it; and the same is judged in plan and apply. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeEntry, createPlanned, ORGANIZATION } from './planned.js';

const ACCOUNT = '333333333333';
const IDLE = 'AKIAI44QH8DHBEXAMPLE';
const BUSY = 'AKIAIOSFODNN7EXAMPLE';
const CERTIFICATE = 'TA7SMP42TDN5Z26OBPJE7EXAMPLE';

const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management }
  - id: "${ACCOUNT}"
    name: shop
    root:
      accessKeys:
        - { id: ${IDLE}, created: 2019-02-04T00:00:00Z }
        - id: ${BUSY}
          created: 2020-05-11T00:00:00Z
          lastUsed: { at: 2026-11-01T10:00:00Z, service: sqs, region: eu-west-1 }
      signingCertificates: [{ id: ${CERTIFICATE}, uploaded: 2012-01-01T00:00:00Z }]
`;
const POLICY = `version: 1
delete: [access-key, signing-certificate, password, mfa-device]
findings:
  access-key-present: info
  signing-certificate-present: info
  root-used-recently: info
`;
const WARNING = `${POLICY}  deletion-guarded: warn\n`;
const WAIVERS = `waivers:
  - access-key: ${BUSY}
    reason: the queue reader has moved to a role
    until: 2026-11-24
  - signing-certificate: ${CERTIFICATE}
    reason: no program signs with it
    until: 2027-03-31
`;

test('plan is blocked by a key that is used and by a certificate, and says what used the key where', async (t) => {
  const { plan } = await createPlanned(t, { scenario: SCENARIO, policy: POLICY });
  const { code, stdout } = await plan();
  assert.equal(code, 3);
  assert.deepEqual(stdout.split('\n').slice(-4), [
    'Blocked: 2 findings stop this plan; it cannot be applied.',
    `  ${ACCOUNT} deletion-guarded: Access key ${BUSY} is not to go: last used on 2026-11-01T10:00:00Z by sqs in eu-west-1; guards.access-key.unusedFor asks for 90d`,
    `  ${ACCOUNT} deletion-guarded: Signing certificate ${CERTIFICATE} is not to go: AWS does not record when it was last used; only a waiver lets it go`,
    '',
  ]);
});

test('apply deletes the key that nobody uses, and nothing else, when the policy only warns of the others', async (t) => {
  const { plan, apply, deletions, emulator, run } = await createPlanned(t, {
    scenario: SCENARIO,
    policy: WARNING,
  });
  assert.equal((await plan()).code, 0);
  const shown = (await run(['show', 'org.plan.yaml'])).stdout;
  assert.match(
    shown,
    /\n {4}- {2}access-key AKIAI44QH8DHBEXAMPLE .*\n {7}by guards\.access-key\.unusedFor 90d: never used since it was created on 2019-02-04T00:00:00Z\n {7}access-key AKIAIOSFODNN7EXAMPLE /,
  );
  assert.equal((await apply()).code, 0);
  assert.deepEqual(deletions(), [`DeleteAccessKey ${ACCOUNT}`]);
  assert.deepEqual(
    emulator.account(ACCOUNT).accessKeys.map(({ id }) => id),
    [BUSY],
  );
});

test('apply deletes what waivers name, one after the other, each proven gone before the next', async (t) => {
  const { plan, apply, emulator, forget, run } = await createPlanned(t, {
    scenario: SCENARIO,
    policy: `${POLICY}${WAIVERS}`,
  });
  assert.equal((await plan()).code, 0);
  assert.match(
    (await run(['show', 'org.plan.yaml'])).stdout,
    /\n {7}by waivers\[0\] \(line 8\), until 2026-11-24: the queue reader has moved to a role\n/,
  );
  forget();
  assert.equal((await apply()).code, 0);
  const [idle, busy, certificate] = emulator.calls
    .map(({ operation }) => operation)
    .join(' ')
    .split(/Delete\w+/)
    .slice(1);
  for (const after of [idle, busy]) assert.match(after ?? '', /^ ListAccessKeys GetUser .*ListAccessKeys/);
  assert.match(certificate ?? '', /^ ListSigningCertificates /);
  assert.deepEqual(emulator.account(ACCOUNT).accessKeys, []);
  assert.deepEqual(emulator.account(ACCOUNT).signingCertificates, []);
});

test('apply and verify refuse a plan when a waiver has ended that lets one of its keys go', async (t) => {
  const { plan, apply, verify, forget, calls } = await createPlanned(t, {
    scenario: SCENARIO,
    policy: `${POLICY}${WAIVERS}`,
  });
  await plan();
  assert.equal((await verify({ now: '2026-11-24T23:59:00Z' })).code, 0);
  forget();
  for (const run of [verify, (options: object) => apply(undefined, options)]) {
    const { code, stderr } = await run({ now: '2026-11-25T00:00:00Z' });
    assert.equal(code, 4);
    assert.equal(
      stderr,
      `Error: nothing lets access-key ${BUSY} of account "${ACCOUNT}" go any more: last used on 2026-11-01T10:00:00Z by sqs in eu-west-1; guards.access-key.unusedFor asks for 90d; waivers[0] (line 8) ended on 2026-11-24\n  → renew the waiver in the policy, or leave the credential, and plan again\n`,
    );
  }
  assert.deepEqual(calls(), []);
});

test('apply leaves an account alone when its waiver ends while the account is looked at', async (t) => {
  const { plan, apply, deletions, forget, emulator } = await createPlanned(t, {
    scenario: SCENARIO,
    policy: `${POLICY}${WAIVERS}`,
  });
  await plan();
  forget();
  let slept = 0;
  const clock = {
    // Midnight comes with the root session.
    now: () => {
      const late = emulator.calls.some(({ operation }) => operation === 'AssumeRoot');
      return new Date(Date.parse(late ? '2026-11-25T00:00:00Z' : '2026-11-24T23:59:58Z') + slept);
    },
    sleep: async (milliseconds: number) => {
      slept += milliseconds;
    },
    random: () => 0.5,
  };
  const { code, stdout } = await apply(undefined, { clock });
  assert.equal(code, 5, stdout);
  assert.match(
    stdout,
    /\n {6}-access-key AKIAIOSFODNN7EXAMPLE goes by waivers\[0\] \(line 8\), until 2026-11-24: /,
  );
  assert.match(stdout, /\n {6}\+access-key AKIAIOSFODNN7EXAMPLE is not to go: .* ended on 2026-11-24\n/);
  assert.deepEqual(deletions(), []);
});

test('apply leaves an account alone when somebody used its key after the plan was made', async (t) => {
  const { plan, apply, deletions, emulator } = await createPlanned(t, {
    scenario: SCENARIO,
    policy: WARNING,
  });
  await plan();
  emulator.changeAccount(ACCOUNT, {
    remove: { accessKeys: [IDLE] },
    add: { accessKeys: [{ id: IDLE, created: '2019-02-04T00:00:00Z', lastUsed: '2026-11-23T08:59:00Z' }] },
  });
  assert.equal((await apply()).code, 5);
  assert.deepEqual(deletions(), []);
});

test('apply refuses a trusted plan that deletes a key which no guard of the policy lets go', async (t) => {
  const { plan, apply, resign, forget, calls } = await createPlanned(t, {
    scenario: SCENARIO,
    policy: WARNING,
  });
  await plan();
  await resign((signed) =>
    changeEntry(signed, ACCOUNT, (entry) => ({
      ...entry,
      actions: [...entry.actions, { kind: 'delete-access-key', id: BUSY, by: 'waivers[0] (line 8): moved' }],
    })),
  );
  forget();
  const { code, stderr } = await apply();
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the policy does not allow what the plan deletes in account "333333333333"\n/);
  assert.deepEqual(calls(), []);
});
