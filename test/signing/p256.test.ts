import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parsePoint, parseSpki, verifyP256 } from '../../src/signing/p256.js';
import { mpintOf, pointOf } from './ssh-fixtures.js';

const MESSAGE = Buffer.from('the plan');
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const derOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' });
const der = derOf(publicKey);
const change = (bytes: Buffer, at: number, xor: number) =>
  Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ xor : byte)));

test('parseSpki names a key by the SHA-256 of its SPKI DER', () => {
  assert.equal(parseSpki(der)?.keyid, createHash('sha256').update(der).digest('hex'));
});

test('parsePoint and parseSpki give one key', () => {
  assert.equal(parsePoint(pointOf(publicKey))?.keyid, parseSpki(der)?.keyid);
});

const FIELD_PRIME = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const POINT_LIKE_HEADER = der.subarray(0, -64);
const NO_KEYS: readonly [what: string, der: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte too few', der.subarray(0, -1)],
  ['a byte too many', Buffer.concat([der, Buffer.alloc(1)])],
  ['the name of another curve', change(der, 22, 1)],
  ['a point off the curve', change(der, der.length - 1, 1)],
  ['the point (0, 0)', Buffer.concat([POINT_LIKE_HEADER, Buffer.alloc(64)])],
  [
    'a coordinate of the prime of the field',
    Buffer.concat([
      POINT_LIKE_HEADER,
      Buffer.from(FIELD_PRIME.toString(16), 'hex'),
      // The y of the point whose x is zero, of which the prime is a second spelling.
      Buffer.from('66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4', 'hex'),
    ]),
  ],
  [
    'a compressed point',
    Buffer.concat([POINT_LIKE_HEADER.subarray(0, -1), Buffer.from([2]), pointOf(publicKey).subarray(1, 33)]),
  ],
  ['a hybrid point', change(der, der.length - 65, 4 ^ (6 + ((der.at(-1) ?? 0) & 1)))],
  [
    'a key with its parameters written out',
    derOf(generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey),
  ],
  ['a P-384 key', derOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
  ['a secp256k1 key', derOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
  ['an Ed25519 key', derOf(generateKeyPairSync('ed25519').publicKey)],
  ['an RSA key', derOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)],
];
for (const [what, bytes] of NO_KEYS) {
  test(`parseSpki refuses ${what}`, () => {
    assert.equal(parseSpki(bytes), undefined);
  });
}

test('parsePoint takes the point whose x is zero in its only spelling', () => {
  const y = Buffer.from('66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4', 'hex');
  assert.notEqual(parsePoint(Buffer.concat([Buffer.from([4]), Buffer.alloc(32), y])), undefined);
});

test('verifyBytes accepts what node:crypto signed, in both encodings', () => {
  for (const dsaEncoding of ['der', 'ieee-p1363'] as const) {
    const signature = sign('sha256', MESSAGE, { key: privateKey, dsaEncoding });
    assert.equal(verifyP256(MESSAGE, signature, publicKey, dsaEncoding), true);
    assert.equal(verifyP256(Buffer.from('another'), signature, publicKey, dsaEncoding), false);
  }
});

test('verifyBytes refuses a signature when the key is another', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  assert.equal(verifyP256(MESSAGE, sign('sha256', MESSAGE, privateKey), other, 'der'), false);
});

test('verifyBytes refuses a signature when any of its bytes is changed', () => {
  const signature = sign('sha256', MESSAGE, privateKey);
  for (const [at] of signature.entries()) {
    for (const xor of [1, 0x80, 0xff]) {
      assert.equal(verifyP256(MESSAGE, change(signature, at, xor), publicKey, 'der'), false, `byte ${at}`);
    }
  }
});

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const bytesOf = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
const numberOf = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);
const integerOf = (number: bigint) => {
  const content = mpintOf(bytesOf(number));
  return Buffer.concat([Buffer.from([2, content.length]), content]);
};
const sequenceOf = (...parts: readonly Buffer[]) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
};
const pair = sign('sha256', MESSAGE, { key: privateKey, dsaEncoding: 'ieee-p1363' });
const [r, s] = [numberOf(pair.subarray(0, 32)), numberOf(pair.subarray(32))];

test('verifyBytes accepts the twin of a signature, which says the same', () => {
  assert.equal(verifyP256(MESSAGE, sequenceOf(integerOf(r), integerOf(s)), publicKey, 'der'), true);
  assert.equal(verifyP256(MESSAGE, sequenceOf(integerOf(r), integerOf(ORDER - s)), publicKey, 'der'), true);
});

const canonical = sequenceOf(integerOf(r), integerOf(s));
const NO_SIGNATURES: readonly [what: string, signature: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte behind it', Buffer.concat([canonical, Buffer.alloc(1)])],
  ['a byte behind its numbers', sequenceOf(integerOf(r), integerOf(s), Buffer.from([5, 0]))],
  ['a byte missing', canonical.subarray(0, -1)],
  [
    'its length in two bytes',
    Buffer.concat([Buffer.from([0x30, 0x81, canonical[1] ?? 0]), canonical.subarray(2)]),
  ],
  [
    'a needless zero in front of r',
    sequenceOf(Buffer.concat([Buffer.from([2, 34]), Buffer.alloc(2), bytesOf(r)]), integerOf(s)),
  ],
  ['r and s of zero', sequenceOf(Buffer.from([2, 1, 0]), Buffer.from([2, 1, 0]))],
  [
    'r + the order',
    sequenceOf(
      Buffer.concat([Buffer.from([2, 33]), Buffer.from((r + ORDER).toString(16).padStart(66, '0'), 'hex')]),
      integerOf(s),
    ),
  ],
  ['r and s without DER', pair],
];
for (const [what, signature] of NO_SIGNATURES) {
  test(`verifyBytes refuses a signature with ${what}`, () => {
    assert.equal(verifyP256(MESSAGE, signature, publicKey, 'der'), false);
  });
}

for (const length of [0, 63, 65, 72]) {
  test(`verifyBytes refuses ${length} bytes for r and s`, () => {
    assert.equal(verifyP256(MESSAGE, Buffer.alloc(length, 1), publicKey, 'ieee-p1363'), false);
  });
}

const skip = spawnSync('openssl', ['version']).error !== undefined && 'openssl is not installed';

test('verifyBytes accepts what openssl signed', { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'p256-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  };
  writeFileSync(join(folder, 'message'), MESSAGE);
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'key.pem');
  openssl('pkey', '-in', 'key.pem', '-pubout', '-outform', 'DER', '-out', 'key.der');
  openssl('dgst', '-sha256', '-sign', 'key.pem', '-out', 'signature', 'message');
  const known = parseSpki(readFileSync(join(folder, 'key.der')));
  assert.ok(known);
  const signature = readFileSync(join(folder, 'signature'));
  assert.equal(verifyP256(MESSAGE, signature, known.key, 'der'), true);
  assert.equal(verifyP256(Buffer.from('another'), signature, known.key, 'der'), false);
});
