/** `rootsweep enable`, through the front door. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { fastClock } from './fast-clock.js';
import { createHarness, type Harness, type Result, type RunOptions } from './harness.js';
import { assertRefused } from './refused.js';

const ORGANIZATION = 'o-exampleorgid';
const OFF: Scenario = {
  organization: { id: ORGANIZATION, managementAccount: '111111111111' },
  features: { trustedAccess: false, rootCredentialsManagement: false },
  delegatedAdministrators: ['222222222222'],
  callers: { operator: {}, delegate: { account: '222222222222' }, stranger: { account: '999999999999' } },
  accounts: [
    { id: '111111111111', name: 'management' },
    { id: '222222222222', name: 'security' },
  ],
};

const PURPOSE = {
  trust: '      IAM may act for the organization; both features need it',
  management:
    '      the management account and delegated administrators for IAM may look at and delete root credentials of member accounts, and let passwords be recovered',
  sessions: '      they may unlock buckets and queues of member accounts that nobody else can reach',
};
const SCOPE = `Centralized root access in organization ${ORGANIZATION}:

  + trusted access for IAM       will be turned on
${PURPOSE.trust}
  + root credentials management  will be turned on, unless it was left on
${PURPOSE.management}

`;
const QUESTION = 'Type the organization id to turn it on: ';
const WAITING = 'Waiting until STS goes by it, which takes minutes (0 s so far)…\n';
const AFTERWARDS = `A delegated administrator for IAM may plan and apply in place of the management account; to make one, run: aws organizations register-delegated-administrator --account-id ACCOUNT --service-principal iam.amazonaws.com

Next: run: rootsweep doctor
`;

interface Enabling extends Harness {
  readonly enable: (argv?: readonly string[], options?: RunOptions) => Promise<Result>;
  /** The operations that change the organization, in order. */
  readonly enabled: () => string[];
}

async function arrange(t: TestContext, scenario: Scenario = {}): Promise<Enabling> {
  const harness = await createHarness(t, { ...OFF, ...scenario });
  return {
    ...harness,
    enable: (argv = ['--confirm', ORGANIZATION], options = {}) =>
      harness.run(['enable', ...argv], { clock: fastClock(), ...options }),
    enabled: () =>
      harness.emulator.calls
        .filter(({ effect }) => effect?.kind.endsWith('-enabled'))
        .map(({ operation }) => operation),
  };
}

const BOTH = ['EnableAWSServiceAccess', 'EnableOrganizationsRootCredentialsManagement'];

test('enable turns on what is off in the right order, and a plan can then be made', async (t) => {
  const { enable, enabled, run } = await arrange(t);
  const { code, stdout, stderr } = await enable([], { typed: ORGANIZATION });
  assert.equal(stdout, `Centralized root access is turned on in ${ORGANIZATION}; STS goes by it.\n`);
  assert.equal(
    stderr,
    `${SCOPE}${QUESTION}✓ trusted access for IAM: turned on\n✓ root credentials management: turned on\n${WAITING}${AFTERWARDS}`,
  );
  assert.equal(code, 0);
  assert.deepEqual(enabled(), BOTH);
  assert.equal((await run(['doctor'])).code, 0);
});

test('enable says what is on already, asks nothing and changes nothing', async (t) => {
  const { enable, enabled } = await arrange(t, { features: {} });
  const { code, stdout, stderr } = await enable([]);
  assert.equal(stdout, `Centralized root access is on already in ${ORGANIZATION}; STS goes by it.\n`);
  assert.equal(
    stderr,
    `Centralized root access in organization ${ORGANIZATION}:

  ✓ trusted access for IAM       on already
${PURPOSE.trust}
  ✓ root credentials management  on already
${PURPOSE.management}

${AFTERWARDS}`,
  );
  assert.equal(code, 0);
  assert.deepEqual(enabled(), []);
});

test('enable turns on what is missing, and root sessions where they are asked for', async (t) => {
  const { enable, enabled, emulator } = await arrange(t, { features: { trustedAccess: true } });
  const { code, stderr } = await enable(['--root-sessions', '--confirm', ORGANIZATION]);
  assert.equal(
    stderr,
    `Centralized root access in organization ${ORGANIZATION}:

  ✓ trusted access for IAM       on already
${PURPOSE.trust}
  ✓ root credentials management  on already
${PURPOSE.management}
  + root sessions                will be turned on
${PURPOSE.sessions}

✓ trusted access for IAM: on already
✓ root credentials management: on already
✓ root sessions: turned on
${WAITING}${AFTERWARDS}`,
  );
  assert.equal(code, 0);
  assert.deepEqual(enabled(), ['EnableOrganizationsRootSessions']);
  assert.ok(emulator.world.features.has('RootSessions'));
});

test('enable does not turn on again what trusted access brings back', async (t) => {
  const { enable, enabled } = await arrange(t, {
    features: { trustedAccess: false, rootCredentialsManagement: true },
  });
  const { code, stderr } = await enable();
  assert.match(stderr, /✓ trusted access for IAM: turned on\n✓ root credentials management: on already\n/);
  assert.equal(code, 0);
  assert.deepEqual(enabled(), ['EnableAWSServiceAccess']);
});

test('enable never turns root sessions on unasked', async (t) => {
  const { enable, emulator } = await arrange(t);
  assert.equal((await enable()).code, 0);
  assert.ok(!emulator.world.features.has('RootSessions'));
});

for (const typed of ['no', '', 'yes', 'o-otherorgid00']) {
  test(`enable exits 8 and changes nothing when "${typed}" is typed`, async (t) => {
    const { enable, enabled } = await arrange(t);
    const { code, stdout, stderr } = await enable([], { typed });
    assert.equal(stderr, `${SCOPE}${QUESTION}Error: cancelled; nothing was changed\n`);
    assert.equal(stdout, '');
    assert.equal(code, 8);
    assert.deepEqual(enabled(), []);
  });
}

test('enable is refused without a terminal to ask at', async (t) => {
  const enabling = await arrange(t);
  await assertRefused(
    { ...enabling, run: enabling.enable },
    {
      argv: ['--quiet'],
      code: 1,
      says: 'enable asks before it turns anything on, and there is no terminal to ask at',
      hint: `pass --confirm ${ORGANIZATION}`,
      calls: true,
    },
  );
  assert.deepEqual(enabling.enabled(), []);
});

test('enable is refused when --confirm names another organization', async (t) => {
  const enabling = await arrange(t);
  await assertRefused(
    { ...enabling, run: enabling.enable },
    {
      argv: ['--quiet', '--confirm', 'o-otherorgid00'],
      code: 4,
      says: `--confirm names "o-otherorgid00", the organization is "${ORGANIZATION}"`,
      hint: `if that is what you mean, pass --confirm ${ORGANIZATION}`,
      calls: true,
    },
  );
  assert.deepEqual(enabling.enabled(), []);
});

for (const [who, caller, says, hint, more] of [
  [
    'the delegated administrator',
    'delegate',
    'only the management account "111111111111" can turn centralized root access on, and the caller is of account "222222222222"',
    'use credentials of account "111111111111", for example with --profile',
    {},
  ],
  [
    'an account without an organization',
    'stranger',
    'account "999999999999" belongs to no organization',
    "use credentials of the organization's management account",
    {},
  ],
  [
    'an organization without all features',
    'operator',
    `organization "${ORGANIZATION}" does not have all features enabled`,
    'centralized root access needs them; run: aws organizations enable-all-features',
    { organization: { ...OFF.organization, featureSet: 'CONSOLIDATED_BILLING' as const } },
  ],
] as const) {
  test(`enable refuses ${who}`, async (t) => {
    const enabling = await arrange(t, more);
    const { server, emulator } = enabling;
    const aws = {
      endpoint: server.url,
      region: 'us-east-1',
      credentials: emulator.callerCredentials(caller),
    };
    await assertRefused(
      { ...enabling, run: enabling.enable },
      { argv: ['--confirm', ORGANIZATION], options: { aws }, code: 1, says, hint, calls: true },
    );
    assert.deepEqual(enabling.enabled(), []);
  });
}

for (const operation of BOTH) {
  test(`enable waits and goes on where ${operation} is throttled`, async (t) => {
    const { enable, enabled } = await arrange(t, {
      faults: [{ match: { operation, times: 3 }, fault: { kind: 'throttle' } }],
    });
    assert.equal((await enable()).code, 0);
    assert.deepEqual(enabled(), BOTH);
  });

  test(`enable goes on where the answer to ${operation} was lost`, async (t) => {
    const { enable, enabled, emulator } = await arrange(t, {
      faults: [{ match: { operation, nth: 1 }, fault: { kind: 'drop', when: 'after-effect' } }],
    });
    assert.equal((await enable()).code, 0);
    assert.ok(enabled().includes(operation));
    assert.deepEqual([...emulator.world.features], ['RootCredentialsManagement']);
  });

  test(`enable says what is missing where ${operation} is denied, and the same command goes on later`, async (t) => {
    const { enable, enabled, emulator } = await arrange(t, {
      faults: [{ match: { operation }, fault: { kind: 'access-denied', message: 'no' } }],
    });
    const { code, stderr } = await enable();
    const service = operation === 'EnableAWSServiceAccess' ? 'organizations' : 'iam';
    assert.match(
      stderr,
      new RegExp(
        `\\nError: the caller is not allowed to call ${service}:${operation}: no\\n {2}→ allow ${service}:${operation} in the IAM policy of the caller`,
      ),
    );
    assert.equal(code, 1);
    emulator.setFaults([]);
    assert.equal((await enable()).code, 0);
    assert.deepEqual(enabled(), BOTH);
  });
}

test('enable turns on nothing more once it is interrupted, and the same command goes on', async (t) => {
  const { enable, enabled, emulator } = await arrange(t);
  const stop = new AbortController();
  const stopped = { ...fastClock() };
  const send = emulator.handle.bind(emulator);
  emulator.handle = async (request) => {
    const reply = await send(request);
    if (reply.call.operation === 'EnableAWSServiceAccess') stop.abort();
    return reply;
  };
  const first = await enable(undefined, { stop: stop.signal, clock: stopped });
  assert.match(
    first.stderr,
    /\nError: interrupted; what was turned on stays on, and the same command goes on\n$/,
  );
  assert.equal(first.code, 130);
  assert.deepEqual(enabled(), ['EnableAWSServiceAccess']);
  emulator.handle = send;
  assert.equal((await enable()).code, 0);
  assert.deepEqual(enabled(), BOTH);
});

const LAG = (milliseconds: number): Scenario => ({
  faults: BOTH.map((operation) => ({
    match: { operation },
    fault: { kind: 'delayed-visibility' as const, milliseconds },
  })),
});

test('enable waits until STS goes by what IAM shows as on, and half a minute longer', async (t) => {
  const { enable, emulator } = await arrange(t, LAG(150_000));
  const clock = fastClock();
  const { code, stdout, stderr } = await enable(undefined, { clock });
  assert.equal(stdout, `Centralized root access is turned on in ${ORGANIZATION}; STS goes by it.\n`);
  assert.match(stderr, /\(0 s so far\)…\n.*\(30 s so far\)…\n.*\(60 s so far\)…\n/);
  assert.equal(code, 0);
  assert.equal(clock.slept(), 180_000);
  const trials = emulator.calls.filter(({ operation }) => operation === 'AssumeRoot');
  assert.deepEqual(
    trials.map(({ errorCode }) => errorCode),
    [...Array.from({ length: 15 }, () => 'AccessDenied'), ...Array.from({ length: 4 }, () => undefined)],
  );
});

test('enable begins to count anew when STS changes its mind', async (t) => {
  const { enable } = await arrange(t, {
    faults: [
      {
        match: { operation: 'AssumeRoot', nth: 3 },
        fault: { kind: 'access-denied', message: 'Service not enabled for AWS Organizations.' },
      },
    ],
  });
  const clock = fastClock();
  assert.equal((await enable(undefined, { clock })).code, 0);
  assert.equal(clock.slept(), 60_000);
});

test('enable says honestly that STS does not go by it when the time is over', async (t) => {
  const { enable, enabled } = await arrange(t, LAG(3_600_000));
  const { code, stdout, stderr } = await enable(['--confirm', ORGANIZATION, '--wait', '2']);
  assert.equal(stdout, '');
  assert.match(
    stderr,
    /\nError: everything is turned on, and after 2 minutes STS does not go by it yet: Service not enabled for AWS Organizations\.\n {2}→ it stays on; wait some more, then run: rootsweep doctor\n$/,
  );
  assert.equal(code, 1);
  assert.deepEqual(enabled(), BOTH);
});

test('enable stops waiting when told', async (t) => {
  const { enable } = await arrange(t, LAG(3_600_000));
  const stop = new AbortController();
  const clock = fastClock();
  const sleep = (milliseconds: number) =>
    milliseconds === 10_000 ? new Promise<void>(() => stop.abort()) : clock.sleep(milliseconds);
  const { code, stderr } = await enable(undefined, { clock: { ...clock, sleep }, stop: stop.signal });
  assert.match(stderr, /\nError: interrupted; everything is turned on, and STS may not go by it yet\n$/);
  assert.equal(code, 130);
});

for (const [when, more, why] of [
  ['there is no member account', { accounts: [] }, 'there is no active member account to try it on'],
  [
    'the caller may not open root sessions',
    { callers: { operator: { deny: ['sts:AssumeRoot'] } } },
    'User: arn:aws:iam::111111111111:user/operator is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::222222222222:root',
  ],
] as const) {
  test(`enable says that nobody could see what STS does when ${when}`, async (t) => {
    const { enable, enabled } = await arrange(t, { ...more, delegatedAdministrators: [] });
    const { code, stdout } = await enable();
    assert.equal(
      stdout,
      `Centralized root access is turned on in ${ORGANIZATION}; whether STS goes by it could not be seen: ${why}.\n`,
    );
    assert.equal(code, 0);
    assert.deepEqual(enabled(), BOTH);
  });
}

test('enable --json prints what was on, and what STS does', async (t) => {
  const { enable } = await arrange(t);
  const { code, stdout } = await enable(['--json', '--confirm', ORGANIZATION]);
  assert.deepEqual(JSON.parse(stdout), {
    version: 1,
    type: 'root-access-enabled',
    organization: ORGANIZATION,
    was: { 'trusted-access': 'off', RootCredentialsManagement: 'unknown' },
    sts: { kind: 'agrees' },
  });
  assert.equal(code, 0);
});

test('enable reads nothing with the sessions it opens, and opens none in the management account', async (t) => {
  const { enable, emulator } = await arrange(t);
  await enable(['--root-sessions', '--confirm', ORGANIZATION]);
  assert.deepEqual(
    emulator.calls.filter(({ caller }) => caller.kind === 'session'),
    [],
  );
  const targets = emulator.calls
    .filter(({ operation }) => operation === 'AssumeRoot')
    .map(({ account }) => account);
  assert.deepEqual([...new Set(targets)], ['222222222222']);
});
