import assert from 'node:assert/strict';
import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import {
  generateKey,
  parseEd25519,
  parsePrivateKey,
  publicKeyOf,
  signBytes,
  verifyEd25519,
} from '../../src/signing/ed25519.js';

/** RFC 8032, section 7.1, test 3. */
const RFC = {
  secret: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
  public: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
  message: 'af82',
  signature:
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
};
const spki = (point: string) => Buffer.from(`302a300506032b6570032100${point}`, 'hex').toString('base64');
const privateKey = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${RFC.secret}`, 'hex'),
  format: 'der',
  type: 'pkcs8',
});
const message = Buffer.from(RFC.message, 'hex');

function keyPair() {
  const { privatePem, publicKey } = generateKey();
  const secret = parsePrivateKey(privatePem);
  const known = parseEd25519(publicKey);
  assert(secret && known);
  return { secret, known, privatePem, publicKey };
}

test('signBytes makes the signature of RFC 8032', () => {
  assert.equal(signBytes(message, privateKey), Buffer.from(RFC.signature, 'hex').toString('base64'));
});

test('publicKeyOf gives the public key of RFC 8032', () => {
  assert.equal(publicKeyOf(privateKey), spki(RFC.public));
});

test('verifyBytes accepts what signBytes made', () => {
  const { secret, known } = keyPair();
  assert.equal(verifyEd25519(message, signBytes(message, secret), known.key), true);
});

test('verifyBytes refuses a signature when the bytes are others', () => {
  const { secret, known } = keyPair();
  assert.equal(verifyEd25519(Buffer.from('x'), signBytes(message, secret), known.key), false);
});

test('verifyBytes refuses a signature when the key is another', () => {
  assert.equal(verifyEd25519(message, signBytes(message, keyPair().secret), keyPair().known.key), false);
});

for (const signature of [
  '',
  'AAAA',
  Buffer.alloc(64).toString('base64'),
  Buffer.alloc(65).toString('base64'),
]) {
  test(`verifyBytes refuses ${signature.length} characters that are no signature`, () => {
    assert.equal(verifyEd25519(message, signature, keyPair().known.key), false);
  });
}

test('generateKey makes another key each time', () => {
  assert.notEqual(generateKey().publicKey, generateKey().publicKey);
});

test('generateKey makes halves that belong together', () => {
  const { secret, publicKey } = keyPair();
  assert.equal(publicKeyOf(secret), publicKey);
});

test('parsePublicKey names a key by the SHA-256 of its SPKI DER', () => {
  const { known, publicKey } = keyPair();
  assert.equal(known.keyid, createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex'));
});

const der = (key: ReturnType<typeof generateKeyPairSync>['publicKey']) =>
  (key as unknown as { export: (options: object) => Buffer })
    .export({ format: 'der', type: 'spki' })
    .toString('base64');
const NO_KEYS: readonly [what: string, base64: string][] = [
  ['nothing', ''],
  ['no base64', '???'],
  ['the 32 bytes alone', Buffer.from(RFC.public, 'hex').toString('base64')],
  ['a byte too few', Buffer.from(spki(RFC.public), 'base64').subarray(0, -1).toString('base64')],
  [
    'a byte too many',
    Buffer.concat([Buffer.from(spki(RFC.public), 'base64'), Buffer.alloc(1)]).toString('base64'),
  ],
  ['another algorithm of the same length', spki(RFC.public).replace('MCowBQYDK2VwAyEA', 'MCowBQYDK2VuAyEA')],
  ['an X25519 key', der(generateKeyPairSync('x25519').publicKey)],
  ['an Ed448 key', der(generateKeyPairSync('ed448').publicKey)],
  ['a P-256 key', der(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)],
];
for (const [what, base64] of NO_KEYS) {
  test(`parsePublicKey refuses ${what}`, () => {
    assert.equal(parseEd25519(base64), undefined);
  });
}

const ec = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
  publicKeyEncoding: { format: 'pem', type: 'spki' },
});
const x25519 = generateKeyPairSync('x25519', {
  privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
  publicKeyEncoding: { format: 'pem', type: 'spki' },
});
const locked = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' },
  publicKeyEncoding: { format: 'pem', type: 'spki' },
});
const NO_PRIVATE_KEYS: readonly [what: string, pem: string][] = [
  ['nothing', ''],
  ['a text', 'not a key'],
  ['a public key', locked.publicKey],
  ['a P-256 key', ec.privateKey],
  ['an X25519 key', x25519.privateKey],
  ['a key under a passphrase', locked.privateKey],
];
for (const [what, pem] of NO_PRIVATE_KEYS) {
  test(`parsePrivateKey refuses ${what}`, () => {
    assert.equal(parsePrivateKey(pem), undefined);
  });
}
