import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FullEntry } from '../../src/core/plan/plan.js';
import { changeEntry, createPlanned, SCENARIO } from './planned.js';

const INACTIVE = `${SCENARIO}
  - { id: "444444444444", name: suspended, state: SUSPENDED, root: { password: true } }
  - { id: "555555555555", name: closing, state: PENDING_CLOSURE, root: { password: true } }
  - { id: "666666666666", name: pending, state: PENDING_ACTIVATION, root: { password: true } }
  - { id: "777777777777", name: closed, state: CLOSED, root: { password: true } }
`;

test('plan opens no root session in the management account or an account that is not active', async (t) => {
  const { plan, calls } = await createPlanned(t, { scenario: INACTIVE });
  const { code, stdout } = await plan();
  assert.equal(code, 0);
  assert.match(stdout, /~ 111111111111 management {2}\/\n {4}management account\n/);
  assert.match(stdout, /\. 444444444444 suspended {2}\/\n {4}only ACTIVE accounts are audited\n/);
  assert.match(stdout, /credentials to delete in 1 account .+ 1 excluded, 4 not active, 1 clean\.\n/);
  assert.deepEqual(
    calls().filter((call) => call.startsWith('sts AssumeRoot')),
    ['sts AssumeRoot 222222222222', 'sts AssumeRoot 333333333333'],
  );
});

/** A trusted key may sign what it likes; the account is still not touched. */
const doom = (entry: FullEntry): FullEntry => ({
  ...entry,
  decision: 'delete',
  rule: 'every member account',
  observed: {
    kind: 'audited',
    by: 'listing',
    credentials: [{ kind: 'password', created: '2019-02-04T00:00:00Z' }],
  },
  findings: [
    {
      code: 'password-without-mfa',
      severity: 'warn',
      message: 'The root user has a password and no MFA device',
    },
  ],
  actions: [{ kind: 'delete-password' }],
});

for (const { id, name, says } of [
  {
    id: '111111111111',
    name: 'the management account',
    says: /is the management account, in which nothing is ever deleted/,
  },
  {
    id: '444444444444',
    name: 'a suspended account',
    says: /is to be changed although it is "SUSPENDED"/,
  },
]) {
  test(`apply refuses a trusted plan that deletes in ${name}`, async (t) => {
    const { plan, apply, resign, forget, calls } = await createPlanned(t, { scenario: INACTIVE });
    await plan();
    await resign((signed) => changeEntry(signed, id, doom));
    forget();
    const { code, stderr } = await apply();
    assert.equal(code, 4);
    assert.match(stderr, says);
    assert.deepEqual(calls(), []);
  });
}

test('apply refuses a trusted plan that names another management account than the organization has', async (t) => {
  const { plan, apply, resign, deletions } = await createPlanned(t);
  await plan();
  await resign((signed) => ({
    ...changeEntry(signed, '111111111111', doom),
    managementAccount: '222222222222',
  }));
  const { code, stderr } = await apply();
  assert.equal(code, 4);
  assert.match(
    stderr,
    /^Error: the plan is for management account "222222222222", it is now "111111111111"\n/,
  );
  assert.deepEqual(deletions(), []);
});

test('apply refuses a trusted plan that deletes in an account which the policy excludes', async (t) => {
  const { plan, apply, resign, forget, calls } = await createPlanned(t, {
    policy: 'version: 1\nexclude: [{ name: sh*, reason: not now }]\n',
  });
  await plan();
  await resign((signed) => changeEntry(signed, '333333333333', doom));
  forget();
  const { code, stderr } = await apply();
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the policy does not allow what the plan deletes in account "333333333333"\n/);
  assert.deepEqual(calls(), []);
});
