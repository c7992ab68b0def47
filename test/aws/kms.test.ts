import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { openKmsKey } from '../../src/aws/kms.js';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import type { Fault, FaultMatch } from '../../src/emulator/faults/rule.js';
import type { KmsKeySpec, Scenario } from '../../src/emulator/scenario/scenario.js';
import { serveEmulator } from '../../src/emulator/server.js';
import { RootsweepError } from '../../src/errors.js';
import { VirtualClock } from '../core/virtual-clock.js';

// What the SDK finds on this machine must not decide what a test finds.
for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
process.env.AWS_CONFIG_FILE = join(tmpdir(), 'no-such-config');
process.env.AWS_SHARED_CREDENTIALS_FILE = join(tmpdir(), 'no-such-credentials');
process.env.AWS_EC2_METADATA_DISABLED = 'true';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const ARN = `arn:aws:kms:eu-west-1:111111111111:key/${ID}`;
const ALIAS = 'alias/plans';
const KEYS: readonly KmsKeySpec[] = [
  { id: ID, alias: ALIAS },
  { alias: 'alias/disabled', state: 'Disabled' },
  { alias: 'alias/going', state: 'PendingDeletion' },
  { alias: 'alias/larger', spec: 'ECC_NIST_P384' },
  { alias: 'alias/agreement', usage: 'KEY_AGREEMENT' },
  { alias: 'alias/symmetric', spec: 'SYMMETRIC_DEFAULT' },
];
const MESSAGE = Buffer.alloc(20_000, 'a plan');

interface Bench {
  readonly emulator: Emulator;
  readonly clock: VirtualClock;
  readonly open: (keyId: string, region?: string) => ReturnType<typeof openKmsKey>;
}

async function openBench(t: TestContext, scenario: Scenario = {}): Promise<Bench> {
  const emulator = openEmulator({ kmsKeys: KEYS, ...scenario });
  const server = await serveEmulator(emulator);
  t.after(() => server.close());
  const clock = new VirtualClock();
  const credentials = emulator.callerCredentials();
  return {
    emulator,
    clock,
    open: (keyId, region = 'eu-west-1') =>
      openKmsKey({ endpoint: server.url, region, credentials }, keyId, clock),
  };
}

function verifies(publicKey: string, message: Uint8Array, signature: Buffer): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  return verify('sha256', message, key, signature);
}

async function rejection(promise: Promise<unknown>): Promise<RootsweepError> {
  const error = await promise.then(
    () => assert.fail('Nothing was refused'),
    (reason: unknown) => reason,
  );
  assert(error instanceof RootsweepError, String(error));
  return error;
}

function fault(fault: Fault, match: FaultMatch = {}): Scenario {
  return { faults: [{ match: { service: 'kms', ...match }, fault }] };
}

for (const keyId of [ID, ARN, ALIAS, `arn:aws:kms:eu-west-1:111111111111:${ALIAS}`]) {
  test(`openKmsKey signs with ${keyId} what its public key verifies`, async (t) => {
    const { open, emulator } = await openBench(t);
    const { publicKey, sign } = await open(keyId);
    const signature = await sign(MESSAGE);
    assert.ok(verifies(publicKey, MESSAGE, signature));
    assert.ok(!verifies(publicKey, Buffer.from('another plan'), signature));
    assert.deepEqual(
      emulator.calls.map(({ operation }) => operation),
      ['GetPublicKey', 'Sign'],
    );
    // A policy may ask for the alias, so that the key is called what the user calls it.
    assert.deepEqual(
      emulator.calls.map(({ parameters }) => parameters.KeyId),
      [keyId, keyId],
    );
  });
}

test('openKmsKey gives the public key that the private one has', async (t) => {
  const { open, emulator } = await openBench(t);
  const { privateKey } = emulator.world.kmsKeys[0] ?? assert.fail();
  const spki = createPublicKey(privateKey ?? assert.fail()).export({ format: 'der', type: 'spki' });
  assert.equal((await open(ALIAS)).publicKey, spki.toString('base64'));
});

test('openKmsKey asks in the region of the ARN, whatever the usual one is', async (t) => {
  const { open } = await openBench(t);
  const { publicKey, sign } = await open(ARN, 'us-east-1');
  assert.ok(verifies(publicKey, MESSAGE, await sign(MESSAGE)));
});

test('openKmsKey needs no usual region when given an ARN', async (t) => {
  const { emulator } = await openBench(t);
  const server = await serveEmulator(emulator);
  t.after(() => server.close());
  const settings = { endpoint: server.url, credentials: emulator.callerCredentials() };
  await openKmsKey(settings, ARN, new VirtualClock());
});

test('sign signs several messages', async (t) => {
  const { open } = await openBench(t);
  const { publicKey, sign } = await open(ALIAS);
  const messages = ['one', 'two', ''].map((text) => Buffer.from(text));
  const signatures = await Promise.all(messages.map(sign));
  for (const [index, message] of messages.entries()) {
    assert.ok(verifies(publicKey, message, signatures[index] ?? assert.fail()));
  }
});

for (const operation of ['GetPublicKey', 'Sign']) {
  test(`openKmsKey waits and repeats when ${operation} is throttled`, async (t) => {
    const { open, clock } = await openBench(t, fault({ kind: 'throttle' }, { operation, times: 3 }));
    const { publicKey, sign } = await open(ALIAS);
    assert.ok(verifies(publicKey, MESSAGE, await sign(MESSAGE)));
    assert.deepEqual(clock.sleeps, [250, 500, 1000]);
  });
}

for (const kind of [
  { kind: 'http-error', status: 500 },
  { kind: 'http-error', status: 503 },
  { kind: 'error', status: 500, code: 'KeyUnavailableException', message: 'Try again.' },
  { kind: 'error', status: 503, code: 'DependencyTimeoutException', message: 'Try again.' },
  { kind: 'drop', when: 'after-effect' },
] satisfies Fault[]) {
  test(`openKmsKey repeats when there is ${JSON.stringify(kind)}`, async (t) => {
    const { open } = await openBench(t, fault(kind, { every: 2 }));
    const { publicKey, sign } = await open(ALIAS);
    assert.ok(verifies(publicKey, MESSAGE, await sign(MESSAGE)));
  });
}

test('openKmsKey gives up when KMS fails again and again', async (t) => {
  const { open, emulator } = await openBench(t, fault({ kind: 'http-error', status: 503 }));
  const { code, message } = await rejection(open(ALIAS));
  assert.deepEqual(
    [code, message],
    ['AWS_UNREACHABLE', 'kms:GetPublicKey got no answer from AWS: Service is unable to handle request.'],
  );
  assert.equal(emulator.calls.length, 6);
});

test('openKmsKey signs again for the time of AWS when this clock is off', async (t) => {
  const { open } = await openBench(t, { clockSkew: 3_600_000 });
  const { publicKey, sign } = await open(ALIAS);
  assert.ok(verifies(publicKey, MESSAGE, await sign(MESSAGE)));
});

const UNUSABLE: readonly [keyId: string, code: string, message: RegExp, hint: RegExp][] = [
  [
    'alias/other',
    'KEY_MISSING',
    /^KMS has no key "alias\/other": Alias arn:aws:kms:eu-west-1:111111111111:alias\/other is not found\.$/,
    /aws kms list-aliases/,
  ],
  ['plans', 'KEY_MISSING', /^KMS has no key "plans": Invalid keyId 'plans'$/, /--region/],
  ['alias/disabled', 'KEY_INVALID', /^KMS key "alias\/disabled" is disabled$/, /aws kms enable-key/],
  [
    'alias/going',
    'KEY_INVALID',
    /^KMS key "alias\/going" cannot be used: \S+ is pending deletion\.$/,
    /aws kms describe-key/,
  ],
  [
    'alias/larger',
    'KEY_INVALID',
    /^KMS key "alias\/larger" has the spec ECC_NIST_P384$/,
    /--key-spec ECC_NIST_P256/,
  ],
  [
    'alias/agreement',
    'KEY_INVALID',
    /^KMS key "alias\/agreement" has the usage KEY_AGREEMENT$/,
    /--key-usage SIGN_VERIFY/,
  ],
  [
    'alias/symmetric',
    'KEY_INVALID',
    /^KMS key "alias\/symmetric" cannot sign: .* SYMMETRIC_DEFAULT/,
    /--key-usage SIGN_VERIFY/,
  ],
  [
    'arn:aws:kms:eu-west-1:111111111111:key/4321abcd-12ab-34cd-56ef-1234567890ab',
    'KEY_MISSING',
    /does not exist$/,
    /--region/,
  ],
];
for (const [keyId, code, message, hint] of UNUSABLE) {
  test(`openKmsKey refuses with ${code} when the key is ${keyId}`, async (t) => {
    const { open } = await openBench(t);
    const error = await rejection(open(keyId));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
  });
}

for (const keyId of [
  'arn:aws:iam::111111111111:role/plans',
  'arn:aws:kms:eu-west-1:111111111111:plans',
  'arn:aws:kms:example.com/:111111111111:key/x',
]) {
  test(`openKmsKey refuses "${keyId}" without a call`, async (t) => {
    const { open, emulator } = await openBench(t);
    const { code, message } = await rejection(open(keyId));
    assert.deepEqual([code, message], ['KEY_INVALID', `"${keyId}" is not the ARN of a KMS key`]);
    assert.equal(emulator.calls.length, 0);
  });
}

for (const operation of ['GetPublicKey', 'Sign']) {
  test(`openKmsKey names the action when ${operation} is denied`, async (t) => {
    const { open } = await openBench(t, { callers: { operator: { deny: [`kms:${operation}`] } } });
    const { code, message, hint } = await rejection(open(ALIAS).then(({ sign }) => sign(MESSAGE)));
    assert.equal(code, 'CALLER_NOT_ALLOWED');
    assert.equal(
      message,
      `the caller is not allowed to call kms:${operation}: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: kms:${operation} on resource: ${ARN} with an explicit deny in an identity-based policy`,
    );
    assert.match(hint ?? '', new RegExp(`^allow kms:${operation} in the IAM policy of the caller`));
  });
}

test('sign says so when the key was disabled after it was opened', async (t) => {
  const { open, emulator } = await openBench(t);
  const { sign } = await open(ALIAS);
  const [key] = emulator.world.kmsKeys;
  assert(key);
  key.state = 'Disabled';
  const { code, message } = await rejection(sign(MESSAGE));
  assert.deepEqual([code, message], ['KEY_INVALID', 'KMS key "alias/plans" is disabled']);
});

test('openKmsKey refuses with CREDENTIALS_REJECTED when the secret is wrong', async (t) => {
  const { emulator } = await openBench(t);
  const server = await serveEmulator(emulator);
  t.after(() => server.close());
  const credentials = { ...emulator.callerCredentials(), secretAccessKey: 'wrong' };
  const settings = { endpoint: server.url, region: 'eu-west-1', credentials };
  const { code } = await rejection(openKmsKey(settings, ALIAS, new VirtualClock()));
  assert.equal(code, 'CREDENTIALS_REJECTED');
});

test('openKmsKey refuses with AWS_FAILED when KMS answers an error that nobody knows', async (t) => {
  const { open } = await openBench(
    t,
    fault({ kind: 'error', status: 400, code: 'TeapotException', message: 'Short and stout.' }),
  );
  const { code, message } = await rejection(open(ALIAS));
  assert.deepEqual([code, message], ['AWS_FAILED', 'kms:GetPublicKey failed: Teapot: Short and stout.']);
});

test('openKmsKey refuses with REGION_MISSING when no region is set', async () => {
  const { code } = await rejection(openKmsKey({}, ALIAS, new VirtualClock()));
  assert.equal(code, 'REGION_MISSING');
});

test('openKmsKey refuses with CREDENTIALS_MISSING when there are none', async () => {
  const { code } = await rejection(openKmsKey({ region: 'eu-west-1' }, ALIAS, new VirtualClock()));
  assert.equal(code, 'CREDENTIALS_MISSING');
});

/** What GetPublicKey answers for a key that signs. */
const DESCRIBED = {
  KeyId: ARN,
  PublicKey: Buffer.from('key'),
  KeySpec: 'ECC_NIST_P256',
  KeyUsage: 'SIGN_VERIFY',
  SigningAlgorithms: ['ECDSA_SHA_256'],
} as const;
const SIGNED = { KeyId: ARN, Signature: Buffer.from('signature') };

/** A key whose KMS answers as a test says. */
function openMocked(t: TestContext, described: object, signed: object = SIGNED) {
  const kms = mockClient(KMSClient);
  t.after(() => kms.restore());
  kms.on(GetPublicKeyCommand).resolves(described);
  kms.on(SignCommand).resolves(signed);
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
  return openKmsKey({ region: 'eu-west-1', credentials }, ALIAS, new VirtualClock());
}

for (const part of ['KeyId', 'PublicKey', 'KeySpec', 'KeyUsage'] as const) {
  test(`openKmsKey refuses when the answer has no ${part}`, async (t) => {
    const { code, message } = await rejection(openMocked(t, { ...DESCRIBED, [part]: undefined }));
    assert.deepEqual([code, message], ['AWS_FAILED', `kms:GetPublicKey answered without ${part}`]);
  });
}

for (const [what, change] of [
  ['other algorithms', { SigningAlgorithms: ['ECDSA_SHA_384'] }],
  ['no algorithms', { SigningAlgorithms: undefined }],
] as const) {
  test(`openKmsKey refuses when the key has ${what}`, async (t) => {
    assert.equal((await rejection(openMocked(t, { ...DESCRIBED, ...change }))).code, 'KEY_INVALID');
  });
}

for (const part of ['KeyId', 'Signature'] as const) {
  test(`sign refuses when the answer has no ${part}`, async (t) => {
    const { sign } = await openMocked(t, DESCRIBED, { ...SIGNED, [part]: undefined });
    const { code, message } = await rejection(sign(MESSAGE));
    assert.deepEqual([code, message], ['AWS_FAILED', `kms:Sign answered without ${part}`]);
  });
}

test('sign refuses the signature of another key, to which the alias was pointed meanwhile', async (t) => {
  const other = ARN.replace('key/1', 'key/2');
  const { sign } = await openMocked(t, DESCRIBED, { ...SIGNED, KeyId: other });
  const { code, message } = await rejection(sign(MESSAGE));
  assert.deepEqual([code, message], ['KEY_INVALID', `"alias/plans" was "${ARN}" and signed as "${other}"`]);
});
