/** The policies of buckets and queues, in root sessions on the emulator: what is read, changed, and never guessed. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { GetBucketPolicyCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { openAws } from '../../src/aws/open.js';
import type { UnknownCause } from '../../src/core/action/credentials.js';
import type { ResourceName } from '../../src/core/action/resource-name.js';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import type { Fault, FaultMatch } from '../../src/emulator/faults/rule.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { serveEmulator } from '../../src/emulator/server.js';
import { type ResourceAccess, type ResourceSession, RootAccessFailure } from '../../src/workflows/ports.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { DENY_ALL, OPEN, OTHER, OWNER, SCENARIO } from '../emulator/locked.js';

// What the SDK finds on this machine must not decide what a test finds.
for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
process.env.AWS_CONFIG_FILE = join(tmpdir(), 'no-such-config');
process.env.AWS_SHARED_CREDENTIALS_FILE = join(tmpdir(), 'no-such-credentials');
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

interface Bench {
  readonly emulator: Emulator;
  readonly access: ResourceAccess;
  /** Opens what has to be there. */
  readonly open: (resource: ResourceName, account?: string) => Promise<ResourceSession>;
}

interface Setting {
  readonly scenario?: Scenario;
  readonly region?: string;
  /** Where the emulator is for the client, other than by its address. */
  readonly host?: string;
}

async function openBench(t: TestContext, { scenario = {}, region = 'eu-west-1', host }: Setting = {}) {
  const emulator = openEmulator({ ...SCENARIO, ...scenario });
  const server = await serveEmulator(emulator, host === undefined ? {} : { host });
  const endpoint = host === undefined ? server.url : server.url.replace(/\/\/[^:/]+/, `//${host}`);
  const aws = await openAws(
    { endpoint, region, credentials: emulator.callerCredentials() },
    5,
    new VirtualClock(new Date()),
  );
  t.after(() => {
    aws.close();
    return server.close();
  });
  const access = aws.resourceAccess('aws');
  return {
    emulator,
    access,
    open: async (resource: ResourceName, account = OWNER) => {
      const answer = await access.open(account, resource);
      assert(answer.kind === 'found', answer.kind);
      return answer.session;
    },
  } satisfies Bench;
}

function withFaults(...faults: readonly { match: FaultMatch; fault: Fault }[]): Setting {
  return { scenario: { faults } };
}

async function failureOf(run: Promise<unknown>): Promise<RootAccessFailure> {
  const error = await run.then(
    () => assert.fail('it did not fail'),
    (failure: unknown) => failure,
  );
  assert(error instanceof RootAccessFailure, String(error));
  return error;
}

const BUCKET = { kind: 'bucket', name: 'locked' } as const;
const QUEUE = { kind: 'queue', name: 'locked' } as const;
const BUCKET_ARN = 'arn:aws:s3:::locked';
const QUEUE_ARN = `arn:aws:sqs:eu-west-1:${OWNER}:locked`;
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

for (const [resource, arn, task, read, write] of [
  [BUCKET, BUCKET_ARN, 'S3UnlockBucketPolicy', 'GetBucketPolicy', 'DeleteBucketPolicy'],
  [QUEUE, QUEUE_ARN, 'SQSUnlockQueuePolicy', 'GetQueueAttributes', 'SetQueueAttributes'],
] as const) {
  const { kind } = resource;
  const replaceOperation = kind === 'bucket' ? 'PutBucketPolicy' : write;

  test(`a ${kind} that denies all is read, given another policy, and freed of it`, async (t) => {
    const { emulator, open } = await openBench(t);
    const session = await open(resource);
    assert.deepEqual([session.arn, session.region], [arn, 'eu-west-1']);
    assert.equal(emulator.world.sessions.get(session.accessKeyId)?.task, task);
    const first = await session.read();
    assert.equal(first.policy, DENY_ALL);
    assert.match(first.requestId, REQUEST_ID);

    const policy = JSON.stringify(OPEN);
    const replaced = await session.replace(policy);
    assert.equal(emulator.world.resources.get(arn)?.policy, policy);
    assert.equal((await session.read()).policy, policy);

    const removed = await session.remove();
    assert.equal(emulator.world.resources.get(arn)?.policy, undefined);
    const last = await session.read();
    assert.equal(last.policy, undefined);
    // Each receipt is that of its own call.
    const idOf = (operation: string) =>
      emulator.calls.filter((call) => call.operation === operation).map(({ requestId }) => requestId);
    assert.deepEqual(idOf(read), [first.requestId, idOf(read)[1], last.requestId]);
    assert.equal(idOf(replaceOperation)[0], replaced.requestId);
    assert.equal(idOf(write).at(-1), removed.requestId);
  });

  test(`removing the policy of a ${kind} that has none succeeds`, async (t) => {
    const { open } = await openBench(t);
    const session = await open({ ...resource, name: 'free' });
    assert.equal((await session.read()).policy, undefined);
    assert.match((await session.remove()).requestId, REQUEST_ID);
  });

  test(`a ${kind} that the account does not have is missing`, async (t) => {
    const { access } = await openBench(t);
    const answer = await access.open(OWNER, { ...resource, name: 'lock' });
    assert.equal(answer.kind, 'missing');
    assert(answer.kind === 'missing');
    assert.match(answer.accessKeyId, /^ASIA/);
    assert.equal((await access.open(OTHER, resource)).kind, 'missing');
  });

  test(`without the feature no session is opened for a ${kind}, and it is said what to turn on`, async (t) => {
    const { access } = await openBench(t, { scenario: { features: { rootSessions: false } } });
    const failure = await failureOf(access.open(OWNER, resource));
    assert.equal(failure.unknownCause, 'root-sessions-disabled');
    assert.equal(
      failure.message,
      'AssumeRoot failed: AccessDenied: Root sessions feature is not enabled for your AWS Organization.',
    );
  });

  const calls: readonly [operation: string, run: (session: ResourceSession) => Promise<unknown>][] = [
    [read, (session) => session.read()],
    [write, (session) => session.remove()],
    [replaceOperation, (session) => session.replace(JSON.stringify(OPEN))],
  ];
  for (const [operation, run] of calls) {
    test(`${operation} of a ${kind} is denied by a service control policy, and this is no policy`, async (t) => {
      const service = kind === 'bucket' ? 's3' : 'sqs';
      const Action = `${service}:${operation}`;
      const { open, emulator } = await openBench(t, {
        scenario: {
          scps: [{ target: '/', policy: { Statement: { Effect: 'Deny', Action, Resource: '*' } } }],
        },
      });
      const failure = await failureOf(run(await open(resource)));
      assert.deepEqual([failure.unknownCause, failure.refused], ['denied-by-scp', true]);
      assert.match(failure.message, new RegExp(`^${operation} failed: AccessDenied: User: arn:aws:iam::`));
      assert.match(failure.requestId ?? '', REQUEST_ID);
      assert.equal(emulator.world.resources.get(arn)?.policy, DENY_ALL);
    });

    const FAULTS: readonly [fault: Fault, cause: UnknownCause, refused: boolean][] = [
      [{ kind: 'expire-session' }, 'session-expired', true],
      [{ kind: 'access-denied', message: 'Access Denied' }, 'denied-in-session', true],
      [{ kind: 'error', status: 404, code: 'NoSuchKey', message: 'no' }, 'aws-error', true],
      [{ kind: 'error', status: 404, code: 'NoSuchBucket', message: 'no' }, 'aws-error', true],
      [{ kind: 'http-error', status: 503 }, 'unreachable', false],
      [{ kind: 'drop', when: 'before-effect' }, 'unreachable', false],
    ];
    for (const [fault, cause, refused] of FAULTS) {
      const shown = 'code' in fault ? fault.code : fault.kind;
      test(`${operation} of a ${kind} that ends in ${shown} is ${cause}`, async (t) => {
        const { open } = await openBench(t, withFaults({ match: { operation }, fault }));
        const failure = await failureOf(run(await open(resource)));
        assert.deepEqual([failure.unknownCause, failure.refused], [cause, refused]);
      });
    }

    test(`${operation} of a ${kind} believes no answer that is not AWS's`, async (t) => {
      const { open } = await openBench(
        t,
        withFaults({ match: { operation }, fault: { kind: 'garbled', when: 'before-effect' } }),
      );
      const failure = await failureOf(run(await open(resource)));
      assert.equal(failure.refused, false);
      assert.match(failure.message, new RegExp(`^${operation} `));
    });
  }

  test(`a call for a ${kind} that is throttled once is repeated where it only reads, and not where it writes`, async (t) => {
    const { open, emulator } = await openBench(
      t,
      withFaults(
        { match: { operation: read, nth: 1 }, fault: { kind: 'throttle' } },
        { match: { operation: write, nth: 1 }, fault: { kind: 'throttle' } },
      ),
    );
    const session = await open(resource);
    assert.equal((await session.read()).policy, DENY_ALL);
    const failure = await failureOf(session.remove());
    assert.deepEqual([failure.retryable, failure.refused], ['throttled', kind === 'queue']);
    assert.equal(emulator.calls.filter(({ operation }) => operation === write).length, 1);
  });

  test(`a ${kind} is read although the clock of this machine is off`, async (t) => {
    const { open } = await openBench(t, { scenario: { clockSkew: 3_600_000 } });
    const session = await open(resource);
    assert.equal((await session.read()).policy, DENY_ALL);
    await session.remove();
    assert.equal((await session.read()).policy, undefined);
  });

  test(`the answer to a change of a ${kind} that is lost leaves open whether it happened`, async (t) => {
    const { open, emulator } = await openBench(
      t,
      withFaults({ match: { operation: write }, fault: { kind: 'drop', when: 'after-effect' } }),
    );
    const failure = await failureOf((await open(resource)).remove());
    assert.deepEqual(
      [failure.unknownCause, failure.refused, failure.retryable],
      ['unreachable', false, 'transient'],
    );
    assert.equal(emulator.world.resources.get(arn)?.policy, undefined);
  });
}

test('a bucket is found in its own region, whatever region the caller is in', async (t) => {
  for (const region of ['eu-west-1', 'us-east-1']) {
    const { open, emulator } = await openBench(t, { region });
    const session = await open({ kind: 'bucket', name: 'far-away' });
    assert.equal(session.region, 'ap-southeast-2');
    assert.equal((await session.read()).policy, DENY_ALL);
    assert.deepEqual(
      emulator.calls.map(({ operation, status }) => [operation, status]),
      [
        ['AssumeRoot', 200],
        ['ListBuckets', 200],
        ['GetBucketPolicy', 200],
      ],
    );
  }
});

test('a bucket is found among many whose names begin alike', async (t) => {
  const names = Array.from({ length: 1200 }, (_, index) => `data.${String(index).padStart(4, '0')}`);
  const buckets = [...names, 'data', 'datum'].map((name) => ({ name, region: 'eu-west-1', policy: OPEN }));
  const { open, access } = await openBench(t, { scenario: { accounts: [{ id: OWNER, buckets }] } });
  assert.equal((await open({ kind: 'bucket', name: 'data.1199' })).arn, 'arn:aws:s3:::data.1199');
  assert.equal((await (await open({ kind: 'bucket', name: 'data' })).read()).policy, JSON.stringify(OPEN));
  assert.equal((await access.open(OWNER, { kind: 'bucket', name: 'data.' })).kind, 'missing');
});

test('a bucket is found at an endpoint by name, below which no other name leads anywhere', async (t) => {
  const { open } = await openBench(t, { host: 'localhost' });
  assert.equal((await (await open(BUCKET)).read()).policy, DENY_ALL);
});

test('a bucket that passes to another account in between is denied, and keeps its policy', async (t) => {
  const { open, emulator } = await openBench(t);
  const session = await open(BUCKET);
  // Its new owner lets the old one do anything.
  const policy = {
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
  } as const;
  emulator.changeAccount(OTHER, { buckets: [{ name: 'locked', region: 'eu-west-1', policy }] });
  for (const run of [session.read, session.remove, () => session.replace('{"Statement":[]}')]) {
    assert.equal((await failureOf(run())).unknownCause, 'denied-in-session');
  }
  assert.equal(emulator.world.resources.get(BUCKET_ARN)?.policy, JSON.stringify(policy));
});

for (const [Action, resource] of [
  ['s3:ListAllMyBuckets', BUCKET],
  ['sqs:GetQueueUrl', QUEUE],
] as const) {
  test(`a ${resource.kind} cannot be found where ${Action} is denied, and is not missing`, async (t) => {
    const policy = { Statement: { Effect: 'Deny', Action, Resource: '*' } } as const;
    const { access } = await openBench(t, { scenario: { scps: [{ target: '/', policy }] } });
    const failure = await failureOf(access.open(OWNER, resource));
    assert.equal(failure.unknownCause, 'denied-by-scp');
  });
}

for (const [what, operation, resource] of [
  ['the list of buckets', 'ListBuckets', BUCKET],
  ['the address of a queue', 'GetQueueUrl', QUEUE],
] as const) {
  test(`${what} that nobody can read is not one without it`, async (t) => {
    const { access } = await openBench(
      t,
      withFaults({ match: { operation }, fault: { kind: 'garbled', when: 'before-effect' } }),
    );
    const failure = await failureOf(access.open(OWNER, resource));
    assert.equal(failure.refused, false);
    assert.match(failure.message, new RegExp(`^${operation} `));
  });
}

test('a queue is looked for in the region that its name says, or else in that of the caller', async (t) => {
  const { access, open } = await openBench(t);
  const far = { kind: 'queue', name: 'far-away' } as const;
  assert.equal((await access.open(OWNER, far)).kind, 'missing');
  const session = await open({ ...far, region: 'ap-southeast-2' });
  assert.deepEqual(
    [session.arn, session.region],
    [`arn:aws:sqs:ap-southeast-2:${OWNER}:far-away`, 'ap-southeast-2'],
  );
  assert.equal((await session.read()).policy, undefined);
});

test('AWS_ENDPOINT_URL is where every call goes, whatever the address of a queue', async (t) => {
  const emulator = openEmulator(SCENARIO);
  const server = await serveEmulator(emulator);
  process.env.AWS_ENDPOINT_URL = server.url;
  const settings = { region: 'eu-west-1', credentials: emulator.callerCredentials() };
  const aws = await openAws(settings, 5, new VirtualClock(new Date()));
  t.after(() => {
    delete process.env.AWS_ENDPOINT_URL;
    aws.close();
    return server.close();
  });
  for (const resource of [BUCKET, QUEUE]) {
    const answer = await aws.resourceAccess('aws').open(OWNER, resource);
    assert(answer.kind === 'found');
    assert.equal((await answer.session.read()).policy, DENY_ALL);
    await answer.session.remove();
  }
  assert.equal(emulator.history.filter(({ event }) => event.kind === 'resource-policy-removed').length, 2);
});

const ANSWERED = { $metadata: { requestId: 'answered' } };
const QUEUE_URL = `https://sqs.eu-west-1.amazonaws.com/${OWNER}/locked`;

/** A queue whose SQS answers as a test says. */
async function openMockedQueue(t: TestContext, url: string | undefined, attributes?: Record<string, string>) {
  const sqs = mockClient(SQSClient);
  t.after(() => sqs.restore());
  sqs.on(GetQueueUrlCommand).resolves({ ...ANSWERED, QueueUrl: url });
  sqs.on(GetQueueAttributesCommand).resolves({ ...ANSWERED, Attributes: attributes });
  sqs.on(SetQueueAttributesCommand).resolves({ $metadata: {} });
  return (await openBench(t)).open(QUEUE);
}

for (const [what, attributes, cause, message] of [
  ['without attributes', undefined, 'incomplete-answer', 'GetQueueAttributes answered without QueueArn'],
  [
    'without the ARN of the queue',
    { Policy: DENY_ALL },
    'incomplete-answer',
    'GetQueueAttributes answered without QueueArn',
  ],
  [
    'for another queue',
    { QueueArn: `${QUEUE_ARN}-2` },
    'session-mismatch',
    `SQS answered for "${QUEUE_ARN}-2" instead of "${QUEUE_ARN}"`,
  ],
  [
    'with a policy that is none',
    { QueueArn: QUEUE_ARN, Policy: '' },
    'incomplete-answer',
    'GetQueueAttributes answered without a policy in JSON',
  ],
] as const) {
  test(`an answer ${what} does not say that a queue has no policy`, async (t) => {
    const session = await openMockedQueue(t, QUEUE_URL, attributes);
    const failure = await failureOf(session.read());
    assert.deepEqual([failure.unknownCause, failure.message], [cause, message]);
  });
}

test('a queue is neither found nor missing where SQS gives no address of it', async (t) => {
  const without = await failureOf(openMockedQueue(t, undefined));
  assert.equal(without.message, 'GetQueueUrl answered without QueueUrl');
  for (const url of [QUEUE_URL.replace(OWNER, OTHER), `${QUEUE_URL}-2`]) {
    assert.equal((await failureOf(openMockedQueue(t, url))).unknownCause, 'session-mismatch');
  }
});

test('no change of a queue is believed without the id of a request', async (t) => {
  const session = await openMockedQueue(t, QUEUE_URL);
  for (const run of [session.remove, () => session.replace(DENY_ALL)]) {
    const { message, refused } = await failureOf(run());
    assert.deepEqual(
      [message, refused],
      ['SetQueueAttributes answered without the id of the request', false],
    );
  }
});

test('no region of a bucket is guessed, and no list is empty that is not there', async (t) => {
  const s3 = mockClient(S3Client);
  t.after(() => s3.restore());
  const { access } = await openBench(t);
  for (const [Buckets, what] of [
    [[{ Name: 'locked' }], 'the region of the bucket'],
    [undefined, 'Buckets'],
  ] as const) {
    s3.on(ListBucketsCommand).resolves({ ...ANSWERED, ...(Buckets && { Buckets: [...Buckets] }) });
    const failure = await failureOf(access.open(OWNER, BUCKET));
    assert.equal(failure.message, `ListBuckets answered without ${what}`);
  }
});

/** A bucket whose policy S3 answers for as a test says. */
async function openMockedBucket(t: TestContext) {
  const s3 = mockClient(S3Client);
  t.after(() => s3.restore());
  const Buckets = [{ Name: 'locked', BucketRegion: 'eu-west-1' }];
  s3.on(ListBucketsCommand).resolves({ ...ANSWERED, Buckets });
  return { s3, session: await (await openBench(t)).open(BUCKET) };
}

for (const [what, answer, message] of [
  [
    'without the id of a request',
    { Policy: DENY_ALL, $metadata: {} },
    'GetBucketPolicy answered without the id of the request',
  ],
  ['without a policy', ANSWERED, 'GetBucketPolicy answered without a policy in JSON'],
  ['with a list', { ...ANSWERED, Policy: '[]' }, 'GetBucketPolicy answered without a policy in JSON'],
] as const) {
  test(`an answer ${what} says nothing of the policy of a bucket`, async (t) => {
    const { s3, session } = await openMockedBucket(t);
    s3.on(GetBucketPolicyCommand).resolves(answer);
    assert.equal((await failureOf(session.read())).message, message);
  });
}

for (const [status, code] of [
  [404, undefined],
  [503, 'NoSuchBucketPolicy'],
] as const) {
  test(`a ${status} with the code ${code} does not say that a bucket has no policy`, async (t) => {
    const { s3, session } = await openMockedBucket(t);
    const error = Object.assign(new Error('no'), {
      name: 'NoSuchBucketPolicy',
      Code: code,
      $metadata: { requestId: 'failed', httpStatusCode: status },
    });
    s3.on(GetBucketPolicyCommand).rejects(error);
    assert.equal((await failureOf(session.read())).refused, false);
  });
}

test('nothing of a session reaches the message of an error', async (t) => {
  const { open, emulator } = await openBench(t);
  const session = await open(BUCKET);
  emulator.setFaults([
    {
      match: { operation: 'GetBucketPolicy' },
      fault: {
        kind: 'error',
        status: 403,
        code: 'SignatureDoesNotMatch',
        message: `no\n\nx-amz-security-token:${'A'.repeat(90)}`,
      },
    },
  ]);
  assert.equal((await failureOf(session.read())).message.includes('AAAA'), false);
});
