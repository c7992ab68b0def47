import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeEntry, createPlanned, ORGANIZATION, SCENARIO } from './planned.js';

const WITH_KEY = SCENARIO.replace('password: { created: 2019-02-04T00:00:00Z }', '$&\n      accessKeys: 1');

test('apply deletes what the plan names and nothing else', async (t) => {
  const { plan, apply, deletions, emulator } = await createPlanned(t, {
    scenario: WITH_KEY,
    policy: 'version: 1\nfindings: { access-key-present: warn }\n',
  });
  assert.equal((await plan()).code, 0);
  assert.equal((await apply()).code, 0);

  assert.deepEqual(deletions(), [
    'DeleteLoginProfile 333333333333',
    'DeactivateMFADevice 333333333333',
    'DeactivateMFADevice 333333333333',
  ]);
  assert.equal(emulator.account('333333333333').accessKeys.length, 1);
});

test('apply deletes access keys where the policy says so, before the password', async (t) => {
  const { plan, apply, deletions } = await createPlanned(t, {
    scenario: WITH_KEY,
    policy:
      'version: 1\ndelete: [access-key, password, mfa-device]\nfindings: { access-key-present: warn }\n',
  });
  assert.equal((await plan()).code, 0);
  assert.equal((await apply()).code, 0);
  assert.deepEqual(
    deletions().map((deletion) => deletion.split(' ')[0]),
    ['DeleteAccessKey', 'DeleteLoginProfile', 'DeactivateMFADevice', 'DeactivateMFADevice'],
  );
});

test('apply refuses a trusted plan that deletes a kind of credential that the policy does not', async (t) => {
  const { plan, apply, resign, calls, forget } = await createPlanned(t, {
    scenario: WITH_KEY,
    policy: 'version: 1\nfindings: { access-key-present: warn }\n',
  });
  await plan();
  await resign((signed) =>
    changeEntry(signed, '333333333333', (entry) => {
      const key = entry.observed?.kind === 'audited' ? entry.observed.credentials[0]?.id : undefined;
      return {
        ...entry,
        actions: [{ kind: 'delete-access-key', id: key ?? '', by: 'a guard' }, ...entry.actions],
      };
    }),
  );
  forget();
  const { code, stderr } = await apply();
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the policy does not allow what the plan deletes in account "333333333333"\n/);
  assert.deepEqual(calls(), []);
});

test('apply refuses a trusted plan that deletes a credential which no audit saw', async (t) => {
  const { plan, apply, resign, calls, forget } = await createPlanned(t);
  await plan();
  await resign((signed) =>
    changeEntry(signed, '333333333333', (entry) => ({
      ...entry,
      actions: [...entry.actions, { kind: 'delete-mfa-device', id: 'GAKT12345678' }],
    })),
  );
  forget();
  const { code, stderr } = await apply();
  assert.equal(code, 4);
  assert.match(
    stderr,
    /has actions that are not, in the safe order, those of the credentials it was seen with/,
  );
  assert.deepEqual(calls(), []);
});

test('apply --exclude takes an account away', async (t) => {
  const { plan, apply, deletions } = await createPlanned(t);
  await plan();
  const { code, stdout } = await apply(['--confirm', ORGANIZATION, '--exclude', '333333333333']);
  assert.equal(code, 0);
  assert.equal(stdout, 'Nothing to do: the plan changes nothing in the accounts that were asked for.\n');
  assert.deepEqual(deletions(), []);
});

test('apply --only refuses an account in which the plan changes nothing', async (t) => {
  const { plan, apply, deletions } = await createPlanned(t);
  await plan();
  const { code, stderr } = await apply(['--confirm', ORGANIZATION, '--only', '222222222222']);
  assert.equal(code, 1);
  assert.match(stderr, /^Error: --only names account "222222222222", in which the plan changes nothing\n/);
  assert.deepEqual(deletions(), []);
});
