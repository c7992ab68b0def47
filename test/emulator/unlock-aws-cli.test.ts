/**
 * The AWS CLI unlocks a bucket and a queue in root sessions, and is refused where AWS refuses. Skipped, and said so, where
 * there is no CLI or one that is older than AssumeRoot.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import { type EmulatorServer, serveEmulator } from '../../src/emulator/server.js';
import { assumeRootByCli, aws, environment, findObstacle, home, type Run } from './aws-command.js';
import type { Credentials } from './clients.js';
import { DENY_ALL, OPEN, OWNER, SCENARIO } from './locked.js';

const obstacle = await findObstacle();
const policyFile = join(home, 'policy.json');
const attributesFile = join(home, 'attributes.json');
await writeFile(policyFile, JSON.stringify(OPEN));
await writeFile(attributesFile, JSON.stringify({ Policy: JSON.stringify(OPEN) }));

test('the AWS CLI is here', { skip: obstacle ?? false }, () => {});

describe('the AWS CLI', { skip: obstacle !== undefined }, () => {
  let emulator: Emulator;
  let server: EmulatorServer;
  let s3: Credentials;
  let sqs: Credentials;

  before(async () => {
    emulator = openEmulator(SCENARIO);
    server = await serveEmulator(emulator);
    s3 = await assumeRootByCli(emulator, server, OWNER, 'S3UnlockBucketPolicy');
    sqs = await assumeRootByCli(emulator, server, OWNER, 'SQSUnlockQueuePolicy');
  });
  after(() => server.close());

  /** Version 1 of the CLI calls SQS where AWS has it, whatever the environment says. */
  function run(credentials: Credentials, args: readonly string[]): Promise<Run> {
    const where = args[0] === 'sqs' ? ['--endpoint-url', server.url] : [];
    return aws([...args, ...where, '--output', 'json'], environment(server, credentials));
  }

  /** The JSON that a command prints. */
  async function read(credentials: Credentials, args: readonly string[]) {
    const { code, stdout, stderr } = await run(credentials, args);
    assert.equal(stderr.trim(), '');
    assert.equal(code, 0);
    return stdout === '' ? undefined : JSON.parse(stdout);
  }

  async function refusalOf(credentials: Credentials, args: readonly string[]): Promise<string> {
    const { code, stderr } = await run(credentials, args);
    assert.notEqual(code, 0);
    return stderr;
  }

  test('lists the buckets of the account, and where one of them is', async () => {
    const { Buckets } = await read(s3, ['s3api', 'list-buckets']);
    assert.deepEqual(
      Buckets.map(({ Name }: { Name: string }) => Name),
      ['far-away', 'free', 'locked', 'shared'],
    );
    const found = await read(s3, ['s3api', 'list-buckets', '--prefix', 'far', '--max-items', '5']);
    assert.equal(found.Buckets[0].BucketRegion, 'ap-southeast-2');
  });

  test('reads, replaces and deletes the policy of a bucket that denies all', async () => {
    const bucket = ['--bucket', 'locked'];
    const policy = async () => (await read(s3, ['s3api', 'get-bucket-policy', ...bucket])).Policy;
    assert.equal(await policy(), DENY_ALL);
    await read(s3, ['s3api', 'put-bucket-policy', ...bucket, '--policy', `file://${policyFile}`]);
    assert.equal(await policy(), JSON.stringify(OPEN));
    await read(s3, ['s3api', 'delete-bucket-policy', ...bucket]);
    assert.match(
      await refusalOf(s3, ['s3api', 'get-bucket-policy', ...bucket]),
      /\(NoSuchBucketPolicy\) when calling the GetBucketPolicy operation: The bucket policy does not exist$/m,
    );
    assert.equal(emulator.world.resources.get('arn:aws:s3:::locked')?.policy, undefined);
  });

  test('follows the bucket into its region by itself', async () => {
    const { Policy } = await read(s3, ['s3api', 'get-bucket-policy', '--bucket', 'far-away']);
    assert.equal(Policy, DENY_ALL);
    const statuses = emulator.calls
      .filter(({ parameters }) => parameters.Bucket === 'far-away')
      .map(({ status }) => status);
    assert.deepEqual([statuses[0], statuses.at(-1)], [301, 200]);
  });

  test('reads, replaces and deletes the policy of a queue that denies all', async () => {
    const { QueueUrl } = await read(sqs, ['sqs', 'get-queue-url', '--queue-name', 'locked']);
    const { QueueUrls } = await read(sqs, ['sqs', 'list-queues', '--queue-name-prefix', 'lock']);
    assert.deepEqual(QueueUrls, [QueueUrl]);
    const queue = ['--queue-url', QueueUrl];
    const policy = async () => {
      const names = ['--attribute-names', 'Policy', 'QueueArn'];
      return (await read(sqs, ['sqs', 'get-queue-attributes', ...queue, ...names])).Attributes.Policy;
    };
    assert.equal(await policy(), DENY_ALL);
    await read(sqs, ['sqs', 'set-queue-attributes', ...queue, '--attributes', `file://${attributesFile}`]);
    assert.equal(await policy(), JSON.stringify(OPEN));
    await read(sqs, ['sqs', 'set-queue-attributes', ...queue, '--attributes', '{"Policy":""}']);
    assert.equal(await policy(), undefined);
  });

  for (const [what, service, args, error] of [
    [
      'what the task policy does not name',
      's3',
      ['s3api', 'get-bucket-acl', '--bucket', 'free'],
      /\(NotImplemented\)/,
    ],
    [
      'a bucket that is not there',
      's3',
      ['s3api', 'get-bucket-policy', '--bucket', 'nowhere'],
      /\(NoSuchBucket\) .*: The specified bucket does not exist$/m,
    ],
    [
      'a policy that is none',
      's3',
      ['s3api', 'put-bucket-policy', '--bucket', 'free', '--policy', 'policy.json'],
      /\(MalformedPolicy\) .*: Policies must be valid JSON and the first byte must be '\{'$/m,
    ],
    [
      'a queue in a session for buckets',
      's3',
      ['sqs', 'list-queues'],
      /\(AccessDenied\) when calling the ListQueues operation: User: arn:aws:iam::222222222222:root is not authorized to perform: sqs:listqueues on resource: arn:aws:sqs:eu-west-1:222222222222: with an explicit deny in a session policy$/m,
    ],
    [
      'a bucket in a session for queues',
      'sqs',
      ['s3api', 'get-bucket-policy', '--bucket', 'locked'],
      /\(AccessDenied\) .* s3:GetBucketPolicy on resource: "arn:aws:s3:::locked" with an explicit deny in a session policy$/m,
    ],
    [
      'a queue that is not there',
      'sqs',
      ['sqs', 'get-queue-url', '--queue-name', 'nowhere'],
      /\(AWS\.SimpleQueueService\.NonExistentQueue\) .*: The specified queue does not exist\.$/m,
    ],
    [
      'a policy of a queue that is none',
      'sqs',
      [
        ...['sqs', 'set-queue-attributes', '--attributes', '{"Policy":"policy.json"}'],
        ...['--queue-url', `https://sqs.eu-west-1.amazonaws.com/${OWNER}/free`],
      ],
      /\(InvalidAttributeValue\) .*: Invalid value for the parameter Policy\.$/m,
    ],
  ] as const) {
    test(`is refused ${what}`, async () => {
      assert.match(await refusalOf(service === 's3' ? s3 : sqs, args), error);
    });
  }

  test('is locked out of both without a root session', async () => {
    const admin = emulator.callerCredentials('admin');
    emulator.changeAccount(OWNER, {
      buckets: [{ name: 'locked', policy: DENY_ALL }],
      queues: [{ name: 'locked', policy: DENY_ALL }],
    });
    assert.match(
      await refusalOf(admin, ['s3api', 'delete-bucket-policy', '--bucket', 'locked']),
      /\(AccessDenied\) .* with an explicit deny in a resource-based policy$/m,
    );
    assert.match(
      await refusalOf(admin, ['sqs', 'get-queue-url', '--queue-name', 'locked']),
      /\(AccessDenied\) .* with an explicit deny in a resource-based policy$/m,
    );
  });
});
