/** Sessions that share one client: whose a call is must never depend on what else is under way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAws } from '../../src/aws/open.js';
import { createHarness } from '../cli/harness.js';
import { VirtualClock } from '../core/virtual-clock.js';

const ACCOUNTS = Array.from({ length: 12 }, (_, index) => String(200_000_000_000 + index));
const SCENARIO = {
  organization: { managementAccount: '111111111111' },
  accounts: ACCOUNTS.map((id) => ({ id, root: { password: true, mfaDevices: 1 } })),
  // Answers overtake each other.
  faults: [{ fault: { kind: 'latency', milliseconds: { from: 0, to: 8 } } }],
} as const;

test('each call is signed by the session that makes it, however many sessions call at the same time', async (t) => {
  const { emulator, server, setAwsTime } = await createHarness(t, SCENARIO);
  setAwsTime(() => new Date());
  const settings = { endpoint: server.url, region: 'us-east-1', credentials: emulator.callerCredentials() };
  const aws = await openAws(
    { ...settings, pace: { quotaShare: Number.POSITIVE_INFINITY } },
    20,
    new VirtualClock(new Date()),
  );
  t.after(aws.close);
  const access = aws.rootAccess('aws');
  const sessions = await Promise.all(
    ACCOUNTS.map(async (account) => ({ account, ...(await access.open(account, 'audit')) })),
  );
  const looks = await Promise.all(
    [...sessions, ...sessions, ...sessions].map(async ({ account, list }) => ({
      account,
      devices: (await list()).filter(({ kind }) => kind === 'mfa-device'),
    })),
  );
  for (const { account, devices } of looks) {
    assert.deepEqual(
      devices.map(({ id }) => id?.split(':')[4]),
      [account],
    );
  }
  const accountOf = new Map(sessions.map(({ accessKeyId, account }) => [accessKeyId, account]));
  const ofSessions = emulator.calls.filter(({ service }) => service === 'iam');
  assert.equal(ofSessions.length, 3 * 5 * ACCOUNTS.length);
  for (const { accessKeyId = '', account, errorCode } of ofSessions) {
    assert.equal(errorCode === undefined || errorCode === 'NoSuchEntity', true, errorCode);
    assert.equal(account, accountOf.get(accessKeyId));
  }
});
