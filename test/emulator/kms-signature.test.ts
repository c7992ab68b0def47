import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { derivePrivateKey, P256, P384, signDigest } from '../../src/emulator/elliptic-curve.js';

for (const [curve, hash] of [
  [P256, 'sha256'],
  [P384, 'sha384'],
] as const) {
  test(`signDigest signs on ${curve.jwk} what node:crypto verifies, however short its numbers come out`, () => {
    // Among so many, some numbers begin with a byte of zeros or with a bit that would make them negative.
    for (let index = 0; index < 600; index++) {
      const message = Buffer.from(`message ${index}`);
      const key = derivePrivateKey(curve, createHash('sha512').update(message).digest());
      const digest = createHash(hash).update(message).digest();
      const signature = signDigest(curve, key, digest, 'salt');
      assert.ok(verify(hash, message, createPublicKey(key), signature), `message ${index}`);
    }
  });
}

test('signDigest depends on key, digest and salt', () => {
  const [one, two] = ['1', '2'].map((text) => derivePrivateKey(P256, Buffer.alloc(64, text)));
  assert(one && two);
  const digest = Buffer.alloc(32, 'd');
  const first = signDigest(P256, one, digest, 'salt');
  assert.deepEqual(signDigest(P256, one, digest, 'salt'), first);
  assert.notDeepEqual(signDigest(P256, one, digest, 'more'), first);
  assert.notDeepEqual(signDigest(P256, two, digest, 'salt'), first);
  assert.notDeepEqual(signDigest(P256, one, Buffer.alloc(32, 'e'), 'salt'), first);
});
