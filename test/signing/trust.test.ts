import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { test } from 'node:test';
import {
  decodeEnvelope,
  type Envelope,
  encodePae,
  PAYLOAD_TYPES,
  type Purpose,
  type Signature,
} from '../../src/core/envelope.js';
import type { PublicKey } from '../../src/core/key.js';
import { ROLES, type Trust, type TrustedKey } from '../../src/core/trust.js';
import { generateKey, parsePrivateKey, signBytes } from '../../src/signing/ed25519.js';
import { signPlan } from '../../src/signing/plan.js';
import { verifySignatures } from '../../src/signing/trust.js';
import { assertRefused } from '../core/fixtures.js';
import { signingKeyOf } from './keys.js';

interface Person {
  readonly name: string;
  readonly key: PublicKey;
  readonly keyid: string;
  readonly secret: KeyObject;
}

function createPerson(name: string): Person {
  const secret = parsePrivateKey(generateKey().privatePem);
  assert(secret);
  const { publicKey: key } = signingKeyOf(secret);
  return { name, key, secret, keyid: key.keyid };
}

const [ada, ben, eve] = [createPerson('ada'), createPerson('ben'), createPerson('eve')];
const BODY = Buffer.from('version: 1\n');
const FILES = { plan: 'a.plan.yaml', trust: 'trust.yaml' };

function trustIn(
  threshold: Trust['threshold'],
  ...people: readonly (Pick<Person, 'name' | 'key'> & Partial<TrustedKey>)[]
): Trust {
  return {
    threshold,
    keys: people.map(({ name, key, roles = ROLES, until }) => ({
      name,
      key,
      roles,
      ...(until && { until }),
    })),
  };
}

function signatureBy(
  { keyid, secret }: Person,
  bytes = encodePae(PAYLOAD_TYPES.planner, BODY),
  purpose: Purpose = 'planner',
): Signature {
  return { purpose, keyid, algorithm: 'ed25519', signature: signBytes(bytes, secret) };
}

const approvalBy = (person: Person) =>
  signatureBy(person, encodePae(PAYLOAD_TYPES.approver, BODY), 'approver');

const signedBy = (...signatures: readonly Signature[]): Envelope => ({ body: BODY, signatures });
const NOW = new Date('2026-11-23T09:00:00Z');
const verify = (envelope: Envelope, trust: Trust, now = NOW) => verifySignatures(envelope, trust, FILES, now);
const names = (envelope: Envelope, trust: Trust) => verify(envelope, trust).map(({ name }) => name);

test('verifySignatures names the signer when one trusted signature is enough', () => {
  assert.deepEqual(verify(signedBy(signatureBy(ada)), trustIn(1, ada, ben)), [
    { name: 'ada', keyid: ada.keyid, role: 'planner' },
  ]);
});

test('verifySignatures accepts what signPlan wrote', async () => {
  const envelope = decodeEnvelope(await signPlan(BODY, signingKeyOf(ada.secret)), FILES.plan);
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

// Roles.

const BOTH = { planner: 1, approver: 1 } as const;

test('verifySignatures accepts a planner and an approver when one of each is demanded', () => {
  const envelope = signedBy(signatureBy(ada), approvalBy(ben));
  assert.deepEqual(verify(envelope, trustIn(BOTH, ada, ben)), [
    { name: 'ada', keyid: ada.keyid, role: 'planner' },
    { name: 'ben', keyid: ben.keyid, role: 'approver' },
  ]);
});

test('verifySignatures does not let a planner approve their own plan', () => {
  const message = assertRefused('PLAN_SIGNATURES_TOO_FEW', () =>
    verify(signedBy(signatureBy(ada), approvalBy(ada)), trustIn(BOTH, ada, ben)),
  );
  assert.equal(
    message,
    '"a.plan.yaml" lacks 1 approver of those that "trust.yaml" demands, one key counting once; it is signed by "ada" (planner), "ada" (approver)',
  );
});

test('verifySignatures counts a key in the role in which it is needed when it signed in both', () => {
  const envelope = signedBy(signatureBy(ada), approvalBy(ada), signatureBy(ben));
  assert.deepEqual(names(envelope, trustIn(BOTH, ada, ben)), ['ada', 'ada', 'ben']);
});

test('verifySignatures refuses a planners signature that is said to be an approval', () => {
  const swapped: Signature = { ...signatureBy(ada), purpose: 'approver' };
  assertRefused('PLAN_SIGNATURE_INVALID', () => verify(signedBy(swapped), trustIn(1, ada)));
});

test('verifySignatures does not count a signature in a role that its key does not have', () => {
  const trust = trustIn(BOTH, ada, { ...ben, roles: ['planner'] }, { ...eve, roles: ['approver'] });
  const message = assertRefused('PLAN_SIGNATURES_TOO_FEW', () =>
    verify(signedBy(signatureBy(ada), approvalBy(ben)), trust),
  );
  assert.match(message, /; "ben" signed as approver, and may not$/);
});

test('verifySignatures counts a key until the end of its last day, and not after it', () => {
  const trust = trustIn(1, { ...ada, until: '2026-11-23' });
  assert.deepEqual(names(signedBy(signatureBy(ada)), trust), ['ada']);
  const message = assertRefused('PLAN_SIGNATURES_TOO_FEW', () =>
    verify(signedBy(signatureBy(ada)), trust, new Date('2026-11-24T00:00:00Z')),
  );
  assert.match(message, /; the key of "ada" ended on 2026-11-23$/);
});

test('verifySignatures refuses a signature of another kind than its key makes', () => {
  const swapped: Signature = { ...signatureBy(ada), algorithm: 'sshsig' };
  const message = assertRefused('PLAN_SIGNATURE_INVALID', () => verify(signedBy(swapped), trustIn(1, ada)));
  assert.match(message, /is of the kind "sshsig", and its key in "trust.yaml" makes "ed25519"$/);
});
