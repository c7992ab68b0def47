import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSshBlob } from '../../src/signing/ssh-public-key.js';
import { verifySshSignature } from '../../src/signing/ssh-signature.js';
import { encodeStrings, splitStrings } from '../../src/signing/ssh-wire.js';
import {
  createEd25519,
  createP256,
  createRsa,
  createSecurityKey,
  MESSAGE,
  mpintOf,
  NAMESPACE,
  type Parts,
  type SshSecret,
  signSsh,
} from './ssh-fixtures.js';

const [ed25519, p256, rsa] = [createEd25519(), createP256(), createRsa()];
const [skEd25519, skP256] = [createSecurityKey(ed25519), createSecurityKey(p256)];
const SECRETS = { ed25519, p256, rsa, skEd25519, skP256 } as const;

function verify(
  secret: SshSecret,
  signature: Buffer,
  { message = MESSAGE, namespace = NAMESPACE }: { message?: Buffer; namespace?: string } = {},
): boolean {
  const key = parseSshBlob(secret.blob);
  assert.ok(key);
  return verifySshSignature(message, signature, namespace, key);
}

for (const [name, secret] of Object.entries(SECRETS)) {
  const others = Object.entries(SECRETS).filter(([other]) => other !== name);

  test(`verifySshSignature accepts a signature of ${name} over either hash`, () => {
    assert.equal(verify(secret, signSsh(secret, MESSAGE)), true);
    assert.equal(verify(secret, signSsh(secret, MESSAGE, { hash: 'sha256' })), true);
  });

  test(`verifySshSignature refuses a signature of ${name} when the message or the namespace is another`, () => {
    const signature = signSsh(secret, MESSAGE);
    assert.equal(verify(secret, signature, { message: Buffer.from('another') }), false);
    assert.equal(verify(secret, signature, { message: Buffer.alloc(0) }), false);
    for (const namespace of ['', 'rootsweep', 'rootsweep-plan\0', 'rootsweep-receipt', 'file']) {
      assert.equal(verify(secret, signature, { namespace }), false);
    }
  });

  test(`verifySshSignature refuses a signature of ${name} for an empty namespace, even if that is asked for`, () => {
    assert.equal(verify(secret, signSsh(secret, MESSAGE, { namespace: '' }), { namespace: '' }), false);
  });

  test(`verifySshSignature refuses a signature of ${name} under any other key`, () => {
    const signature = signSsh(secret, MESSAGE);
    for (const [, other] of others) assert.equal(verify(other, signature), false);
    // The key that is named inside is the trusted one, and the signature is another's.
    for (const [, other] of others) {
      const { blob, type } = other;
      const algorithm = type === 'ssh-rsa' ? 'rsa-sha2-512' : type;
      assert.equal(verify(other, signSsh(secret, MESSAGE, { blob })), false);
      assert.equal(verify(other, signSsh(secret, MESSAGE, { blob, algorithm })), false);
    }
  });

  test(`verifySshSignature refuses a signature of ${name} when any of its bytes is changed`, () => {
    const signature = signSsh(secret, MESSAGE);
    for (let at = 0; at < signature.length; at += 1) {
      for (const xor of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(signature);
        changed[at] = (changed[at] ?? 0) ^ xor;
        assert.equal(verify(secret, changed), false, `byte ${at}`);
      }
    }
  });

  test(`verifySshSignature refuses a signature of ${name} when it is cut anywhere, or longer`, () => {
    const signature = signSsh(secret, MESSAGE);
    for (let length = 0; length < signature.length; length += 1) {
      assert.equal(verify(secret, signature.subarray(0, length)), false, `${length} bytes`);
    }
    for (const more of [Buffer.alloc(1), Buffer.alloc(4), signature]) {
      assert.equal(verify(secret, Buffer.concat([signature, more])), false);
    }
  });
}

const append = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)]);
const preambleOf = (text: string) => Buffer.from(text, 'latin1');
const REFUSED: readonly [what: string, secret: SshSecret, parts: Parts][] = [
  ['another magic', ed25519, { preamble: preambleOf('SSHSIH\0\0\0\x01') }],
  ['version 0', ed25519, { preamble: preambleOf('SSHSIG\0\0\0\0') }],
  ['version 2', ed25519, { preamble: preambleOf('SSHSIG\0\0\0\x02') }],
  ['something reserved', ed25519, { reserved: 'x' }],
  ['SHA-1 of the message', ed25519, { hash: 'sha1' }],
  ['SHA-384 of the message', ed25519, { hash: 'sha384' }],
  ['a hash in capitals', ed25519, { hash: 'SHA512' }],
  ['an algorithm of RSA on an Ed25519 key', ed25519, { algorithm: 'rsa-sha2-512' }],
  ['no algorithm', ed25519, { algorithm: '' }],
  ['the algorithm of the security key on a plain one', ed25519, { algorithm: skEd25519.type }],
  ['the algorithm of the plain key on a security key', skEd25519, { algorithm: ed25519.type }],
  ['the algorithm of P-384 on a P-256 key', p256, { algorithm: 'ecdsa-sha2-nistp384' }],
  ['the algorithm of a browser', skP256, { algorithm: 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com' }],
  ['the SHA-1 of RSA', rsa, { algorithm: 'ssh-rsa', innerHash: 'sha1' }],
  ['the name of RSA with SHA-1 on one with SHA-512', rsa, { algorithm: 'ssh-rsa' }],
  // The hash that node:crypto takes for RSA where it is told none.
  ['the name of RSA with SHA-1 on one with SHA-256', rsa, { algorithm: 'ssh-rsa', innerHash: 'sha256' }],
  ['the name of RSA with SHA-512 on one with SHA-1', rsa, { innerHash: 'sha1' }],
  ['the name of RSA with SHA-256 on one with SHA-512', rsa, { algorithm: 'rsa-sha2-256' }],
  ['an algorithm of a certificate', rsa, { algorithm: 'rsa-sha2-512-cert-v01@openssh.com' }],
  ['a byte behind an Ed25519 signature', ed25519, { raw: append }],
  ['a byte behind an inner signature', ed25519, { inner: append }],
  [
    'a string behind an inner signature',
    ed25519,
    { inner: (inner) => Buffer.concat([inner, encodeStrings('')]) },
  ],
  ['a byte behind the tail of a security key', skEd25519, { inner: append }],
  ['no tail of a security key', skEd25519, { inner: (inner) => inner.subarray(0, -5) }],
  [
    'a tail of a security key behind a plain signature',
    ed25519,
    { inner: (inner) => Buffer.concat([inner, Buffer.from([1, 0, 0, 0, 7])]) },
  ],
  ['no inner signature', ed25519, { inner: () => Buffer.alloc(0) }],
  ['four bytes for the inner signature of a security key', skP256, { inner: () => Buffer.alloc(4, 1) }],
  ['a zero in front of an RSA signature', rsa, { raw: (raw) => Buffer.concat([Buffer.alloc(1), raw]) }],
  ['a byte behind r and s', p256, { raw: append }],
  [
    'a third number behind r and s',
    p256,
    { raw: (raw) => Buffer.concat([raw, encodeStrings(Buffer.from([1]))]) },
  ],
  ['r alone', p256, { raw: (raw) => encodeStrings(splitStrings(raw)?.[0] ?? '') }],
  [
    'a needless zero in front of s',
    p256,
    { raw: (raw) => changeSecond(raw, (s) => Buffer.concat([Buffer.alloc(1), s])) },
  ],
  ['s of 33 bytes', p256, { raw: (raw) => changeSecond(raw, () => Buffer.alloc(33, 1)) }],
  [
    'a needless zero in front of r',
    p256,
    { raw: (raw) => changeFirst(raw, (r) => Buffer.concat([Buffer.alloc(1), r])) },
  ],
  ['r of zero', p256, { raw: (raw) => changeFirst(raw, () => Buffer.alloc(0)) }],
  ['r of 33 bytes', p256, { raw: (raw) => changeFirst(raw, () => Buffer.alloc(33, 1)) }],
  [
    'r of 64 bytes and no s',
    p256,
    { raw: (raw) => encodeStrings(Buffer.concat((splitStrings(raw) ?? []).map((n) => n.subarray(-32)))) },
  ],
  ['negative r', p256, { raw: (raw) => changeFirst(raw, () => Buffer.alloc(32, 0xff)) }],
  ['r and s in DER', p256, { raw: (raw) => Buffer.concat([Buffer.from([0x30, raw.length]), raw]) }],
];

function changeFirst(raw: Buffer, change: (r: Buffer) => Buffer): Buffer {
  const [r = Buffer.alloc(0), s = Buffer.alloc(0)] = splitStrings(raw) ?? [];
  return encodeStrings(change(r), s);
}

function changeSecond(raw: Buffer, change: (s: Buffer) => Buffer): Buffer {
  const [r = Buffer.alloc(0), s = Buffer.alloc(0)] = splitStrings(raw) ?? [];
  return encodeStrings(r, change(s));
}

for (const [what, secret, parts] of REFUSED) {
  test(`verifySshSignature refuses ${what}`, () => {
    assert.equal(verify(secret, signSsh(secret, MESSAGE, parts)), false);
  });
}

test('verifySshSignature accepts RSA with SHA-256', () => {
  const parts: Parts = { algorithm: 'rsa-sha2-256', innerHash: 'sha256' };
  assert.equal(verify(rsa, signSsh(rsa, MESSAGE, parts)), true);
});

test('verifySshSignature accepts r and s of any length that they may have', () => {
  const lengths = new Set<number>();
  for (let made = 0; made < 400; made += 1) {
    const signature = signSsh(p256, MESSAGE);
    lengths.add(signature.length);
    assert.equal(verify(p256, signature), true);
  }
  assert.ok(lengths.size >= 3, [...lengths].join());
});

test('verifySshSignature accepts the twin of a P-256 signature, which says the same', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const raw = (given: Buffer) => {
    const [r = Buffer.alloc(0), s = Buffer.alloc(0)] = splitStrings(given) ?? [];
    const other = (order - BigInt(`0x${s.toString('hex')}`)).toString(16).padStart(64, '0');
    return encodeStrings(r, mpintOf(Buffer.from(other, 'hex')));
  };
  assert.equal(verify(p256, signSsh(p256, MESSAGE, { raw })), true);
});

for (const secret of [skEd25519, skP256]) {
  for (const [flags, accepted] of [
    [0x00, false],
    [0x01, true],
    [0x04, false],
    [0x05, true],
    [0xfe, false],
  ] as const) {
    const says = accepted ? 'accepts' : 'refuses';
    test(`verifySshSignature ${says} a signature of ${secret.type} when its flags are ${flags}`, () => {
      assert.equal(verify(secret, signSsh(secret, MESSAGE, { flags })), accepted);
    });
  }

  test(`verifySshSignature refuses ${secret.type} when it signed for another application`, () => {
    const elsewhere = { ...secret, application: 'ssh:elsewhere' };
    assert.equal(verify(secret, signSsh(elsewhere, MESSAGE)), false);
  });
}

test('verifySshSignature refuses any bytes', () => {
  const head = Buffer.from('SSHSIG\0\0\0\x01');
  const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array));
  const fields = fc.array(fc.oneof(bytes, fc.constantFrom(...[ed25519.blob, NAMESPACE, '', 'sha512'])), {
    maxLength: 6,
  });
  const all = fc.oneof(
    bytes,
    fields.map((strings) => Buffer.concat([head, encodeStrings(...strings)])),
    bytes.map((inner) => Buffer.concat([head, encodeStrings(skP256.blob, NAMESPACE, '', 'sha512', inner)])),
    bytes.map((inner) => Buffer.concat([head, encodeStrings(ed25519.blob, NAMESPACE, '', 'sha512', inner)])),
  );
  fc.assert(
    fc.property(all, fc.constantFrom(...Object.values(SECRETS)), (signature, secret) => {
      assert.equal(verify(secret, signature), false);
    }),
  );
});
