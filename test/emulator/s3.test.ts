import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteBucketPolicyCommand,
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { type Bench, openBench, refusal } from './clients.js';
import { DENY_ALL, OPEN, OTHER, OWNER, SCENARIO } from './locked.js';

const ROOT = `arn:aws:iam::${OWNER}:root`;

async function openSession(bench: Bench, account = OWNER, region?: string): Promise<S3Client> {
  return bench.s3(await bench.assumeRoot(account, 'S3UnlockBucketPolicy'), region);
}

function asCaller(bench: Bench, name: string): S3Client {
  return bench.s3(bench.emulator.callerCredentials(name));
}

function get(bucket: string, owner?: string): GetBucketPolicyCommand {
  return new GetBucketPolicyCommand({ Bucket: bucket, ExpectedBucketOwner: owner });
}

function put(bucket: string, policy: string): PutBucketPolicyCommand {
  return new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy });
}

async function failureOf(run: Promise<unknown>) {
  const error = (await run.then(
    () => assert.fail('it did not fail'),
    (failure: unknown) => failure,
  )) as { name: string; message: string; $metadata: { httpStatusCode: number }; $response?: unknown };
  const { headers } = error.$response as { headers: Record<string, string> };
  return {
    name: error.name,
    message: error.message,
    status: error.$metadata.httpStatusCode,
    region: headers['x-amz-bucket-region'],
  };
}

test('a root session reads, replaces and deletes the policy of a bucket that denies all', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  assert.equal((await s3.send(get('locked'))).Policy, DENY_ALL);
  const policy = JSON.stringify(OPEN);
  await s3.send(put('locked', policy));
  assert.equal((await s3.send(get('locked'))).Policy, policy);
  const { $metadata } = await s3.send(new DeleteBucketPolicyCommand({ Bucket: 'locked' }));
  assert.equal($metadata.httpStatusCode, 204);
  assert.match($metadata.requestId ?? '', /^[0-9a-f]{8}-/);
  await assert.rejects(
    s3.send(get('locked')),
    refusal('NoSuchBucketPolicy', 'The bucket policy does not exist'),
  );
  assert.deepEqual(
    bench.emulator.history.map(({ event }) => event.kind),
    ['session-issued', 'resource-policy-set', 'resource-policy-removed'],
  );
});

test('the administrator of the account is locked out of the same bucket', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = asCaller(bench, 'admin');
  for (const command of [
    get('locked'),
    put('locked', '{}'),
    new DeleteBucketPolicyCommand({ Bucket: 'locked' }),
  ]) {
    const action = command.constructor.name.replace('Command', '');
    await assert.rejects(
      s3.send(command as GetBucketPolicyCommand),
      refusal(
        'AccessDenied',
        `User: arn:aws:iam::${OWNER}:user/admin is not authorized to perform: s3:${action} on resource: "arn:aws:s3:::locked" with an explicit deny in a resource-based policy`,
      ),
    );
  }
  assert.deepEqual(await s3.send(get('shared')).then(({ Policy }) => JSON.parse(Policy ?? '')), OPEN);
});

test('a caller without permission is told which kind of policy would have to allow it', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(
    asCaller(bench, 'reader').send(get('free')),
    refusal(
      'AccessDenied',
      `User: arn:aws:iam::${OWNER}:user/reader is not authorized to perform: s3:GetBucketPolicy on resource: "arn:aws:s3:::free" because no identity-based policy allows the s3:GetBucketPolicy action`,
    ),
  );
});

test('a policy that allows makes up for none of the account itself', async () => {
  const policy = {
    Statement: [{ Effect: 'Allow', Principal: { AWS: ROOT }, Action: 's3:*', Resource: '*' }],
  } as const;
  await using bench = await openBench({
    ...SCENARIO,
    accounts: [{ id: OWNER, buckets: [{ name: 'granted', region: 'eu-west-1', policy }] }],
  });
  assert.ok((await asCaller(bench, 'reader').send(get('granted'))).Policy);
});

test('another account may not, and is answered MethodNotAllowed where the bucket lets it', async () => {
  await using bench = await openBench(SCENARIO);
  for (const s3 of [asCaller(bench, 'stranger'), await openSession(bench, OTHER)]) {
    const refused = await failureOf(s3.send(get('free')));
    assert.match(refused.message, /because no resource-based policy allows the s3:GetBucketPolicy action$/);
    assert.deepEqual([refused.name, refused.status, refused.region], ['AccessDenied', 403, 'eu-west-1']);
    const { name, status } = await failureOf(s3.send(get('shared')));
    assert.deepEqual([name, status], ['MethodNotAllowed', 405]);
  }
});

test('the expected owner must be the owner', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  assert.equal((await s3.send(get('locked', OWNER))).Policy, DENY_ALL);
  await assert.rejects(s3.send(get('locked', OTHER)), refusal('AccessDenied', 'Access Denied'));
});

test('a session for another task may do nothing here', async () => {
  await using bench = await openBench(SCENARIO);
  for (const task of ['SQSUnlockQueuePolicy', 'IAMAuditRootUserCredentials'] as const) {
    const s3 = bench.s3(await bench.assumeRoot(OWNER, task));
    for (const command of [get('locked'), new ListBucketsCommand({})]) {
      await assert.rejects(s3.send(command as GetBucketPolicyCommand), {
        name: 'AccessDenied',
        message: /^User: arn:aws:iam::222222222222:root .* with an explicit deny in a session policy$/,
      });
    }
  }
});

test('a service control policy stops a root session', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    scps: [
      {
        id: 'p-denyexample',
        target: '/',
        policy: { Statement: { Effect: 'Deny', Action: 's3:DeleteBucketPolicy', Resource: '*' } },
      },
    ],
  });
  const s3 = await openSession(bench);
  assert.equal((await s3.send(get('locked'))).Policy, DENY_ALL);
  await assert.rejects(s3.send(new DeleteBucketPolicyCommand({ Bucket: 'locked' })), {
    name: 'AccessDenied',
    message:
      /s3:DeleteBucketPolicy on resource: "arn:aws:s3:::locked" with an explicit deny in a service control policy: arn:aws:organizations::111111111111:policy\/.*\/p-denyexample$/,
  });
  assert.notEqual(bench.emulator.world.resources.get('arn:aws:s3:::locked')?.policy, undefined);
});

test('no session is issued without the feature for it, whatever the other feature', async () => {
  await using bench = await openBench({ ...SCENARIO, features: { rootCredentialsManagement: true } });
  for (const task of ['S3UnlockBucketPolicy', 'SQSUnlockQueuePolicy'] as const) {
    await assert.rejects(
      bench.assumeRoot(OWNER, task),
      refusal('AccessDenied', 'Root sessions feature is not enabled for your AWS Organization.'),
    );
  }
});

test('deleting a policy that is not there succeeds, and does nothing', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: 'free' }));
  assert.equal(bench.emulator.history.length, 1);
});

test('a bucket that is not there is unknown', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  await assert.rejects(
    s3.send(get('nowhere')),
    refusal('NoSuchBucket', 'The specified bucket does not exist'),
  );
});

const MALFORMED: readonly [policy: string, message: string][] = [
  ['policy.json', "Policies must be valid JSON and the first byte must be '{'"],
  [' {}', "Policies must be valid JSON and the first byte must be '{'"],
  ['{', 'This policy contains invalid Json'],
  ['{"Statement":[]}', 'This policy contains invalid Json'],
  ['{"Statement":[{"Effect":"Perhaps"}]}', 'This policy contains invalid Json'],
];
for (const [policy, message] of MALFORMED) {
  test(`PutBucketPolicy refuses ${policy} as malformed, and keeps what is there`, async () => {
    await using bench = await openBench(SCENARIO);
    const s3 = await openSession(bench);
    await assert.rejects(s3.send(put('locked', policy)), refusal('MalformedPolicy', message));
    assert.equal((await s3.send(get('locked'))).Policy, DENY_ALL);
  });
}

test('PutBucketPolicy refuses more than 20 kB', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  const long = JSON.stringify({ ...OPEN, Id: 'x'.repeat(20 * 1024) });
  await assert.rejects(s3.send(put('locked', long)), refusal('PolicyTooLarge'));
});

test('an endpoint of another region leads to that of the bucket', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  const failure = await failureOf(s3.send(get('far-away')));
  assert.deepEqual(failure, {
    name: 'PermanentRedirect',
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    status: 301,
    region: 'ap-southeast-2',
  });
  const there = await openSession(bench, OWNER, 'ap-southeast-2');
  assert.equal((await there.send(get('far-away'))).Policy, DENY_ALL);
});

test('every error about a bucket says where it is', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  assert.equal((await failureOf(s3.send(get('free')))).region, 'eu-west-1');
  assert.equal((await failureOf(s3.send(put('free', '{')))).region, 'eu-west-1');
  assert.equal((await failureOf(asCaller(bench, 'reader').send(get('free')))).region, 'eu-west-1');
  assert.equal((await failureOf(s3.send(get('nowhere')))).region, undefined);
});

test('ListBuckets lists the buckets of the account in every region, and their regions for who gives a parameter', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  const all = await s3.send(new ListBucketsCommand({}));
  assert.deepEqual(
    all.Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion]),
    [
      ['far-away', undefined],
      ['free', undefined],
      ['locked', undefined],
      ['shared', undefined],
    ],
  );
  assert.ok(all.Buckets?.[0]?.CreationDate instanceof Date);
  assert.match(all.Owner?.ID ?? '', /^[0-9a-f]{64}$/);
  const found = await s3.send(new ListBucketsCommand({ Prefix: 'f' }));
  assert.deepEqual(
    found.Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion]),
    [
      ['far-away', 'ap-southeast-2'],
      ['free', 'eu-west-1'],
    ],
  );
  assert.equal(found.Prefix, 'f');
  const near = await s3.send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }));
  assert.equal(near.Buckets?.length, 3);
  await assert.rejects(
    s3.send(new ListBucketsCommand({ BucketRegion: 'ap-southeast-2' })),
    refusal('InvalidArgument'),
  );
});

test('ListBuckets gives pages, and takes no token of another list', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  const names: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  let pages = 0;
  do {
    const page = await s3.send(new ListBucketsCommand({ MaxBuckets: 3, ContinuationToken }));
    names.push(...(page.Buckets ?? []).map(({ Name }) => Name));
    ContinuationToken = page.ContinuationToken;
    pages += 1;
  } while (ContinuationToken !== undefined);
  assert.deepEqual([names, pages], [['far-away', 'free', 'locked', 'shared'], 2]);

  const { ContinuationToken: token } = await s3.send(new ListBucketsCommand({ MaxBuckets: 1 }));
  const other = await openSession(bench, OTHER);
  for (const foreign of [token, 'nonsense'])
    await assert.rejects(
      other.send(new ListBucketsCommand({ ContinuationToken: foreign })),
      refusal('InvalidArgument'),
    );
  await assert.rejects(s3.send(new ListBucketsCommand({ MaxBuckets: 0 })), refusal('InvalidArgument'));
});

test('ListBuckets of an account without buckets is empty', async () => {
  await using bench = await openBench({ ...SCENARIO, accounts: [{ id: OWNER }] });
  const { Buckets } = await (await openSession(bench)).send(new ListBucketsCommand({}));
  assert.deepEqual(Buckets, []);
});

test('an operation that the emulator does not have is said to be missing', async () => {
  await using bench = await openBench(SCENARIO);
  const s3 = await openSession(bench);
  await assert.rejects(s3.send(new GetBucketAclCommand({ Bucket: 'free' })), {
    name: 'NotImplemented',
    message: 'The emulator does not have the operation "GET /free/?acl="',
  });
  assert.equal(bench.emulator.calls.at(-1)?.unknownOperation, true);
});

test('a condition that the emulator cannot evaluate stops nobody whom the policy is no matter for', async () => {
  const policy = {
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: '*',
        Resource: '*',
        Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      },
    ],
  } as const;
  const scenario: Scenario = {
    ...SCENARIO,
    accounts: [{ id: OWNER, buckets: [{ name: 'from-here', region: 'eu-west-1', policy }] }],
  };
  await using bench = await openBench(scenario);
  assert.ok((await (await openSession(bench)).send(get('from-here'))).Policy);
  await assert.rejects(
    asCaller(bench, 'admin').send(get('from-here')),
    refusal('NotImplemented', 'The emulator does not know the condition operator "NotIpAddress"'),
  );
});

test('a policy that changes is shown late if a fault says so', async () => {
  let now = Date.now();
  await using bench = await openBench(
    {
      ...SCENARIO,
      faults: [
        {
          match: { operation: 'DeleteBucketPolicy' },
          fault: { kind: 'delayed-visibility', milliseconds: 2000 },
        },
      ],
    },
    { now: () => new Date(now) },
  );
  const s3 = await openSession(bench);
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: 'locked' }));
  assert.equal((await s3.send(get('locked'))).Policy, DENY_ALL);
  now += 2000;
  await assert.rejects(s3.send(get('locked')), refusal('NoSuchBucketPolicy'));
});

test('the service throttles and fails in its own words', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    faults: [
      { match: { service: 's3', nth: 1 }, fault: { kind: 'throttle' } },
      { match: { service: 's3', nth: 2 }, fault: { kind: 'http-error', status: 500 } },
    ],
  });
  const s3 = await openSession(bench);
  const throttled = await failureOf(s3.send(get('locked')));
  assert.deepEqual([throttled.name, throttled.status], ['SlowDown', 503]);
  const failed = await failureOf(s3.send(get('locked')));
  assert.deepEqual([failed.name, failed.status], ['InternalError', 500]);
});
