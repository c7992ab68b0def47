/**
 * The AWS CLI signs with the emulated KMS, and openssl's library verifies: neither client nor judge is ours. Skipped, and
 * said so, where there is no CLI.
 */
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import { type EmulatorServer, serveEmulator } from '../../src/emulator/server.js';
import { aws, environment, home, type Run } from './aws-command.js';

const MESSAGE = 'a plan';
const digestFile = join(home, 'digest');
await writeFile(digestFile, createHash('sha256').update(MESSAGE).digest());

const obstacle = (await aws(['--version'])).code === 0 ? undefined : 'no AWS CLI on PATH';

test('the AWS CLI is here', { skip: obstacle ?? false }, () => {});

describe('the AWS CLI', { skip: obstacle !== undefined, concurrency: 2 }, () => {
  let emulator: Emulator;
  let server: EmulatorServer;

  before(async () => {
    emulator = openEmulator({
      kmsKeys: [{ alias: 'alias/plans' }, { alias: 'alias/off', state: 'Disabled' }],
    });
    server = await serveEmulator(emulator);
  });
  after(() => server.close());

  function run(args: readonly string[]): Promise<Run> {
    return aws(['kms', ...args, '--output', 'json'], environment(server, emulator.callerCredentials()));
  }

  /** The JSON that a command prints. */
  async function read(args: readonly string[]) {
    const { code, stdout, stderr } = await run(args);
    assert.equal(stderr.trim(), '');
    assert.equal(code, 0);
    return JSON.parse(stdout);
  }

  function signArguments(key: string, algorithm = 'ECDSA_SHA_256'): readonly string[] {
    return [
      ...['sign', '--key-id', key, '--message', `fileb://${digestFile}`],
      ...['--message-type', 'DIGEST', '--signing-algorithm', algorithm],
    ];
  }

  test('signs a digest, and the public key that it reads verifies the message', async () => {
    const [signed, described, metadata] = await Promise.all([
      read(signArguments('alias/plans')),
      read(['get-public-key', '--key-id', 'alias/plans']),
      read(['describe-key', '--key-id', 'alias/plans']),
    ]);
    assert.equal(described.KeySpec, 'ECC_NIST_P256');
    assert.equal(signed.KeyId, described.KeyId);
    assert.equal(metadata.KeyMetadata.Arn, described.KeyId);
    const spki = Buffer.from(described.PublicKey, 'base64');
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    assert.ok(verify('sha256', Buffer.from(MESSAGE), key, Buffer.from(signed.Signature, 'base64')));
  });

  for (const [what, args, error] of [
    [
      'a key that is disabled',
      signArguments('alias/off'),
      /\(DisabledException\) when calling the Sign operation: arn:aws:kms:eu-west-1:111111111111:key\/\S+ is disabled\.$/m,
    ],
    [
      'a key that is not there',
      signArguments('alias/other'),
      /\(NotFoundException\) .*: Alias arn:aws:kms:eu-west-1:111111111111:alias\/other is not found\.$/m,
    ],
    [
      'an algorithm of another curve',
      signArguments('alias/plans', 'ECDSA_SHA_384'),
      /\(InvalidKeyUsageException\) .*: Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256\.$/m,
    ],
  ] as const) {
    test(`is refused ${what}`, async () => {
      const { code, stderr } = await run(args);
      assert.notEqual(code, 0);
      assert.match(stderr, error);
    });
  }

  test('is refused an operation that the emulator does not know', async () => {
    const { stderr } = await run(['list-keys']);
    assert.match(stderr, /\(UnknownOperationException\)/);
    assert.equal(emulator.calls.find(({ operation }) => operation === 'ListKeys')?.unknownOperation, true);
  });
});
