/** How S3 takes requests apart: hosts, regions, signatures, and what becomes of those that are not good. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import type { HttpRequest } from '../../src/emulator/wire/http.js';
import { openTransport } from '../search/transport.js';
import { DENY_ALL, OPEN, OWNER, SCENARIO } from './locked.js';
import { assumeRoot } from './signed-request.js';

/** What a client sent, before a test breaks it. */
type Break = (request: HttpRequest) => HttpRequest;

async function open(emulator: Emulator, config: S3ClientConfig = {}, change: Break = (request) => request) {
  const session = await assumeRoot(emulator, OWNER, 'S3UnlockBucketPolicy', new Date());
  const seen: HttpRequest[] = [];
  const carryOut: Emulator['carryOut'] = (request) => {
    seen.push(request);
    return emulator.carryOut(change(request));
  };
  const requestHandler = openTransport({ carryOut } as Emulator, { sleep: async () => {} });
  const client = new S3Client({
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: session,
    requestHandler,
    ...config,
  });
  return { client, seen };
}

function withHeader(request: HttpRequest, name: string, value: string | undefined): HttpRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

const get = new GetBucketPolicyCommand({ Bucket: 'locked' });

for (const [what, config, host] of [
  ['the host', {}, 'locked.s3.eu-west-1.amazonaws.com'],
  ['the path', { forcePathStyle: true }, 's3.eu-west-1.amazonaws.com'],
  [
    'the host of a dual-stack endpoint',
    { useDualstackEndpoint: true },
    'locked.s3.dualstack.eu-west-1.amazonaws.com',
  ],
  ['the host below localhost', { endpoint: 'http://localhost:4566' }, 'locked.localhost:4566'],
  ['the path at an address', { endpoint: 'http://127.0.0.1:4566' }, '127.0.0.1:4566'],
] as const) {
  test(`a bucket is found by ${what}`, async () => {
    const { client, seen } = await open(openEmulator(SCENARIO), config);
    assert.equal((await client.send(get)).Policy, DENY_ALL);
    assert.equal(seen[0]?.headers.host, host);
    const policy = JSON.stringify(OPEN);
    await client.send(new PutBucketPolicyCommand({ Bucket: 'locked', Policy: policy }));
    assert.equal((await client.send(get)).Policy, policy);
  });
}

test('a path is signed as it is sent', async () => {
  const { client, seen } = await open(openEmulator(SCENARIO), {
    forcePathStyle: true,
    endpoint: 'http://127.0.0.1:4566',
  });
  await assert.rejects(client.send(new GetBucketPolicyCommand({ Bucket: 'a b' })), { name: 'NoSuchBucket' });
  assert.match(seen[0]?.path ?? '', /^\/a%20b\/?\?policy/);
});

test('the global endpoint is that of us-east-1', async () => {
  const emulator = openEmulator(SCENARIO);
  const { client } = await open(emulator, { region: 'us-east-1', endpoint: 'https://s3.amazonaws.com' });
  await client.send(new ListBucketsCommand({}));
  await assert.rejects(client.send(get), { name: 'PermanentRedirect' });
});

test('a request for another region than that of the endpoint is malformed', async () => {
  const emulator = openEmulator(SCENARIO);
  const { client } = await open(emulator, { endpoint: 'https://s3.us-west-2.amazonaws.com' });
  const malformed = {
    name: 'AuthorizationHeaderMalformed',
    message: "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-west-2'",
    Region: 'us-west-2',
  };
  await assert.rejects(client.send(new ListBucketsCommand({})), malformed);
  await assert.rejects(client.send(get), malformed);
});

test('an error is XML without an element around it, with both ids of the request', async () => {
  const emulator = openEmulator(SCENARIO);
  let answered: Awaited<ReturnType<Emulator['handle']>> | undefined;
  const { client } = await open(emulator, {}, (request) => {
    answered = emulator.carryOut(request);
    return request;
  });
  await assert.rejects(client.send(new GetBucketPolicyCommand({ Bucket: 'free' })));
  assert(answered?.kind === 'answer');
  const { headers, body } = answered.response;
  const [id, host] = [headers['x-amz-request-id'], headers['x-amz-id-2']];
  assert.equal(headers['content-type'], 'application/xml');
  assert.equal(
    body,
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucketPolicy</Code><Message>The bucket policy does not exist</Message><BucketName>free</BucketName><RequestId>${id}</RequestId><HostId>${host}</HostId></Error>`,
  );
});

const BROKEN: readonly [what: string, code: string, change: Break][] = [
  [
    'another path',
    'SignatureDoesNotMatch',
    (request) => ({ ...request, path: request.path.replace('locked', 'shared') }),
  ],
  [
    'another operation',
    'SignatureDoesNotMatch',
    (request) => ({ ...request, method: request.method === 'PUT' ? 'DELETE' : request.method }),
  ],
  ['another body', 'XAmzContentSHA256Mismatch', (request) => ({ ...request, body: `${request.body} ` })],
  [
    'another hash of the body',
    'SignatureDoesNotMatch',
    (request) => withHeader(request, 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD'),
  ],
  [
    'no hash of the body',
    'InvalidRequest',
    (request) => withHeader(request, 'x-amz-content-sha256', undefined),
  ],
  [
    'a body signed in chunks',
    'NotImplemented',
    (request) => withHeader(request, 'x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'),
  ],
  [
    'an unknown key',
    'InvalidAccessKeyId',
    (request) =>
      withHeader(
        request,
        'authorization',
        request.headers.authorization?.replace(/ASIA[A-Z0-9]+/, 'ASIAUNKNOWNEXAMPLE00'),
      ),
  ],
];
for (const [what, code, change] of BROKEN) {
  test(`a request with ${what} is refused as ${code}`, async () => {
    const emulator = openEmulator(SCENARIO);
    const { client } = await open(
      emulator,
      { forcePathStyle: true, endpoint: 'http://127.0.0.1:4566' },
      change,
    );
    const put = new PutBucketPolicyCommand({ Bucket: 'locked', Policy: JSON.stringify(OPEN) });
    await assert.rejects(client.send(put), { name: code });
    assert.equal(emulator.world.resources.get('arn:aws:s3:::locked')?.policy, DENY_ALL);
  });
}

test('a body that the client leaves unsigned on purpose is accepted', async () => {
  const { client, seen } = await open(openEmulator(SCENARIO));
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  await client.send(new PutBucketPolicyCommand({ Bucket: 'locked', Policy: JSON.stringify(OPEN) }));
  assert.equal(seen[0]?.headers['x-amz-content-sha256'], 'UNSIGNED-PAYLOAD');
});

test('a clock that is too far away is told apart', async () => {
  const emulator = openEmulator({ ...SCENARIO, clockSkew: 16 * 60_000 });
  const session = await assumeRoot(
    emulator,
    OWNER,
    'S3UnlockBucketPolicy',
    new Date(Date.now() + 16 * 60_000),
  );
  const { client } = await open(openEmulator(SCENARIO));
  await client.send(get);
  const skewed = new S3Client({
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: session,
    requestHandler: openTransport(emulator, { sleep: async () => {} }),
  });
  await assert.rejects(skewed.send(get), {
    name: 'RequestTimeTooSkewed',
    message: 'The difference between the request time and the current time is too large.',
  });
});
