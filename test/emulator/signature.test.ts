import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import type { HttpRequest } from '../../src/emulator/wire/http.js';
import { ask, assumeRoot, see, signedRequest, virtualClock } from './signed-request.js';

const clock = virtualClock();
const open = () => openEmulator({ accounts: [{ id: '222222222222' }] }, { now: clock.now });
const IDENTITY = { service: 'sts', operation: 'GetCallerIdentity', now: clock.now() } as const;
const ORGANIZATION = {
  service: 'organizations',
  operation: 'DescribeOrganization',
  now: clock.now(),
} as const;

function withHeader(request: HttpRequest, name: string, value: string | undefined): HttpRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

test('a request signed by hand is accepted', async () => {
  const emulator = open();
  assert.equal((await ask(emulator, emulator.callerCredentials(), IDENTITY)).status, 200);
});

for (const region of ['us-east-1', 'eu-west-1', 'us-west-2', 'ap-southeast-4']) {
  test(`a request signed for ${region} is accepted`, async () => {
    const emulator = open();
    assert.equal(
      (await ask(emulator, emulator.callerCredentials(), { ...ORGANIZATION, region })).status,
      200,
    );
  });
}

test('a base path is accepted and part of what is signed', async () => {
  const emulator = open();
  const request = signedRequest(emulator.callerCredentials(), { ...IDENTITY, path: '/sts/' });
  assert.equal(see(await emulator.handle(request)).status, 200);
  assert.equal(see(await emulator.handle({ ...request, path: '/' })).code, 'SignatureDoesNotMatch');
});

test('a changed body does not match the signature', async () => {
  const emulator = open();
  const request = signedRequest(emulator.callerCredentials(), IDENTITY);
  const seen = see(await emulator.handle({ ...request, body: `${request.body}&Extra=1` }));
  assert.deepEqual([seen.status, seen.code], [403, 'SignatureDoesNotMatch']);
});

test('a changed header does not match the signature', async () => {
  const emulator = open();
  const request = signedRequest(emulator.callerCredentials(), IDENTITY);
  const seen = see(await emulator.handle(withHeader(request, 'content-type', 'text/plain')));
  assert.equal(seen.code, 'SignatureDoesNotMatch');
});

test('an added target that is not signed is refused', async () => {
  const emulator = open();
  const request = signedRequest(emulator.callerCredentials(), IDENTITY);
  const added = withHeader(request, 'x-amz-target', 'AWSOrganizationsV20161128.ListRoots');
  assert.match(see(await emulator.handle(added)).body, /'x-amz-target' must be a 'SignedHeader'/);
});

test('a wrong secret does not match the signature', async () => {
  const emulator = open();
  const wrong = { ...emulator.callerCredentials(), secretAccessKey: 'wrong' };
  assert.equal((await ask(emulator, wrong, IDENTITY)).code, 'SignatureDoesNotMatch');
});

test('the refusal of a JSON service is called InvalidSignatureException', async () => {
  const emulator = open();
  const wrong = { ...emulator.callerCredentials(), secretAccessKey: 'wrong' };
  const seen = await ask(emulator, wrong, ORGANIZATION);
  assert.deepEqual([seen.status, seen.code], [400, 'InvalidSignatureException']);
});

test('the refusal shows the canonical request, session token included, as AWS does', async () => {
  const emulator = open();
  const session = await assumeRoot(emulator, '222222222222', 'IAMAuditRootUserCredentials', clock.now());
  const wrong = { ...session, secretAccessKey: 'wrong' };
  const { body } = await ask(emulator, wrong, { service: 'iam', operation: 'GetUser', now: clock.now() });
  assert.match(body, /The Canonical String for this request should have been\n'POST\n\/\n\n/);
  assert.match(body, /The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260601T120000Z\n/);
  assert.ok(body.includes(`x-amz-security-token:${session.sessionToken}`));
});

test('an unknown access key is refused', async () => {
  const emulator = open();
  const unknown = { ...emulator.callerCredentials(), accessKeyId: 'AKIAUNKNOWNEXAMPLE00' };
  const query = await ask(emulator, unknown, IDENTITY);
  assert.deepEqual([query.status, query.code], [403, 'InvalidClientTokenId']);
  const json = await ask(emulator, unknown, ORGANIZATION);
  assert.deepEqual([json.status, json.code], [400, 'UnrecognizedClientException']);
});

test('session credentials without their token, or with another, are refused', async () => {
  const emulator = open();
  const session = await assumeRoot(emulator, '222222222222', 'IAMAuditRootUserCredentials', clock.now());
  const other = await assumeRoot(emulator, '222222222222', 'IAMAuditRootUserCredentials', clock.now());
  const { accessKeyId, secretAccessKey } = session;
  const request = { service: 'iam', operation: 'GetUser', now: clock.now() } as const;
  assert.equal((await ask(emulator, session, request)).status, 200);
  assert.equal((await ask(emulator, { accessKeyId, secretAccessKey }, request)).code, 'InvalidClientTokenId');
  const swapped = { ...session, sessionToken: other.sessionToken ?? '' };
  assert.equal((await ask(emulator, swapped, request)).code, 'InvalidClientTokenId');
});

test('a long-lived key with a token is refused', async () => {
  const emulator = open();
  const credentials = { ...emulator.callerCredentials(), sessionToken: 'token' };
  assert.equal((await ask(emulator, credentials, IDENTITY)).code, 'InvalidClientTokenId');
});

test('a request without a signature is refused', async () => {
  const emulator = open();
  const unsigned = withHeader(
    signedRequest(emulator.callerCredentials(), IDENTITY),
    'authorization',
    undefined,
  );
  const seen = see(await emulator.handle(unsigned));
  assert.deepEqual([seen.status, seen.code], [403, 'MissingAuthenticationToken']);
});

for (const header of [
  'AWS4-HMAC-SHA256 Credential=AKIA/x',
  'Bearer token',
  'AWS4-HMAC-SHA256 Credential=A/b/c, SignedHeaders=host, Signature=0',
]) {
  test(`the malformed authorization "${header}" is refused`, async () => {
    const emulator = open();
    const request = withHeader(
      signedRequest(emulator.callerCredentials(), IDENTITY),
      'authorization',
      header,
    );
    const seen = see(await emulator.handle(request));
    assert.deepEqual([seen.status, seen.code], [400, 'IncompleteSignature']);
  });
}

test('a request that is 14 minutes old is accepted, one of 16 minutes is not', async () => {
  const emulator = open();
  const at = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000);
  const credentials = emulator.callerCredentials();
  assert.equal((await ask(emulator, credentials, { ...IDENTITY, now: at(-14) })).status, 200);
  const old = await ask(emulator, credentials, { ...IDENTITY, now: at(-16) });
  assert.equal(old.code, 'SignatureDoesNotMatch');
  assert.match(
    old.body,
    /Signature expired: 20260601T114400Z is now earlier than 20260601T114500Z \(20260601T120000Z - 15 min\.\)/,
  );
  const early = await ask(emulator, credentials, { ...IDENTITY, now: at(16) });
  assert.match(
    early.body,
    /Signature not yet current: 20260601T121600Z is still later than 20260601T121500Z/,
  );
});

test('the scope must carry the date of the request', async () => {
  const emulator = open();
  const request = signedRequest(emulator.callerCredentials(), IDENTITY);
  const moved = withHeader(
    request,
    'authorization',
    request.headers.authorization?.replace('/20260601/', '/20260531/'),
  );
  assert.match(see(await emulator.handle(moved)).body, /Date in Credential scope does not match YYYYMMDD/);
});

test('AssumeRoot is unknown to the global endpoint, by region and by host', async () => {
  const emulator = open();
  const parameters = {
    TargetPrincipal: '222222222222',
    'TaskPolicyArn.arn': 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials',
  };
  const request = { service: 'sts', operation: 'AssumeRoot', parameters, now: clock.now() } as const;
  for (const global of [{ region: 'aws-global' }, { host: 'sts.amazonaws.com' }]) {
    const seen = await ask(emulator, emulator.callerCredentials(), { ...request, ...global });
    assert.deepEqual([seen.status, seen.code], [400, 'InvalidAction']);
    assert.match(seen.body, /<Message>Unknown Operation<\/Message>/);
  }
});

test('an operation that the emulator does not know is refused as AWS would, and flagged in the log', async () => {
  const emulator = open();
  const credentials = emulator.callerCredentials();
  const query = await ask(emulator, credentials, {
    service: 'iam',
    operation: 'UpdateAccessKey',
    now: clock.now(),
  });
  assert.deepEqual([query.status, query.code], [400, 'InvalidAction']);
  const json = await ask(emulator, credentials, { ...ORGANIZATION, operation: 'CloseAccount' });
  assert.deepEqual([json.status, json.code], [400, 'UnknownOperationException']);
  assert.deepEqual(
    emulator.calls.map(({ operation, unknownOperation }) => [operation, unknownOperation]),
    [
      ['UpdateAccessKey', true],
      ['CloseAccount', true],
    ],
  );
});

test('an operation of one service is unknown to another', async () => {
  const emulator = open();
  const request = { service: 'iam', operation: 'AssumeRoot', now: clock.now() } as const;
  assert.equal((await ask(emulator, emulator.callerCredentials(), request)).code, 'InvalidAction');
});

test('an operation is unknown to another version of its API', async () => {
  const emulator = open();
  const request = { ...IDENTITY, parameters: { Version: '2010-05-08' } };
  assert.equal((await ask(emulator, emulator.callerCredentials(), request)).code, 'InvalidAction');
});

test('a service that the emulator does not have is refused, and flagged in the log', async () => {
  const emulator = open();
  const request = { service: 'ssm' as 'iam', operation: 'Sign', now: clock.now() };
  const seen = await ask(emulator, emulator.callerCredentials(), request);
  assert.deepEqual([seen.status, seen.code], [501, 'NotImplemented']);
  const [call] = emulator.calls;
  assert.deepEqual([call?.service, call?.operation, call?.unknownOperation], ['ssm', 'Sign', true]);
});

test('a body that is not JSON is refused after the signature', async () => {
  const emulator = open();
  const request = signedRequest(emulator.callerCredentials(), ORGANIZATION);
  assert.equal(see(await emulator.handle({ ...request, body: '{' })).code, 'InvalidSignatureException');
});

test('numbers in forms are read as AWS reads them', async () => {
  const emulator = open();
  const code = async (DurationSeconds: string) => {
    const parameters = {
      TargetPrincipal: '222222222222',
      'TaskPolicyArn.arn': 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials',
      DurationSeconds,
    };
    const request = { service: 'sts', operation: 'AssumeRoot', parameters, now: clock.now() } as const;
    return (await ask(emulator, emulator.callerCredentials(), request)).code;
  };
  for (const good of ['900', '0900', '+900', '0']) assert.equal(await code(good), undefined, good);
  for (const bad of [' 900', '900.0', '9e2', '2147483648'])
    assert.equal(await code(bad), 'MalformedInput', bad);
});
