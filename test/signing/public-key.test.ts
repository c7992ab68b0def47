import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePublicKey } from '../../src/signing/public-key.js';
import { encodeStrings } from '../../src/signing/ssh-wire.js';
import {
  createEd25519,
  createP256,
  createRsa,
  createSecurityKey,
  lineOf,
  MESSAGE,
  mpintOf,
  NAMESPACE,
  pointOf,
  type SshSecret,
  signSsh,
} from './ssh-fixtures.js';

const derOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' });
const spkiOf = (key: KeyObject) => derOf(key).toString('base64');
const parse = (text: string) => {
  const key = parsePublicKey(text);
  assert.ok(key);
  return key;
};

const [ed25519, p256, rsa] = [createEd25519(), createP256(), createRsa()];
const SECRETS: readonly [what: string, secret: SshSecret][] = [
  ['an Ed25519 key', ed25519],
  ['a P-256 key', p256],
  ['an RSA key', rsa],
  ['an Ed25519 security key', createSecurityKey(ed25519)],
  ['a P-256 security key', createSecurityKey(p256)],
];

for (const [what, secret] of SECRETS) {
  test(`parsePublicKey names the line of ${what} by the SHA-256 of its SPKI DER`, () => {
    const keyid = createHash('sha256').update(derOf(secret.publicKey)).digest('hex');
    assert.equal(parse(lineOf(secret)).keyid, keyid);
  });

  test(`parsePublicKey gives the line of ${what} one keyid whatever its comment says`, () => {
    assert.equal(parse(lineOf(secret, ' Zoë of the platform team')).keyid, parse(lineOf(secret)).keyid);
  });

  test(`parsePublicKey makes ${what} of SSH accept signatures of SSH, and for their namespace only`, () => {
    const { algorithm, verify } = parse(lineOf(secret));
    assert.equal(algorithm, 'sshsig');
    assert.equal(verify(MESSAGE, signSsh(secret, MESSAGE), NAMESPACE), true);
    assert.equal(verify(MESSAGE, signSsh(secret, MESSAGE), 'rootsweep-receipt'), false);
    assert.equal(verify(MESSAGE, signSsh(secret, MESSAGE), ''), false);
  });
}

const PLAIN = [
  ['Ed25519', 'ed25519', ed25519, (secret: SshSecret) => sign(null, MESSAGE, secret.privateKey)],
  ['P-256', 'ecdsa-p256-sha256', p256, (secret: SshSecret) => sign('sha256', MESSAGE, secret.privateKey)],
] as const;
for (const [what, algorithm, secret, signPlain] of PLAIN) {
  test(`parsePublicKey gives a key of ${what} one keyid as SPKI and as a line of SSH`, () => {
    assert.equal(parse(spkiOf(secret.publicKey)).keyid, parse(lineOf(secret)).keyid);
  });

  test(`parsePublicKey makes the SPKI of a key of ${what} accept plain signatures only`, () => {
    const key = parse(spkiOf(secret.publicKey));
    assert.equal(key.algorithm, algorithm);
    assert.equal(key.verify(MESSAGE, signPlain(secret), NAMESPACE), true);
    assert.equal(key.verify(Buffer.from('another'), signPlain(secret), NAMESPACE), false);
    assert.equal(key.verify(MESSAGE, signSsh(secret, MESSAGE), NAMESPACE), false);
  });

  test(`parsePublicKey makes the line of a key of ${what} refuse plain signatures`, () => {
    assert.equal(parse(lineOf(secret)).verify(MESSAGE, signPlain(secret), NAMESPACE), false);
  });
}

const lineOfBlob = (...fields: readonly (Buffer | string)[]) =>
  lineOf({ type: String(fields[0]), blob: encodeStrings(...fields) });
const point = derOf(ed25519.publicKey).subarray(-32);
const curvePoint = pointOf(p256.publicKey);
const offCurve = Buffer.from(curvePoint.map((byte, index) => (index === 64 ? byte ^ 1 : byte)));
/** y = 2 is no point of the curve; y = 1 is the neutral one. */
const yOf = (y: number) => Buffer.concat([Buffer.from([y]), Buffer.alloc(31)]);
const rsaLine = (e: bigint, n: bigint) => {
  const bytesOf = (value: bigint) => {
    const digits = value.toString(16);
    return mpintOf(Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex'));
  };
  return lineOfBlob('ssh-rsa', bytesOf(e), bytesOf(n));
};
/** An odd number of so many bits. */
const oddOf = (bits: number) => (1n << BigInt(bits - 1)) + 1n;
const line = lineOf(ed25519);
const spki = spkiOf(ed25519.publicKey);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The last character before the padding has bits that stand for nothing. */
const withBitsBehind = ([last = '']: string) => `${ALPHABET[ALPHABET.indexOf(last) + 1]}=`;

test('parsePublicKey takes RSA keys of 2048 to 8192 bits and of the exponents up to 32 bits', () => {
  parse(rsaLine(65537n, oddOf(2048)));
  parse(rsaLine(65537n, oddOf(8192)));
  parse(rsaLine(2n ** 32n - 1n, oddOf(3072)));
});

const SK_ED25519 = 'sk-ssh-ed25519@openssh.com';
const SK_P256 = 'sk-ecdsa-sha2-nistp256@openssh.com';
const NO_KEYS: readonly [what: string, text: string][] = [
  ['nothing', ''],
  ['a space', ' '],
  ['words', 'not a key'],
  ['SPKI and a newline', `${spki}\n`],
  ['SPKI and a comment', `${spki} ada`],
  ['SPKI without its padding', spki.replace(/=+$/, '')],
  ['SPKI with bits behind the last byte', spki.replace(/.=$/, withBitsBehind)],
  ['SPKI in the alphabet of URLs', spki.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')],
  ['SPKI and a byte', Buffer.concat([derOf(ed25519.publicKey), Buffer.alloc(1)]).toString('base64')],
  [
    'the SPKI of an Ed25519 key of small order',
    Buffer.concat([derOf(ed25519.publicKey).subarray(0, -32), yOf(1)]).toString('base64'),
  ],
  [
    'the SPKI of an Ed25519 key off the curve',
    Buffer.concat([derOf(ed25519.publicKey).subarray(0, -32), yOf(2)]).toString('base64'),
  ],
  ['the SPKI of an RSA key', spkiOf(rsa.publicKey)],
  ['the SPKI of a P-384 key', spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
  ['a line with a newline behind it', `${line}\n`],
  ['two lines', `${line}\n${line}`],
  ['a line with a space before it', ` ${line}`],
  ['a line with two spaces in it', line.replace(' ', '  ')],
  ['a line with a tab in it', line.replace(' ', '\t')],
  ['a line with a control character in its comment', `${line} a\u001bb`],
  ['a line with options', `cert-authority ${line}`],
  ['a line without its type', line.replace(/^\S+ /, '')],
  ['a line with the type of another key', line.replace('ssh-ed25519', 'ssh-rsa')],
  ['a line without its padding', lineOf(createP256()).replace(/=*$/, '')],
  ['a line cut short', line.slice(0, -4)],
  [
    'a line with a byte more',
    lineOf({ type: ed25519.type, blob: Buffer.concat([ed25519.blob, Buffer.alloc(1)]) }),
  ],
  ['a line with a field more', lineOfBlob('ssh-ed25519', point, '')],
  ['a line with a field too few', lineOfBlob('ssh-ed25519')],
  ['a DSA key', lineOfBlob('ssh-dss', '\x01', '\x01', '\x01', '\x01')],
  ['a certificate', lineOfBlob('ssh-ed25519-cert-v01@openssh.com', 'nonce', point)],
  ['a key whose type is a word of JavaScript', lineOfBlob('constructor', point)],
  ['an Ed25519 key of 31 bytes', lineOfBlob('ssh-ed25519', point.subarray(1))],
  ['an Ed25519 key of small order', lineOfBlob('ssh-ed25519', yOf(1))],
  [
    'an Ed25519 key of small order with a sign',
    lineOfBlob('ssh-ed25519', Buffer.concat([yOf(1).subarray(0, 31), Buffer.from([0x80])])),
  ],
  ['an Ed25519 key off the curve', lineOfBlob('ssh-ed25519', yOf(2))],
  ['an Ed25519 security key of small order', lineOfBlob(SK_ED25519, yOf(0), 'ssh:')],
  ['an Ed25519 security key without an application', lineOfBlob(SK_ED25519, point)],
  ['an Ed25519 security key with a field more', lineOfBlob(SK_ED25519, point, 'ssh:', '')],
  ['a P-256 key off the curve', lineOfBlob('ecdsa-sha2-nistp256', 'nistp256', offCurve)],
  ['a P-256 key of another curve', lineOfBlob('ecdsa-sha2-nistp256', 'nistp384', curvePoint)],
  [
    'a P-256 key whose point is compressed',
    lineOfBlob(
      'ecdsa-sha2-nistp256',
      'nistp256',
      Buffer.concat([Buffer.from([2 + ((curvePoint.at(-1) ?? 0) & 1)]), curvePoint.subarray(1, 33)]),
    ),
  ],
  [
    'a P-384 key',
    lineOfBlob(
      'ecdsa-sha2-nistp384',
      'nistp384',
      pointOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey),
    ),
  ],
  ['a P-256 security key off the curve', lineOfBlob(SK_P256, 'nistp256', offCurve, 'ssh:')],
  ['a P-256 security key without an application', lineOfBlob(SK_P256, 'nistp256', curvePoint)],
  ['an RSA key of 2047 bits', rsaLine(65537n, oddOf(2047))],
  ['an RSA key of 8193 bits', rsaLine(65537n, oddOf(8193))],
  ['an RSA key of 1024 bits', rsaLine(65537n, oddOf(1024))],
  ['an RSA key of exponent 3', rsaLine(3n, oddOf(2048))],
  ['an RSA key of exponent 1', rsaLine(1n, oddOf(2048))],
  ['an RSA key of an even exponent', rsaLine(65538n, oddOf(2048))],
  ['an RSA key of an exponent of 33 bits', rsaLine(2n ** 32n + 1n, oddOf(2048))],
  ['an RSA key of an even modulus', rsaLine(65537n, oddOf(2048) + 1n)],
  [
    'an RSA key of a negative modulus',
    lineOfBlob('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.alloc(256, 0xff)),
  ],
  [
    'an RSA key with a needless zero',
    lineOfBlob('ssh-rsa', Buffer.from([0, 1, 0, 1]), Buffer.alloc(256, 0x7f)),
  ],
  ['an RSA key of nothing', lineOfBlob('ssh-rsa', '', '')],
];
for (const [what, text] of NO_KEYS) {
  test(`parsePublicKey refuses ${what}`, () => {
    assert.equal(parsePublicKey(text), undefined);
  });
}

test('parsePublicKey has an answer for any text', () => {
  const type = fc.constantFrom(...SECRETS.map(([, secret]) => secret.type));
  const field = fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.constantFrom('nistp256', point, curvePoint));
  const fieldsOf = fc.array(field, { maxLength: 4 });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
      parsePublicKey(text);
    }),
  );
  fc.assert(
    fc.property(type, fieldsOf, (name, fields) => {
      parsePublicKey(`${name} ${encodeStrings(name, ...fields).toString('base64')}`);
    }),
  );
});

test('parsePublicKey has one key for each spelling: no changed byte of a blob leaves the keyid as it was', () => {
  for (const [, secret] of SECRETS) {
    const { keyid } = parse(lineOf(secret));
    const end = secret.blob.length - (secret.application === undefined ? 0 : secret.application.length);
    for (let at = 0; at < end; at += 1) {
      const blob = Buffer.from(secret.blob.map((byte, index) => (index === at ? byte ^ 1 : byte)));
      assert.notEqual(parsePublicKey(lineOf({ type: secret.type, blob }))?.keyid, keyid, `byte ${at}`);
    }
  }
});
