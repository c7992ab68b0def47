import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../src/emulator/faults/rule.js';
import { createPlanned, ORGANIZATION } from './planned.js';

const ACCOUNT = '333333333333';
const DENIED: Fault = {
  kind: 'access-denied',
  message: `User: arn:aws:iam::${ACCOUNT}:root is not authorized to perform this with an explicit deny in a service control policy`,
};

/** What an audit of one account needs, and how its plan names the cause when it fails. */
const CALLS = [
  { operation: 'AssumeRoot', cause: 'caller-not-allowed' },
  { operation: 'GetAccountSummary', cause: 'denied-by-scp' },
  { operation: 'GetUser', cause: 'denied-by-scp' },
  { operation: 'GetLoginProfile', cause: 'denied-by-scp' },
  { operation: 'ListAccessKeys', cause: 'denied-by-scp' },
  { operation: 'ListMFADevices', cause: 'denied-by-scp' },
  { operation: 'ListSigningCertificates', cause: 'denied-by-scp' },
] as const;

for (const { operation, cause } of CALLS) {
  test(`plan calls an account unknown, and is blocked, when ${operation} fails in it`, async (t) => {
    const { plan, apply, read, emulator, deletions } = await createPlanned(t);
    emulator.setFaults([{ match: { operation, account: ACCOUNT }, fault: DENIED }]);
    const { code, stdout } = await plan();
    assert.equal(code, 3);
    assert.match(stdout, /\n\? 333333333333 shop {2}\/Workloads\/Prod\n/);
    assert.match(stdout, /\n {4}block audit-unknown: The audit failed: /);
    assert.match(stdout, /1 unknown, 0 kept, 1 excluded, 0 not active, 1 clean\.\n/);
    const written = await read('org.plan.yaml');
    assert.match(written, new RegExp(`\\n {6}cause: ${cause}\\n`));
    assert.match(written, /\napplicable: false\n/);

    emulator.setFaults([]);
    assert.equal((await apply()).code, 3);
    assert.deepEqual(deletions(), []);
  });

  test(`audit shows an account as unknown when ${operation} fails in it`, async (t) => {
    const { run, emulator } = await createPlanned(t);
    emulator.setFaults([{ match: { operation, account: ACCOUNT }, fault: DENIED }]);
    const { code, stdout } = await run(['audit']);
    assert.equal(code, 6);
    assert.match(
      stdout,
      new RegExp(`\\n333333333333 .+ \\? +\\? +\\? +\\? +${cause}: ${operation} failed: AccessDenied`),
    );
    assert.match(stdout, /3 accounts, 1 unknown, 1 not audited; 0 passwords/);
  });
}

for (const operation of [
  'AssumeRoot',
  'GetUser',
  'GetLoginProfile',
  'ListAccessKeys',
  'ListMFADevices',
  'ListSigningCertificates',
]) {
  test(`apply leaves an account alone, and exits with 6, when ${operation} fails in it`, async (t) => {
    const { plan, apply, emulator, deletions } = await createPlanned(t);
    await plan();
    emulator.setFaults([{ match: { operation, account: ACCOUNT }, fault: DENIED }]);
    const { code, stdout } = await apply();
    assert.equal(code, 6);
    assert.match(
      stdout,
      new RegExp(`\\? 333333333333 shop: could not be looked at, left alone: ${operation} failed: `),
    );
    assert.match(stdout, /0 drifted, 1 unknown, 0 failed/);
    assert.deepEqual(deletions(), []);
  });
}

test('plan never deletes in an unknown account, even where the policy only warns', async (t) => {
  const { plan, apply, emulator, deletions } = await createPlanned(t, {
    policy: 'version: 1\nfindings: { audit-unknown: warn }\n',
  });
  emulator.setFaults([{ match: { operation: 'ListMFADevices', account: ACCOUNT }, fault: DENIED }]);
  assert.equal((await plan()).code, 0);
  emulator.setFaults([]);
  const { stdout } = await apply(['--confirm', ORGANIZATION]);
  assert.equal(stdout, 'Nothing to do: the plan changes nothing in the accounts that were asked for.\n');
  assert.deepEqual(deletions(), []);
});

test('plan survives throttling and passing failures without calling any account unknown', async (t) => {
  const { plan, emulator } = await createPlanned(t);
  emulator.setFaults([
    { match: { operation: 'AssumeRoot', account: ACCOUNT, nth: 1 }, fault: { kind: 'throttle' } },
    { match: { operation: 'GetUser', nth: 1 }, fault: { kind: 'http-error', status: 503 } },
    { match: { operation: 'ListMFADevices', nth: 1 }, fault: { kind: 'drop', when: 'before-effect' } },
    { match: { operation: 'ListAccounts', nth: 1 }, fault: { kind: 'throttle' } },
  ]);
  const { code, stdout } = await plan();
  assert.equal(code, 0);
  assert.match(stdout, /Plan: credentials to delete in 1 account .+ 0 unknown/);
});
