import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateLoginProfileCommand, GetAccountSummaryCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { AssumeRootCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { openEmulator } from '../../src/emulator/emulator.js';
import { openBench, taskArn } from './clients.js';
import { ask, assumeRoot, virtualClock } from './signed-request.js';

const MINUTE = 60_000;
const ACCOUNTS = [{ id: '222222222222' }];

/** A bench on an AWS whose clock is off, and clients that may try more than once. */
async function openSkewed(minutes: number) {
  const bench = await openBench({ accounts: ACCOUNTS, clockSkew: minutes * MINUTE });
  const configure = (maxAttempts: number) => ({
    endpoint: bench.server.url,
    region: 'eu-west-1',
    maxAttempts,
    credentials: bench.emulator.callerCredentials(),
  });
  return {
    bench,
    organizations: (maxAttempts: number) => new OrganizationsClient(configure(maxAttempts)),
    sts: (maxAttempts: number) => new STSClient(configure(maxAttempts)),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

const list = async (client: OrganizationsClient) =>
  (await client.send(new ListAccountsCommand({}))).$metadata.attempts;
const identify = async (client: STSClient) =>
  (await client.send(new GetCallerIdentityCommand({}))).$metadata.attempts;

for (const [minutes, complaint] of [
  [10, /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/],
  [
    -10,
    /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)$/,
  ],
] as const) {
  test(`an SDK client that retries corrects a skew of ${minutes} minutes by itself, once`, async () => {
    await using skewed = await openSkewed(minutes);
    const client = skewed.organizations(3);
    assert.equal(await list(client), 2);
    assert.equal(await list(client), 1);
    assert.deepEqual(
      skewed.bench.emulator.calls.map(({ status }) => status),
      [400, 200, 200],
    );
  });

  test(`at a skew of ${minutes} minutes the first call of a client that does not retry fails, and no later one`, async () => {
    await using skewed = await openSkewed(minutes);
    const client = skewed.organizations(1);
    await assert.rejects(list(client), { name: 'InvalidSignatureException', message: complaint });
    assert.equal(await list(client), 1);
    await assert.rejects(list(skewed.organizations(1)), { name: 'InvalidSignatureException' });
  });

  test(`STS tolerates a skew of ${minutes} minutes, and one of ${2 * minutes} not`, async () => {
    await using near = await openSkewed(minutes);
    assert.equal(await identify(near.sts(1)), 1);
    await using far = await openSkewed(2 * minutes);
    await assert.rejects(identify(far.sts(1)), { name: 'SignatureDoesNotMatch', message: / 15 min\.\)$/ });
    assert.equal(await identify(far.sts(2)), 2);
  });
}

test('Organizations accepts a request that is 4 minutes old or early, and none of 6 minutes', async () => {
  const clock = virtualClock();
  const emulator = openEmulator({}, { now: clock.now });
  const at = async (minutes: number) => {
    const now = new Date(clock.now().getTime() + minutes * MINUTE);
    const request = { service: 'organizations', operation: 'ListRoots', now } as const;
    return (await ask(emulator, emulator.callerCredentials(), request)).code;
  };
  assert.deepEqual([await at(-4), await at(4)], [undefined, undefined]);
  assert.deepEqual([await at(-6), await at(6)], ['InvalidSignatureException', 'InvalidSignatureException']);
});

for (const minutes of [10, -10]) {
  test(`Date, Expiration, dates of creation, log and history are ${minutes} minutes off`, async () => {
    await using skewed = await openSkewed(minutes);
    const { bench } = skewed;
    // To the second: the time at which it was asked for, or later, and not later than now.
    const second = (time: number) => Math.floor(time / 1000);
    const begun = second(Date.now());
    const near = (date: Date | string | null | undefined, offset = 0) => {
      const time = second(new Date(date ?? 0).getTime() - offset - minutes * MINUTE);
      assert.ok(begun <= time && time <= second(Date.now()), `${date}`);
    };
    near((await fetch(bench.server.url, { method: 'POST' })).headers.get('date'));

    const issued = await bench.sts().send(
      new AssumeRootCommand({
        TargetPrincipal: '222222222222',
        TaskPolicyArn: { arn: taskArn('IAMCreateRootUserPassword') },
        DurationSeconds: 300,
      }),
    );
    near(issued.Credentials?.Expiration, 300_000);

    const iam = await bench.rootSession('222222222222', 'IAMCreateRootUserPassword');
    const created = await iam.send(new CreateLoginProfileCommand({}));
    near(created.LoginProfile?.CreateDate);
    near(bench.emulator.account('222222222222').password?.created);
    near(bench.emulator.calls.at(-1)?.at);
    bench.emulator.changeAccount('222222222222', { name: 'renamed' });
    near(bench.emulator.history.at(-1)?.at);
  });
}

test('a session lasts as long as it should under any skew', async () => {
  for (const clockSkew of [10 * MINUTE, -10 * MINUTE]) {
    const clock = virtualClock();
    const emulator = openEmulator({ accounts: ACCOUNTS, clockSkew }, { now: clock.now });
    const session = await assumeRoot(emulator, '222222222222', 'IAMAuditRootUserCredentials', clock.now(), {
      DurationSeconds: 300,
    });
    const summarize = async () =>
      (await ask(emulator, session, { service: 'iam', operation: 'GetAccountSummary', now: clock.now() }))
        .code;
    clock.advance(299_000);
    assert.equal(await summarize(), undefined);
    clock.advance(1000);
    assert.equal(await summarize(), 'ExpiredToken');
  }
});

test('without a skew the clock is the client’s', async () => {
  await using bench = await openBench({ accounts: ACCOUNTS });
  const begun = Date.now();
  const iam = await bench.rootSession('222222222222', 'IAMAuditRootUserCredentials');
  await iam.send(new GetAccountSummaryCommand({}));
  const time = Date.parse(bench.emulator.calls[0]?.at ?? '');
  assert.ok(Math.floor(begun / 1000) <= Math.floor(time / 1000) && time <= Date.now(), String(time));
});
