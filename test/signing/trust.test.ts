import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { test } from 'node:test';
import {
  decodeEnvelope,
  type Envelope,
  encodePae,
  PLAN_PAYLOAD_TYPE,
  type Signature,
} from '../../src/core/envelope.js';
import type { Trust } from '../../src/core/trust.js';
import { generateKey, parsePrivateKey, parsePublicKey, signBytes } from '../../src/signing/ed25519.js';
import { signPlan } from '../../src/signing/plan.js';
import { verifySignatures } from '../../src/signing/trust.js';
import { assertRefused } from '../core/fixtures.js';

interface Person {
  readonly name: string;
  readonly publicKey: string;
  readonly keyid: string;
  readonly secret: KeyObject;
}

function createPerson(name: string): Person {
  const { privatePem, publicKey } = generateKey();
  const [secret, known] = [parsePrivateKey(privatePem), parsePublicKey(publicKey)];
  assert(secret && known);
  return { name, publicKey, secret, keyid: known.keyid };
}

const [ada, ben, eve] = [createPerson('ada'), createPerson('ben'), createPerson('eve')];
const BODY = Buffer.from('version: 1\n');
const FILES = { plan: 'a.plan.yaml', trust: 'trust.yaml' };

function trustIn(threshold: number, ...people: readonly Pick<Person, 'name' | 'publicKey'>[]): Trust {
  return {
    threshold,
    keys: people.map(({ name, publicKey }, index) => ({ name, publicKey, line: index + 3, column: 5 })),
  };
}

function signatureBy({ keyid, secret }: Person, bytes = encodePae(PLAN_PAYLOAD_TYPE, BODY)): Signature {
  return { keyid, algorithm: 'ed25519', signature: signBytes(bytes, secret) };
}

const signedBy = (...signatures: readonly Signature[]): Envelope => ({ body: BODY, signatures });
const verify = (envelope: Envelope, trust: Trust) => verifySignatures(envelope, trust, FILES);
const names = (envelope: Envelope, trust: Trust) => verify(envelope, trust).map(({ name }) => name);

test('verifySignatures names the signer when one trusted signature is enough', () => {
  assert.deepEqual(verify(signedBy(signatureBy(ada)), trustIn(1, ada, ben)), [
    { name: 'ada', keyid: ada.keyid },
  ]);
});

test('verifySignatures accepts what signPlan wrote', () => {
  const envelope = decodeEnvelope(signPlan(BODY, ada.secret), FILES.plan);
  assert.deepEqual(names(envelope, trustIn(1, ada)), ['ada']);
});

test('verifySignatures accepts two signers when two are demanded', () => {
  assert.deepEqual(names(signedBy(signatureBy(ada), signatureBy(ben)), trustIn(2, ada, ben)), ['ada', 'ben']);
});

test('verifySignatures refuses one signer when two are demanded', () => {
  const message = assertRefused('PLAN_SIGNATURES_TOO_FEW', () =>
    verify(signedBy(signatureBy(ada)), trustIn(2, ada, ben)),
  );
  assert.equal(message, '"a.plan.yaml" carries 1 of the 2 trusted signatures that "trust.yaml" demands');
});

test('verifySignatures counts a key once when it signed twice', () => {
  const twice = signedBy(signatureBy(ada), signatureBy(ada));
  assertRefused('PLAN_SIGNATURES_TOO_FEW', () => verify(twice, trustIn(2, ada, ben)));
  assert.deepEqual(names(twice, trustIn(1, ada, ben)), ['ada']);
});

test('verifySignatures counts a key once when the trust file holds it under two names', () => {
  const trust = trustIn(2, ada, { name: 'also ada', publicKey: ada.publicKey });
  assertRefused('PLAN_SIGNATURES_TOO_FEW', () => verify(signedBy(signatureBy(ada)), trust));
});

test('verifySignatures ignores the signature of an unknown key', () => {
  assert.deepEqual(names(signedBy(signatureBy(eve), signatureBy(ada)), trustIn(1, ada)), ['ada']);
});

test('verifySignatures ignores a broken signature of an unknown key', () => {
  const broken = { ...signatureBy(eve), signature: 'AAAA' };
  assert.deepEqual(names(signedBy(broken, signatureBy(ada)), trustIn(1, ada)), ['ada']);
});

test('verifySignatures does not count the signature of an unknown key', () => {
  const envelope = signedBy(signatureBy(ada), signatureBy(eve));
  assertRefused('PLAN_SIGNATURES_TOO_FEW', () => verify(envelope, trustIn(2, ada, ben)));
});

test('verifySignatures refuses a plan that only an unknown key signed', () => {
  assertRefused('PLAN_SIGNATURE_UNTRUSTED', () => verify(signedBy(signatureBy(eve)), trustIn(1, ada)));
});

test('verifySignatures refuses a plan without signatures', () => {
  assertRefused('PLAN_SIGNATURE_UNTRUSTED', () => verify(signedBy(), trustIn(1, ada)));
});

test('verifySignatures refuses a signature of one key under the id of another', () => {
  const forged = { ...signatureBy(eve), keyid: ada.keyid };
  assertRefused('PLAN_SIGNATURE_INVALID', () => verify(signedBy(forged), trustIn(1, ada)));
});

test('verifySignatures refuses a plan when one trusted signature is bad, although the others are enough', () => {
  const bad = signatureBy(ben, Buffer.from('other'));
  const message = assertRefused('PLAN_SIGNATURE_INVALID', () =>
    verify(signedBy(signatureBy(ada), bad), trustIn(1, ada, ben)),
  );
  assert.match(message, /^the signature of "ben" does not fit/);
});

test('verifySignatures refuses a good signature that a bad one of the same key follows', () => {
  const bad = signatureBy(ada, Buffer.from('other'));
  assertRefused('PLAN_SIGNATURE_INVALID', () => verify(signedBy(signatureBy(ada), bad), trustIn(1, ada)));
});

for (let index = 0; index < BODY.length; index += 1) {
  test(`verifySignatures refuses a plan when byte ${index} of its body is another`, () => {
    const body = Buffer.from(BODY);
    body[index] = (body[index] ?? 0) ^ 1;
    const envelope = { body, signatures: [signatureBy(ada)] };
    assertRefused('PLAN_SIGNATURE_INVALID', () => verify(envelope, trustIn(1, ada)));
  });
}

const OTHER_BYTES: readonly [what: string, bytes: Buffer][] = [
  ['the body without its frame', BODY],
  ['the body as another type', encodePae('application/vnd.in-toto+json', BODY)],
];
for (const [what, bytes] of OTHER_BYTES) {
  test(`verifySignatures refuses a signature over ${what}`, () => {
    assertRefused('PLAN_SIGNATURE_INVALID', () => verify(signedBy(signatureBy(ada, bytes)), trustIn(1, ada)));
  });
}

test('verifySignatures refuses a trust file with a key that proves nothing, although another key signed', () => {
  const neutral = Buffer.from(`302a300506032b657003210001${'00'.repeat(31)}`, 'hex').toString('base64');
  const trust = trustIn(1, ada, { name: 'nobody', publicKey: neutral });
  const message = assertRefused('TRUST_INVALID', () => verify(signedBy(signatureBy(ada)), trust));
  assert.match(message, /^trust\.yaml:4:5: the public key of "nobody"/);
});
