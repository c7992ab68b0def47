/** Endpoints that never come to an end: what they cost is counted, and each call ends by itself. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DescribeOrganizationCommand } from '@aws-sdk/client-organizations';
import { GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Clients, openClients } from '../../src/aws/clients.js';
import { classifyError } from '../../src/aws/failures.js';
import { type Deadlines, openHandler, unansweredAt } from '../../src/aws/http-handler.js';

const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
const MIB = 2 ** 20;

async function open(
  t: TestContext,
  answer: (response: ServerResponse) => void,
  deadlines: Partial<Deadlines> = {},
): Promise<{ readonly clients: Clients; readonly place: string; readonly sent: () => number }> {
  let sent = 0;
  const server = createServer((request, response) => {
    const { socket } = response;
    socket?.once('close', () => {
      sent += socket.bytesWritten;
    });
    request.resume().on('end', () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = await openClients(
    {
      endpoint: `http://${place}`,
      region: 'us-east-1',
      credentials: CREDENTIALS,
      requestHandler: openHandler(1, deadlines),
    },
    1,
  );
  t.after(() => clients.close());
  return { clients, place, sent: () => sent };
}

/** Writes as long as anybody reads, and as fast as they do. */
function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/xml' });
  const block = Buffer.alloc(65_536, 'x');
  const write = () => {
    while (!response.destroyed) if (!response.write(block)) return response.once('drain', write);
    return undefined;
  };
  write();
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/xml' });
  const timer = setInterval(() => response.write('x'), 20);
  response.once('close', () => clearInterval(timer));
}

const STALLS: readonly (readonly [what: string, answer: (response: ServerResponse) => void])[] = [
  ['never begins', () => undefined],
  [
    'begins and never ends',
    (response) => {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' });
      response.write('<GetUserResponse>');
    },
  ],
  ['comes byte by byte for ever', drip],
];
for (const [what, answer] of STALLS) {
  test(`a call ends as one without an answer when the answer ${what}`, async (t) => {
    const { clients } = await open(t, answer, { call: 200, unanswered: 200 });
    await assert.rejects(clients.iam.send(new GetUserCommand({})), (error) => {
      const { kind, refused } = classifyError(error);
      assert.deepEqual([kind, refused], ['transient', false]);
      return true;
    });
  });

  test(`a call ends with its signal when the answer ${what}`, async (t) => {
    const stop = new AbortController();
    const { clients } = await open(t, (response) => {
      answer(response);
      setTimeout(() => stop.abort(), 50);
    });
    const options = { abortSignal: stop.signal, requestTimeout: 1_000_000 };
    await assert.rejects(clients.iam.send(new GetUserCommand({}), options));
    // The one connection is free again.
    await assert.rejects(
      clients.iam.send(new GetUserCommand({}), { ...options, abortSignal: AbortSignal.abort() }),
    );
  });
}

test('a call of which nothing was ever answered says where it led', async (t) => {
  let answers = false;
  const { clients, place } = await open(t, (response) =>
    answers ? response.writeHead(403).end() : response.destroy(),
  );
  const placeOf = async () =>
    unansweredAt(await clients.iam.send(new GetUserCommand({})).catch((error: unknown) => error));
  assert.equal(await placeOf(), place);
  answers = true;
  assert.equal(await placeOf(), undefined);
  answers = false;
  assert.equal(await placeOf(), undefined);
});

test('a page for people with status 200 is no answer of any service, and not quoted', async (t) => {
  const { clients } = await open(t, (response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
  );
  await assert.rejects(clients.organizations.send(new DescribeOrganizationCommand({})), {
    message: 'a web page came, with status 200',
  });
});

/** Each service by the client with which rootsweep calls it. */
const SERVICES: readonly (readonly [
  name: string,
  send: (clients: Clients, endpoint: string) => Promise<unknown>,
])[] = [
  ['IAM', ({ iam }) => iam.send(new GetUserCommand({}))],
  ['IAM in a session', ({ iamAs }) => iamAs(CREDENTIALS).send(new GetUserCommand({}))],
  ['STS', ({ sts }) => sts.send(new GetCallerIdentityCommand({}))],
  ['Organizations', ({ organizations }) => organizations.send(new DescribeOrganizationCommand({}))],
  [
    'S3',
    ({ configAs }) =>
      new S3Client({ ...configAs(CREDENTIALS), forcePathStyle: true }).send(
        new GetBucketPolicyCommand({ Bucket: 'b' }),
      ),
  ],
  [
    'SQS',
    ({ configAs }) => new SQSClient(configAs(CREDENTIALS)).send(new GetQueueUrlCommand({ QueueName: 'q' })),
  ],
  [
    'KMS',
    ({ configAs }) => new KMSClient(configAs(CREDENTIALS)).send(new GetPublicKeyCommand({ KeyId: 'k' })),
  ],
];
for (const [name, send] of SERVICES) {
  test(`an answer of ${name} that never ends is read no further than an answer of AWS goes`, async (t) => {
    const { clients, place, sent } = await open(t, endless);
    await assert.rejects(send(clients, place), {
      message: 'more than 1 MiB came, and no answer of AWS is so long',
    });
    clients.close();
    while (sent() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    // What lies in the buffers of the system, on both sides, was sent and not read.
    assert.ok(sent() < 16 * MIB, `${sent()}`);
  });
}

test('an answer of 1 MiB is read', async (t) => {
  const xml = (padding: string) =>
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn><!--${padding}--></GetCallerIdentityResult></GetCallerIdentityResponse>`;
  const whole = xml('x'.repeat(MIB - xml('').length));
  assert.equal(whole.length, MIB);
  const { clients } = await open(t, (response) =>
    response.writeHead(200, { 'content-type': 'text/xml' }).end(whole),
  );
  assert.equal((await clients.sts.send(new GetCallerIdentityCommand({}))).Arn, 'a');
});
