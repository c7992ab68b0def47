import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { test } from 'node:test';
import {
  type Claim,
  decodeEnvelope,
  type Envelope,
  encodePae,
  type Signature,
} from '../../src/core/signing/envelope.js';
import type { PublicKey } from '../../src/core/signing/key.js';
import { ROLES, type RoleCounts, type Trust, type TrustedKey } from '../../src/core/signing/trust.js';
import { generateKey, parsePrivateKey, signBytes } from '../../src/signing/ed25519.js';
import { signPlan } from '../../src/signing/plan.js';
import {
  refuseRevoked,
  requireRole,
  requireSignatures,
  verifyReceiptSignatures,
  verifySignatures,
} from '../../src/signing/trust.js';
import { assertRefused } from '../core/fixtures.js';
import { claimOf, messageOf, signingKeyOf } from './keys.js';

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

const PLANNER: RoleCounts = { planner: 1, approver: 0, witness: 0 };
const BOTH: RoleCounts = { planner: 1, approver: 1, witness: 0 };
const ENOUGH: RoleCounts = { planner: 0, approver: 0, witness: 0 };
const AT = '2026-11-23T09:00:00Z';

function trustIn(
  threshold: RoleCounts,
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
    revoked: [],
  };
}

function signatureBy(
  { keyid, secret }: Person,
  claim: Claim = { role: 'planner' },
  bytes = messageOf(claim, BODY),
): Signature {
  return { ...claim, keyid, algorithm: 'ed25519', signature: signBytes(bytes, secret) };
}

const approvalBy = (person: Person, at = AT) => signatureBy(person, claimOf('approver', at));

const signedBy = (...signatures: readonly Signature[]): Envelope => ({ body: BODY, signatures });
const NOW = new Date('2026-11-23T09:00:00Z');
const verify = (envelope: Envelope, trust: Trust, now = NOW) => verifySignatures(envelope, trust, FILES, now);
const names = (envelope: Envelope, trust: Trust) => verify(envelope, trust).signers.map(({ name }) => name);
/** The message of `requireSignatures` about what a threshold still demands. */
const refusalOf = (envelope: Envelope, trust: Trust, now = NOW) =>
  assertRefused('PLAN_SIGNATURES_TOO_FEW', () => requireSignatures(verify(envelope, trust, now), FILES.plan));

test('verifySignatures names the signer when one trusted signature is enough', () => {
  assert.deepEqual(verify(signedBy(signatureBy(ada)), trustIn(PLANNER, ada, ben)), {
    signers: [{ name: 'ada', keyid: ada.keyid, role: 'planner' }],
    threshold: PLANNER,
    missing: ENOUGH,
    flaws: [],
  });
});

test('verifySignatures accepts what signPlan wrote', async () => {
  const envelope = decodeEnvelope(await signPlan(BODY, signingKeyOf(ada.secret)), FILES.plan);
  assert.deepEqual(names(envelope, trustIn(PLANNER, ada)), ['ada']);
});

test('verifySignatures accepts two signers when two are demanded', () => {
  const signed = verify(signedBy(signatureBy(ada), approvalBy(ben)), trustIn(BOTH, ada, ben));
  assert.deepEqual(
    signed.signers.map(({ name }) => name),
    ['ada', 'ben'],
  );
  requireSignatures(signed, FILES.plan);
});

test('requireSignatures refuses one signer when two are demanded', () => {
  assert.equal(
    refusalOf(signedBy(signatureBy(ada)), trustIn(BOTH, ada, ben)),
    '"a.plan.yaml" needs 1 more approver signature; signed so far: "ada" (planner)',
  );
});

test('requireSignatures counts what is missing in each role, and how to add it', () => {
  const trust = trustIn({ planner: 1, approver: 2, witness: 1 }, ada, ben, eve, createPerson('wim'));
  assert.equal(
    refusalOf(signedBy(signatureBy(ada)), trust),
    '"a.plan.yaml" needs 2 more approver signatures and 1 more witness signature; signed so far: "ada" (planner)',
  );
  const witness = trustIn({ planner: 1, approver: 0, witness: 1 }, ada, ben);
  assert.throws(() => requireSignatures(verify(signedBy(signatureBy(ada)), witness), FILES.plan), {
    exitCode: 7,
    hint: 'have a witness sign: rootsweep witness a.plan.yaml --policy POLICY --key KEY',
  });
});

/** A person whose key counts how often it is asked. */
function withCount(person: Person): { readonly person: Person; readonly asked: () => number } {
  let asked = 0;
  const verifying: PublicKey['verify'] = (...given) => {
    asked += 1;
    return person.key.verify(...given);
  };
  return { person: { ...person, key: { ...person.key, verify: verifying } }, asked: () => asked };
}

for (const [what, first, second] of [
  ['the very same signature', signatureBy(ada), signatureBy(ada)],
  ['an approval of another time', approvalBy(ada), approvalBy(ada, '2026-11-23T09:00:01Z')],
] as const) {
  test(`verifySignatures refuses a key that signed twice in one role, by ${what}, and verifies nothing`, () => {
    const { person, asked } = withCount(ada);
    const trust = trustIn(PLANNER, person, ben);
    const message = assertRefused('PLAN_SIGNATURE_INVALID', () =>
      verify(signedBy(first, approvalBy(ben), second), trust),
    );
    assert.equal(message, `"a.plan.yaml" has two signatures by the same key as ${first.role}`);
    assert.equal(asked(), 0);
    verify(signedBy(signatureBy(ada)), trust);
    assert.equal(asked(), 1);
  });
}

test('verifySignatures does not even look at copies of the signature of an unknown key', () => {
  const copies = Array<Signature>(1000).fill(signatureBy(eve));
  assert.deepEqual(names(signedBy(...copies, signatureBy(ada)), trustIn(PLANNER, ada)), ['ada']);
});

test('verifyReceiptSignatures refuses a key that signed twice, and verifies nothing', () => {
  const { person, asked } = withCount(ada);
  const signature = signatureBy(ada, { role: 'operator' });
  const files = { receipt: 'a.receipt.yaml', trust: 'trust.yaml' };
  const trust = trustIn(PLANNER, person);
  assert.deepEqual(verifyReceiptSignatures(signedBy(signature), trust, files, NOW), [
    { name: 'ada', keyid: ada.keyid },
  ]);
  assertRefused('RECEIPT_SIGNATURE_INVALID', () =>
    verifyReceiptSignatures(signedBy(signature, signature), trust, files, NOW),
  );
  assert.equal(asked(), 1);
});

test('verifyReceiptSignatures refuses the receipt of a key that is no operator', () => {
  const signature = signatureBy(ada, { role: 'operator' });
  const files = { receipt: 'a.receipt.yaml', trust: 'trust.yaml' };
  const message = assertRefused('RECEIPT_SIGNATURE_UNTRUSTED', () =>
    verifyReceiptSignatures(
      signedBy(signature),
      trustIn(PLANNER, { ...ada, roles: ['planner'] }),
      files,
      NOW,
    ),
  );
  assert.equal(
    message,
    '"a.receipt.yaml" has no signature by an operator that "trust.yaml" trusts; "ada" may not sign as operator',
  );
});

test('verifySignatures ignores the signature of an unknown key', () => {
  assert.deepEqual(names(signedBy(signatureBy(eve), signatureBy(ada)), trustIn(PLANNER, ada)), ['ada']);
});

test('verifySignatures ignores a broken signature of an unknown key', () => {
  const broken = { ...signatureBy(eve), signature: 'AAAA' };
  assert.deepEqual(names(signedBy(broken, signatureBy(ada)), trustIn(PLANNER, ada)), ['ada']);
});

test('requireSignatures does not count the signature of an unknown key', () => {
  refusalOf(signedBy(signatureBy(ada), approvalBy(eve)), trustIn(BOTH, ada, ben));
});

test('verifySignatures refuses a plan that only an unknown key signed', () => {
  assertRefused('PLAN_SIGNATURE_UNTRUSTED', () => verify(signedBy(signatureBy(eve)), trustIn(PLANNER, ada)));
});

test('verifySignatures refuses a plan without signatures', () => {
  assertRefused('PLAN_SIGNATURE_UNTRUSTED', () => verify(signedBy(), trustIn(PLANNER, ada)));
});

test('verifySignatures refuses a signature of one key under the id of another', () => {
  const forged = { ...signatureBy(eve), keyid: ada.keyid };
  assertRefused('PLAN_SIGNATURE_INVALID', () => verify(signedBy(forged), trustIn(PLANNER, ada)));
});

test('verifySignatures refuses a plan when one trusted signature is bad, although the others are enough', () => {
  const bad = signatureBy(ben, claimOf('approver'), Buffer.from('other'));
  const message = assertRefused('PLAN_SIGNATURE_INVALID', () =>
    verify(signedBy(signatureBy(ada), bad), trustIn(PLANNER, ada, ben)),
  );
  assert.match(message, /^the signature of "ben" does not fit/);
});

test('verifySignatures refuses a good signature that a bad one of the same key follows', () => {
  const bad = signatureBy(ada, claimOf('approver'), Buffer.from('other'));
  assertRefused('PLAN_SIGNATURE_INVALID', () =>
    verify(signedBy(signatureBy(ada), bad), trustIn(PLANNER, ada)),
  );
});

for (let index = 0; index < BODY.length; index += 1) {
  test(`verifySignatures refuses a plan when byte ${index} of its body is another`, () => {
    const body = Buffer.from(BODY);
    body[index] = (body[index] ?? 0) ^ 1;
    const envelope = { body, signatures: [signatureBy(ada)] };
    assertRefused('PLAN_SIGNATURE_INVALID', () => verify(envelope, trustIn(PLANNER, ada)));
  });
}

const OTHER_BYTES: readonly [what: string, bytes: Buffer][] = [
  ['the body without its frame', BODY],
  ['the body as another type', encodePae('application/vnd.in-toto+json', BODY)],
];
for (const [what, bytes] of OTHER_BYTES) {
  test(`verifySignatures refuses a signature over ${what}`, () => {
    assertRefused('PLAN_SIGNATURE_INVALID', () =>
      verify(signedBy(signatureBy(ada, { role: 'planner' }, bytes)), trustIn(PLANNER, ada)),
    );
  });
}

// Roles.

test('verifySignatures accepts a planner and an approver when one of each is demanded', () => {
  const envelope = signedBy(signatureBy(ada), approvalBy(ben));
  assert.deepEqual(verify(envelope, trustIn(BOTH, ada, ben)).signers, [
    { name: 'ada', keyid: ada.keyid, role: 'planner' },
    { name: 'ben', keyid: ben.keyid, role: 'approver', at: AT },
  ]);
});

test('verifySignatures does not let a planner approve their own plan', () => {
  assert.equal(
    refusalOf(signedBy(signatureBy(ada), approvalBy(ada)), trustIn(BOTH, ada, ben)),
    '"a.plan.yaml" needs 1 more approver signature; signed so far: "ada" (planner), "ada" (approver)',
  );
});

test('verifySignatures counts a key in the role in which it is needed when it signed in both', () => {
  const envelope = signedBy(signatureBy(ada), approvalBy(ada), signatureBy(ben));
  const signed = verify(envelope, trustIn(BOTH, ada, ben));
  assert.deepEqual(
    signed.signers.map(({ name, role }) => `${name} ${role}`),
    ['ada planner', 'ada approver', 'ben planner'],
  );
  requireSignatures(signed, FILES.plan);
});

const CLAIMS: readonly Claim[] = [
  { role: 'planner' },
  claimOf('approver'),
  claimOf('witness'),
  claimOf('approver', '2026-11-23T09:00:01Z'),
  { role: 'operator' },
];
for (const claim of CLAIMS.filter(({ role }) => role !== 'operator')) {
  test(`verifySignatures takes no other signature for ${JSON.stringify(claim)}`, () => {
    const trust = trustIn({ planner: 0, approver: 0, witness: 0 }, ada);
    for (const made of CLAIMS) {
      const { signature } = signatureBy(ada, made);
      const envelope = signedBy({ ...signatureBy(ada, claim), signature });
      if (made === claim) assert.equal(verify(envelope, trust).signers[0]?.role, claim.role);
      else assertRefused('PLAN_SIGNATURE_INVALID', () => verify(envelope, trust));
    }
  });
}

for (const at of ['2026-11-23T09:00:01Z', '2026-11-23T08:59:59Z', '2025-11-23T09:00:00Z']) {
  test(`verifySignatures refuses an approval whose time was changed to ${at}`, () => {
    const changed: Signature = { ...approvalBy(ben), ...claimOf('approver', at) };
    const message = assertRefused('PLAN_SIGNATURE_INVALID', () =>
      verify(signedBy(signatureBy(ada), changed), trustIn(BOTH, ada, ben)),
    );
    assert.match(message, /^the signature of "ben" does not fit "a\.plan\.yaml"/);
  });
}

test('verifySignatures does not count a signature in a role that its key does not have', () => {
  const trust = trustIn(BOTH, ada, { ...ben, roles: ['planner'] }, { ...eve, roles: ['approver'] });
  assert.match(
    refusalOf(signedBy(signatureBy(ada), approvalBy(ben)), trust),
    /; "ben" may not sign as approver$/,
  );
});

test('verifySignatures refuses a plan that only an approver signed', () => {
  const message = assertRefused('PLAN_SIGNATURE_UNTRUSTED', () =>
    verify(signedBy(approvalBy(ada)), trustIn(PLANNER, ada)),
  );
  assert.equal(message, '"a.plan.yaml" has no signature by a planner that "trust.yaml" trusts');
});

test('verifySignatures counts a key until the end of its last day, and not after it', () => {
  const trust = trustIn(BOTH, { ...ada, until: '2026-11-23' }, { ...ben, until: '2026-11-24' });
  const envelope = signedBy(signatureBy(ada), approvalBy(ben));
  assert.deepEqual(names(envelope, trust), ['ada', 'ben']);
  const message = assertRefused('PLAN_SIGNATURE_UNTRUSTED', () =>
    verify(envelope, trust, new Date('2026-11-24T00:00:00Z')),
  );
  assert.match(message, /; the key of "ada" ended on 2026-11-23$/);
  const approver = trustIn(BOTH, ada, { ...ben, until: '2026-11-23' });
  assert.match(
    refusalOf(envelope, approver, new Date('2026-11-24T00:00:00Z')),
    /; the key of "ben" ended on 2026-11-23$/,
  );
});

test('refuseRevoked refuses a plan that the trust file revokes, and no other', () => {
  const trust = { ...trustIn(PLANNER, ada), revoked: [{ plan: 'a'.repeat(64), reason: 'wrong\n"list"' }] };
  refuseRevoked(trust, 'b'.repeat(64), FILES);
  const message = assertRefused('PLAN_REVOKED', () => refuseRevoked(trust, 'a'.repeat(64), FILES));
  assert.equal(message, '"a.plan.yaml" is revoked by "trust.yaml": "wrong\\n\\"list\\""');
});

test('requireRole gives the trusted key, and refuses one that may not sign as that, or has ended', () => {
  const trust = trustIn(PLANNER, { ...ada, roles: ['planner'], until: '2026-11-23' });
  const on = { trustFile: 'trust.yaml', now: new Date('2026-11-23T23:59:59Z') };
  const after = { ...on, now: new Date('2026-11-24T00:00:00Z') };
  assert.equal(requireRole(trust, ada.key, 'planner', on).name, 'ada');
  assert.equal(
    assertRefused('KEY_NOT_TRUSTED', () => requireRole(trust, ada.key, 'planner', after)),
    'the key of "ada" ended on 2026-11-23, so its signature would not count',
  );
  assert.equal(
    assertRefused('KEY_NOT_TRUSTED', () => requireRole(trust, ada.key, 'approver', on)),
    '"trust.yaml" does not let "ada" sign as approver, so its signature would not count',
  );
  assert.equal(
    assertRefused('KEY_NOT_TRUSTED', () => requireRole(trust, ben.key, 'planner', on)),
    '"trust.yaml" does not hold this key, so its signature would not count',
  );
});

test('verifySignatures refuses a signature of another kind than its key makes', () => {
  const swapped: Signature = { ...signatureBy(ada), algorithm: 'sshsig' };
  const message = assertRefused('PLAN_SIGNATURE_INVALID', () =>
    verify(signedBy(swapped), trustIn(PLANNER, ada)),
  );
  assert.match(message, /is of the kind "sshsig", and its key in "trust.yaml" makes "ed25519"$/);
});
