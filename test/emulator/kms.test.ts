import assert from 'node:assert/strict';
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { test } from 'node:test';
import {
  DescribeKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  type SignCommandInput,
} from '@aws-sdk/client-kms';
import type { KmsKeySpec, Scenario } from '../../src/emulator/scenario/scenario.js';
import { type Bench, type Credentials, openBench, refusal } from './clients.js';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const MULTI_REGION = `mrk-${'1234abcd'.repeat(4)}`;
const ARN = `arn:aws:kms:eu-west-1:111111111111:key/${ID}`;
const MESSAGE = Buffer.from('a plan');

const KEYS: readonly KmsKeySpec[] = [
  { id: ID, alias: 'alias/plans' },
  { id: MULTI_REGION, alias: 'alias/everywhere' },
  { alias: 'alias/larger', spec: 'ECC_NIST_P384' },
  { alias: 'alias/disabled', state: 'Disabled' },
  { alias: 'alias/going', state: 'PendingDeletion' },
  { alias: 'alias/agreement', usage: 'KEY_AGREEMENT' },
  { alias: 'alias/symmetric', spec: 'SYMMETRIC_DEFAULT' },
  { id: ID, alias: 'alias/plans', account: '222222222222' },
  { id: MULTI_REGION, alias: 'alias/shared', account: '222222222222', usableBy: ['111111111111'] },
];
const SCENARIO: Scenario = { accounts: [{ id: '222222222222' }], kmsKeys: KEYS };

function clientOf(bench: Bench, credentials: Credentials = bench.emulator.callerCredentials()): KMSClient {
  return new KMSClient({ endpoint: bench.server.url, region: 'eu-west-1', maxAttempts: 1, credentials });
}

function digest(message: Buffer, hash = 'sha256'): Buffer {
  return createHash(hash).update(message).digest();
}

function request(change: Partial<SignCommandInput> = {}): SignCommand {
  return new SignCommand({
    KeyId: 'alias/plans',
    Message: digest(MESSAGE),
    MessageType: 'DIGEST',
    SigningAlgorithm: 'ECDSA_SHA_256',
    ...change,
  });
}

async function publicKeyOf(kms: KMSClient, KeyId: string): Promise<KeyObject> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
  return createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
}

async function arnOf(kms: KMSClient, KeyId: string): Promise<string> {
  return (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Arn ?? assert.fail();
}

test('Sign signs a digest so that node:crypto verifies the message offline', async () => {
  await using bench = await openBench(SCENARIO);
  const kms = clientOf(bench);
  const { Signature, KeyId, SigningAlgorithm } = await kms.send(request());
  assert.deepEqual([KeyId, SigningAlgorithm], [ARN, 'ECDSA_SHA_256']);
  assert(Signature);
  const key = await publicKeyOf(kms, 'alias/plans');
  assert.ok(verify('sha256', MESSAGE, key, Signature));
  assert.ok(!verify('sha256', Buffer.from('another plan'), key, Signature));
});

test('Sign takes the digest of a raw message itself, and takes a message for raw unless told otherwise', async () => {
  await using bench = await openBench(SCENARIO);
  const kms = clientOf(bench);
  const key = await publicKeyOf(kms, 'alias/plans');
  for (const MessageType of ['RAW', undefined] as const) {
    const { Signature } = await kms.send(request({ Message: MESSAGE, MessageType }));
    assert.ok(verify('sha256', MESSAGE, key, Signature ?? assert.fail()));
  }
});

test('Sign signs 4096 bytes', async () => {
  await using bench = await openBench(SCENARIO);
  const kms = clientOf(bench);
  const Message = Buffer.alloc(4096, 'x');
  const { Signature } = await kms.send(request({ Message, MessageType: 'RAW' }));
  const key = await publicKeyOf(kms, 'alias/plans');
  assert.ok(verify('sha256', Message, key, Signature ?? assert.fail()));
});

test('Sign signs with a key of the curve P-384', async () => {
  await using bench = await openBench(SCENARIO);
  const kms = clientOf(bench);
  const larger = { KeyId: 'alias/larger', SigningAlgorithm: 'ECDSA_SHA_384' } as const;
  const { Signature } = await kms.send(request({ ...larger, Message: digest(MESSAGE, 'sha384') }));
  const key = await publicKeyOf(kms, 'alias/larger');
  assert.ok(verify('sha384', MESSAGE, key, Signature ?? assert.fail()));
});

test('Sign makes another signature each time, and the same ones in the same world', async () => {
  const signTwice = async () => {
    await using bench = await openBench(SCENARIO);
    const kms = clientOf(bench);
    return [(await kms.send(request())).Signature, (await kms.send(request())).Signature];
  };
  const first = await signTwice();
  assert.notDeepEqual(first[0], first[1]);
  assert.deepEqual(await signTwice(), first);
});

for (const KeyId of [ID, ARN, 'alias/plans', 'arn:aws:kms:eu-west-1:111111111111:alias/plans']) {
  test(`a key is found by ${KeyId}`, async () => {
    await using bench = await openBench(SCENARIO);
    const kms = clientOf(bench);
    assert.equal((await kms.send(request({ KeyId }))).KeyId, ARN);
    assert.equal((await kms.send(new GetPublicKeyCommand({ KeyId }))).KeyId, ARN);
    assert.equal(await arnOf(kms, KeyId), ARN);
  });
}

const UNKNOWN: readonly [keyId: string, name: string, message: string][] = [
  ['alias/plan', 'NotFoundException', 'Alias arn:aws:kms:eu-west-1:111111111111:alias/plan is not found.'],
  ['plans', 'NotFoundException', "Invalid keyId 'plans'"],
  ['mrk-1234', 'NotFoundException', "Invalid keyId 'mrk-1234'"],
  [
    ID.replace('1', '2'),
    'NotFoundException',
    `Key 'arn:aws:kms:eu-west-1:111111111111:key/${ID.replace('1', '2')}' does not exist`,
  ],
  [
    ARN.replace('key/1', 'key/2'),
    'NotFoundException',
    `Key '${ARN.replace('key/1', 'key/2')}' does not exist`,
  ],
  [ARN.replace('eu-west-1', 'us-east-1'), 'NotFoundException', 'Invalid arn us-east-1'],
  ['arn:aws:kms', 'InvalidArnException', 'Invalid arn arn:aws:kms'],
];
for (const [KeyId, name, message] of UNKNOWN) {
  test(`every operation says ${name} when asked for ${KeyId}`, async () => {
    await using bench = await openBench(SCENARIO);
    const kms = clientOf(bench);
    await assert.rejects(kms.send(request({ KeyId })), refusal(name, message));
    await assert.rejects(kms.send(new GetPublicKeyCommand({ KeyId })), refusal(name, message));
    await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId })), refusal(name, message));
  });
}

for (const [KeyId, name, words] of [
  ['alias/disabled', 'DisabledException', 'is disabled.'],
  ['alias/going', 'KMSInvalidStateException', 'is pending deletion.'],
] as const) {
  test(`Sign and GetPublicKey say ${name} when the key ${words}`, async () => {
    await using bench = await openBench(SCENARIO);
    const kms = clientOf(bench);
    const message = `${await arnOf(kms, KeyId)} ${words}`;
    await assert.rejects(kms.send(request({ KeyId })), refusal(name, message));
    await assert.rejects(kms.send(new GetPublicKeyCommand({ KeyId })), refusal(name, message));
  });
}

test('a key can be disabled under the feet of a client', async () => {
  await using bench = await openBench(SCENARIO);
  const kms = clientOf(bench);
  await kms.send(request());
  const [key] = bench.emulator.world.kmsKeys;
  assert(key);
  key.state = 'Disabled';
  await assert.rejects(kms.send(request()), refusal('DisabledException', `${ARN} is disabled.`));
});

for (const [KeyId, usage] of [
  ['alias/agreement', 'KEY_AGREEMENT'],
  ['alias/symmetric', 'ENCRYPT_DECRYPT'],
] as const) {
  test(`Sign says InvalidKeyUsageException when the usage is ${usage}`, async () => {
    await using bench = await openBench(SCENARIO);
    const kms = clientOf(bench);
    const message = `${await arnOf(kms, KeyId)} key usage is ${usage} which is not valid for Sign.`;
    await assert.rejects(kms.send(request({ KeyId })), refusal('InvalidKeyUsageException', message));
  });
}

test('Sign says InvalidKeyUsageException when the key does not know the algorithm', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(
    clientOf(bench).send(request({ SigningAlgorithm: 'ED25519_SHA_512' })),
    refusal(
      'InvalidKeyUsageException',
      'Algorithm ED25519_SHA_512 is incompatible with key spec ECC_NIST_P256.',
    ),
  );
});

test('GetPublicKey says UnsupportedOperationException when the key is symmetric', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(
    clientOf(bench).send(new GetPublicKeyCommand({ KeyId: 'alias/symmetric' })),
    refusal('UnsupportedOperationException'),
  );
});

const INVALID: readonly [what: string, change: object, message: string][] = [
  [
    'a message of 4097 bytes',
    { Message: Buffer.alloc(4097), MessageType: 'RAW' },
    "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096",
  ],
  [
    'an empty message',
    { Message: Buffer.alloc(0) },
    "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    'no message',
    { Message: undefined },
    "1 validation error detected: Value null at 'message' failed to satisfy constraint: Member must not be null",
  ],
  [
    'an empty key id and an unknown type',
    { KeyId: '', MessageType: 'HASH' },
    "2 validation errors detected: Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'HASH' at 'messageType' failed to satisfy constraint: Member must satisfy enum value set: [RAW, DIGEST, EXTERNAL_MU]",
  ],
  [
    'a digest of another length',
    { Message: digest(MESSAGE, 'sha384') },
    'Digest is invalid length for algorithm ECDSA_SHA_256.',
  ],
  [
    'a type that is for other keys',
    { MessageType: 'EXTERNAL_MU' },
    'Message type EXTERNAL_MU is incompatible with key spec ECC_NIST_P256.',
  ],
];
for (const [what, change, message] of INVALID) {
  test(`Sign says ValidationException when given ${what}`, async () => {
    await using bench = await openBench(SCENARIO);
    await assert.rejects(clientOf(bench).send(request(change)), refusal('ValidationException', message));
  });
}

test('Sign says ValidationException with all algorithms when given an unknown one or none', async () => {
  await using bench = await openBench(SCENARIO);
  const kms = clientOf(bench);
  const unknown = request(JSON.parse('{"SigningAlgorithm":"ROT13"}'));
  await assert.rejects(
    kms.send(unknown),
    /Value 'ROT13' at 'signingAlgorithm' .* \[RSASSA_PSS_SHA_256, .*\]$/,
  );
  await assert.rejects(
    kms.send(request({ SigningAlgorithm: undefined })),
    /^ValidationException: 1 validation error detected: Value null at 'signingAlgorithm'/,
  );
});

for (const [member, value] of [
  ['Message', 'not base64'],
  ['Message', 17],
  ['DryRun', 'yes'],
] as const) {
  test(`Sign says SerializationException when ${member} is ${JSON.stringify(value)} on the wire`, async () => {
    await using bench = await openBench(SCENARIO);
    const kms = clientOf(bench);
    kms.middlewareStack.add(
      (next) => (args) => {
        const sent = args.request as { body: string };
        sent.body = JSON.stringify({ ...JSON.parse(sent.body), [member]: value });
        return next(args);
      },
      { step: 'build', priority: 'high' },
    );
    await assert.rejects(
      kms.send(request()),
      refusal('SerializationException', `Unexpected type of member ${member}`),
    );
  });
}

test('Sign does not sign when DryRun is set', async () => {
  await using bench = await openBench(SCENARIO);
  const kms = clientOf(bench);
  await assert.rejects(
    kms.send(request({ DryRun: true })),
    refusal('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.'),
  );
  await assert.rejects(
    kms.send(request({ DryRun: true, KeyId: 'alias/disabled' })),
    refusal('DisabledException'),
  );
});

test('GetPublicKey describes a key that signs', async () => {
  await using bench = await openBench(SCENARIO);
  const { PublicKey, $metadata, ...answer } = await clientOf(bench).send(
    new GetPublicKeyCommand({ KeyId: 'alias/plans' }),
  );
  assert.deepEqual(answer, {
    KeyId: ARN,
    CustomerMasterKeySpec: 'ECC_NIST_P256',
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: ['ECDSA_SHA_256'],
  });
});

test('DescribeKey describes a key that signs', async () => {
  await using bench = await openBench(SCENARIO);
  const { KeyMetadata } = await clientOf(bench).send(new DescribeKeyCommand({ KeyId: 'alias/plans' }));
  const { CreationDate, ...metadata } = KeyMetadata ?? assert.fail();
  assert.equal(CreationDate?.getUTCFullYear(), 2024);
  assert.deepEqual(metadata, {
    AWSAccountId: '111111111111',
    KeyId: ID,
    Arn: ARN,
    Enabled: true,
    Description: '',
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'ECC_NIST_P256',
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: ['ECDSA_SHA_256'],
    MultiRegion: false,
  });
});

test('DescribeKey describes keys of every other kind', async () => {
  const now = new Date();
  await using bench = await openBench(SCENARIO, { now: () => now });
  const kms = clientOf(bench);
  const describe = async (KeyId: string) =>
    (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata ?? assert.fail();
  const [disabled, going, symmetric, agreement, everywhere] = await Promise.all(
    ['disabled', 'going', 'symmetric', 'agreement', 'everywhere'].map((name) => describe(`alias/${name}`)),
  );
  assert.deepEqual([disabled?.Enabled, disabled?.KeyState], [false, 'Disabled']);
  assert.deepEqual([going?.Enabled, going?.KeyState], [false, 'PendingDeletion']);
  const days = ((going?.DeletionDate?.getTime() ?? 0) - now.getTime()) / 86_400_000;
  assert.ok(days > 29 && days <= 30, `${days}`);
  assert.deepEqual(symmetric?.EncryptionAlgorithms, ['SYMMETRIC_DEFAULT']);
  assert.deepEqual(agreement?.KeyAgreementAlgorithms, ['ECDH']);
  assert.equal(everywhere?.MultiRegion, true);
  assert.deepEqual(everywhere?.MultiRegionConfiguration?.PrimaryKey, {
    Arn: `arn:aws:kms:eu-west-1:111111111111:key/${MULTI_REGION}`,
    Region: 'eu-west-1',
  });
});

test('a key has the region of the request in its ARN', async () => {
  await using bench = await openBench(SCENARIO);
  const credentials = bench.emulator.callerCredentials();
  const kms = new KMSClient({ endpoint: bench.server.url, region: 'us-west-2', maxAttempts: 1, credentials });
  assert.equal(await arnOf(kms, ID), ARN.replace('eu-west-1', 'us-west-2'));
});

/** Each caller may not sign with `alias/plans`: why. */
const DENIED: readonly [caller: string, spec: object, reason: string][] = [
  ['denied', { deny: ['kms:Sign'] }, 'with an explicit deny in an identity-based policy'],
  ['reader', { allow: ['kms:Get*'] }, 'because no identity-based policy allows the kms:Sign action'],
  [
    'elsewhere',
    {
      policy: {
        Statement: { Effect: 'Allow', Action: 'kms:Sign', Resource: `${ARN.slice(0, -1)}c` },
      },
    },
    'because no identity-based policy allows the kms:Sign action',
  ],
  [
    'other-algorithm',
    {
      policy: {
        Statement: {
          Effect: 'Allow',
          Action: 'kms:Sign',
          Resource: '*',
          Condition: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_384' } },
        },
      },
    },
    'because no identity-based policy allows the kms:Sign action',
  ],
];
for (const [name, spec, reason] of DENIED) {
  test(`Sign says AccessDeniedException when the caller is ${name}`, async () => {
    await using bench = await openBench({ ...SCENARIO, callers: { [name]: spec } });
    await assert.rejects(
      clientOf(bench, bench.emulator.callerCredentials(name)).send(request()),
      refusal(
        'AccessDeniedException',
        `User: arn:aws:iam::111111111111:user/${name} is not authorized to perform: kms:Sign on resource: ${ARN} ${reason}`,
      ),
    );
  });
}

test('each operation is allowed under its own name', async () => {
  const callers = Object.fromEntries(
    ['Sign', 'GetPublicKey', 'DescribeKey'].map((name) => [name, { allow: [`kms:${name}`] }]),
  );
  await using bench = await openBench({ ...SCENARIO, callers });
  for (const allowed of Object.keys(callers)) {
    const kms = clientOf(bench, bench.emulator.callerCredentials(allowed));
    const KeyId = 'alias/plans';
    const calls = {
      Sign: () => kms.send(request()),
      GetPublicKey: () => kms.send(new GetPublicKeyCommand({ KeyId })),
      DescribeKey: () => kms.send(new DescribeKeyCommand({ KeyId })),
    };
    for (const [name, call] of Object.entries(calls)) {
      if (name === allowed) await call();
      else await assert.rejects(call(), refusal('AccessDeniedException'));
    }
  }
});

test('a policy can ask how a key is used', async () => {
  const Condition = {
    StringEquals: {
      'kms:SigningAlgorithm': 'ECDSA_SHA_256',
      'kms:MessageType': 'DIGEST',
      'kms:RequestAlias': 'alias/plans',
      'kms:KeySpec': 'ECC_NIST_P256',
      'kms:KeyUsage': 'SIGN_VERIFY',
      'kms:KeyOrigin': 'AWS_KMS',
      'kms:CallerAccount': '111111111111',
    },
    Bool: { 'kms:MultiRegion': 'false' },
  };
  const policy = { Statement: { Effect: 'Allow', Action: 'kms:Sign', Resource: '*', Condition } } as const;
  await using bench = await openBench({ ...SCENARIO, callers: { signer: { policy } } });
  const kms = clientOf(bench, bench.emulator.callerCredentials('signer'));
  await kms.send(request());
  await kms.send(request({ KeyId: 'arn:aws:kms:eu-west-1:111111111111:alias/plans' }));
  await assert.rejects(kms.send(request({ KeyId: ID })), refusal('AccessDeniedException'));
  await assert.rejects(
    kms.send(request({ MessageType: 'RAW', Message: MESSAGE })),
    refusal('AccessDeniedException'),
  );
});

test('Sign says AccessDeniedException when a service control policy denies it', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    callers: { member: { account: '222222222222' } },
    scps: [
      {
        target: '222222222222',
        policy: { Statement: { Effect: 'Deny', Action: 'kms:Sign', Resource: '*' } },
      },
    ],
  });
  await assert.rejects(
    clientOf(bench, bench.emulator.callerCredentials('member')).send(request()),
    /with an explicit deny in a service control policy/,
  );
});

test('the same alias is another key in another account', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    callers: { operator: {}, member: { account: '222222222222' } },
  });
  const [own, other] = [clientOf(bench), clientOf(bench, bench.emulator.callerCredentials('member'))];
  const [a, b] = [await publicKeyOf(own, 'alias/plans'), await publicKeyOf(other, 'alias/plans')];
  assert.ok(!a.equals(b));
});

test('a key of another account is used by its ARN, if its policy says so', async () => {
  await using bench = await openBench(SCENARIO);
  const kms = clientOf(bench);
  const arn = `arn:aws:kms:eu-west-1:222222222222:key/${MULTI_REGION}`;
  assert.equal((await kms.send(request({ KeyId: arn }))).KeyId, arn);
  assert.equal(bench.emulator.calls.at(-1)?.account, '222222222222');
  const alias = 'arn:aws:kms:eu-west-1:222222222222:alias/shared';
  assert.equal((await kms.send(request({ KeyId: alias }))).KeyId, arn);
});

for (const [what, id] of [
  ['that its policy keeps to itself', ID],
  ['that is not there', ID.replace('1', '2')],
] as const) {
  test(`a key of another account ${what} is denied in one text`, async () => {
    await using bench = await openBench(SCENARIO);
    await assert.rejects(
      clientOf(bench).send(request({ KeyId: `arn:aws:kms:eu-west-1:222222222222:key/${id}` })),
      refusal(
        'AccessDeniedException',
        'User: arn:aws:iam::111111111111:user/operator is not authorized to perform: kms:Sign on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
      ),
    );
  });
}

test('the call log names the service and withholds what was signed', async () => {
  await using bench = await openBench(SCENARIO);
  await clientOf(bench).send(request());
  const [call] = bench.emulator.calls;
  assert.deepEqual([call?.service, call?.operation, call?.account], ['kms', 'Sign', '111111111111']);
  assert.deepEqual(call?.parameters, {
    KeyId: 'alias/plans',
    Message: '(withheld)',
    MessageType: 'DIGEST',
    SigningAlgorithm: 'ECDSA_SHA_256',
  });
  assert.equal(call?.effect, undefined);
});

test('the state shows keys without their private halves', async () => {
  await using bench = await openBench(SCENARIO);
  const state = await (await fetch(`${bench.server.url}/_emulator/state`)).json();
  const [key] = JSON.parse(JSON.stringify(state)).kmsKeys;
  assert.deepEqual(Object.keys(key).sort(), [
    'account',
    'alias',
    'created',
    'id',
    'spec',
    'state',
    'usableBy',
    'usage',
  ]);
});

test('a fault throttles KMS in its own words', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    faults: [{ match: { service: 'kms', operation: 'Sign', times: 1 }, fault: { kind: 'throttle' } }],
  });
  const kms = clientOf(bench);
  await kms.send(new GetPublicKeyCommand({ KeyId: ID }));
  await assert.rejects(
    kms.send(request()),
    refusal(
      'ThrottlingException',
      'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
    ),
  );
  await kms.send(request());
});

test('a fault fails KMS in its own words', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    faults: [{ match: { service: 'kms' }, fault: { kind: 'http-error', status: 500 } }],
  });
  await assert.rejects(clientOf(bench).send(request()), { name: 'KMSInternalException', $fault: 'server' });
});

test('a quota of Sign can be set', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    quotas: { operations: { Sign: { perSecond: 0.001, burst: 1 } } },
  });
  const kms = clientOf(bench);
  await kms.send(request());
  await assert.rejects(kms.send(request()), refusal('ThrottlingException'));
});

test('an unsigned request and an unknown operation are refused in the format of KMS', async () => {
  await using bench = await openBench(SCENARIO);
  const headers = { 'x-amz-target': 'TrentService.Sign', 'content-type': 'application/x-amz-json-1.1' };
  const answer = await fetch(bench.server.url, { method: 'POST', headers, body: '{}' });
  assert.equal(answer.status, 400);
  assert.deepEqual(await answer.json(), {
    __type: 'MissingAuthenticationTokenException',
    message: 'Request is missing Authentication Token',
  });
  assert.deepEqual([bench.emulator.calls[0]?.service, bench.emulator.calls[0]?.operation], ['kms', 'Sign']);
});
