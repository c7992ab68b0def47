/** Attacks that make one signer look like two, or like somebody else. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { digestBody, encodeSignatures, type Signature } from '../../src/core/signing/envelope.js';
import { approvalPath } from '../../src/files/plan/approvals.js';
import { encodeStrings } from '../../src/signing/ssh-wire.js';
import { claimOf, messageOf, signatureOf } from '../signing/keys.js';
import { lineOf, signSsh } from '../signing/ssh-fixtures.js';
import {
  assertAttackFails,
  assertTaken,
  createTarget,
  edit,
  FILE,
  NOT_FITTING,
  readPlan,
  replaceSignatures,
  UNTRUSTED,
} from './attacks.js';
import type { Planned } from './planned.js';

const LACKING = (missing: string, by = '"planner" (planner)') => ({
  code: 7,
  says: `"${FILE}" needs ${missing}; signed so far: ${by}`,
  hint: missing.includes('approver')
    ? `have an approver sign: rootsweep approve ${FILE} --key KEY`
    : `have a witness sign: rootsweep witness ${FILE} --policy POLICY --key KEY`,
  // It shows what there is, and who signed.
  readers: ['verify', 'apply'] as const,
});
const NO_APPROVER = LACKING('1 more approver signature');
const TWICE = (role: string) => ({
  says: `"${FILE}" has two signatures by the same key as ${role}`,
  hint: NOT_FITTING().hint,
});

const spkiOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');

/** Trusts a second key, `ada`, and demands a planner and an approver. @returns ada's private key. */
async function demandTwo(
  target: Planned,
  {
    threshold = '{ planner: 1, approver: 1 }',
    plannerRoles = 'planner, approver, witness',
    adaRoles = 'planner, approver, witness',
  } = {},
): Promise<KeyObject> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  await target.write(
    'trust.yaml',
    `version: 1\nthreshold: ${threshold}\nkeys:\n` +
      `  - name: planner\n    publicKey: ${spkiOf(createPublicKey(target.key))}\n    roles: [${plannerRoles}]\n` +
      `  - name: ada\n    publicKey: ${spkiOf(publicKey)}\n    roles: [${adaRoles}]\n`,
  );
  return privateKey;
}

/** A plan that two keys have signed, as it must be. */
async function createSignedByTwo(t: TestContext, settings: Parameters<typeof demandTwo>[1] = {}) {
  const target = await createTarget(t);
  const ada = await demandTwo(target, settings);
  await replaceSignatures(target, (signatures, body) => [...signatures, signatureOf('approver', body, ada)]);
  await assertTaken(target);
  return { target, ada };
}

test("role swap: a planner's signature that calls itself an approval is refused", async (t) => {
  const { target } = await createSignedByTwo(t);
  await replaceSignatures(target, ([planner, approver]) => [
    { ...(approver ?? assert.fail()), ...claimOf('approver') },
    { ...(planner ?? assert.fail()), ...claimOf('approver') },
  ]);
  await assertAttackFails(target, NOT_FITTING());
});

test("role swap: an approval that calls itself a planner's signature is refused", async (t) => {
  const { target } = await createSignedByTwo(t);
  await edit(target, (text) => text.replace(/role: approver\n {4}at: .+\n/, 'role: planner\n'));
  await assertAttackFails(target, NOT_FITTING('ada'));
});

for (const [from, to, threshold] of [
  ['witness', 'approver', '{ planner: 1, approver: 1 }'],
  ['approver', 'witness', '{ planner: 1, witness: 1 }'],
] as const) {
  test(`role swap: a signature as ${from} does not count as ${to}, and cannot be made one by editing it`, async (t) => {
    const target = await createTarget(t);
    const ada = await demandTwo(target, { threshold });
    const { body } = await readPlan(target);
    await replaceSignatures(target, (signatures) => [...signatures, signatureOf(from, body, ada)]);
    await assertAttackFails(
      target,
      LACKING(`1 more ${to} signature`, `"planner" (planner), "ada" (${from})`),
    );
    await edit(target, (text) => text.replace(`role: ${from}`, `role: ${to}`));
    await assertAttackFails(target, NOT_FITTING('ada'));
    await replaceSignatures(target, ([planner = assert.fail()]) => [planner, signatureOf(to, body, ada)]);
    await assertTaken(target);
  });
}

test('role swap: a key that may only approve plans nothing', async (t) => {
  const { target, ada } = await createSignedByTwo(t, { adaRoles: 'approver' });
  await replaceSignatures(target, (_, body) => [
    signatureOf('planner', body, ada),
    signatureOf('approver', body, target.key),
  ]);
  await assertAttackFails(target, {
    ...UNTRUSTED,
    says: `${UNTRUSTED.says}; "ada" may not sign as planner`,
  });
});

test('role swap: a key that may only plan approves nothing', async (t) => {
  const { target, ada } = await createSignedByTwo(t, { plannerRoles: 'planner' });
  await replaceSignatures(target, (_, body) => [
    signatureOf('planner', body, ada),
    signatureOf('approver', body, target.key),
  ]);
  const lacking = LACKING('1 more approver signature', '"ada" (planner)');
  await assertAttackFails(target, {
    ...lacking,
    says: `${lacking.says}; "planner" may not sign as approver`,
  });
});

const twice = ([it = assert.fail()]: readonly Signature[]) => [it, it];

test('threshold met with one key twice, by the same signature twice: the plan is refused', async (t) => {
  const { target } = await createSignedByTwo(t);
  await replaceSignatures(target, twice);
  await assertAttackFails(target, TWICE('planner'));
});

test("threshold met with one key twice, by a planner's signature and an approval: the plan is refused", async (t) => {
  const { target } = await createSignedByTwo(t);
  await replaceSignatures(target, (_, body) => [
    signatureOf('planner', body, target.key),
    signatureOf('approver', body, target.key),
  ]);
  await assertAttackFails(
    target,
    LACKING('1 more approver signature', '"planner" (planner), "planner" (approver)'),
  );
});

test('threshold met with one key twice, by two approvals of other times: the plan is refused', async (t) => {
  const target = await createTarget(t);
  const ada = await demandTwo(target);
  await replaceSignatures(target, (signatures, body) => [
    ...signatures,
    signatureOf('approver', body, ada),
    signatureOf('approver', body, ada, '2026-11-23T09:00:01Z'),
  ]);
  await assertAttackFails(target, TWICE('approver'));
});

/** Puts a signature into a file of its own beside the plan, under the name that another key's would have. */
async function addApproval(target: Planned, signature: Signature, keyid = signature.keyid): Promise<void> {
  const { body } = await readPlan(target);
  await target.write(approvalPath(FILE, digestBody(body), keyid), encodeSignatures([signature]));
}

test('threshold met with one key twice, once beside the plan: the plan is refused', async (t) => {
  const { target } = await createSignedByTwo(t);
  await replaceSignatures(target, ([planner = assert.fail()]) => [planner]);
  const { body } = await readPlan(target);
  const own = signatureOf('approver', body, target.key);
  await addApproval(target, own);
  await assertAttackFails(
    target,
    LACKING('1 more approver signature', '"planner" (planner), "planner" (approver)'),
  );
  await addApproval(target, own, 'f'.repeat(64));
  await assertAttackFails(target, TWICE('approver'));
});

/** The point of an Ed25519 key as a .pub file of SSH has it. */
function sshSpellingOf(key: KeyObject) {
  const point = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { type: 'ssh-ed25519', blob: encodeStrings('ssh-ed25519', point) };
}

test('threshold met with one key twice, trusted as SPKI and as an SSH line: the trust file is refused', async (t) => {
  const target = await createTarget(t);
  const [, planner = ''] = (await target.read('trust.yaml')).split('keys:\n');
  const ssh = sshSpellingOf(target.key);
  await target.write(
    'trust.yaml',
    `version: 1\nthreshold: { planner: 1, approver: 1 }\nkeys:\n${planner}  - { name: ada, publicKey: ${lineOf(ssh)}, roles: [approver] }\n`,
  );
  await replaceSignatures(target, (signatures) => twice(signatures));
  await assertAttackFails(target, {
    says: /^trust\.yaml:7:29: keys\[1\]\.publicKey is the key of "planner" once more; remove one of them$/,
    hint: 'correct it and try again; schemas/trust.schema.json describes every key',
  });
});

test('threshold met with one key twice, signing as itself and as an SSH key: the plan is refused', async (t) => {
  const { target } = await createSignedByTwo(t);
  const secret = { ...sshSpellingOf(target.key), privateKey: target.key, publicKey: target.key };
  const approval = claimOf('approver');
  const signature = signSsh(secret, messageOf(approval, (await readPlan(target)).body)).toString('base64');
  await replaceSignatures(target, ([planner = assert.fail()]) => [
    planner,
    { ...planner, ...approval, algorithm: 'sshsig', signature },
  ]);
  await assertAttackFails(target, {
    says: `the signature of "planner" on "${FILE}" is of the kind "sshsig", and its key in "trust.yaml" makes "ed25519"`,
    hint: NOT_FITTING().hint,
  });
});

test('keyid collision: a signature of another key under a trusted keyid is refused', async (t) => {
  const target = await createTarget(t);
  const other = generateKeyPairSync('ed25519').privateKey;
  await replaceSignatures(target, ([planner = assert.fail()], body) => [
    { ...signatureOf('planner', body, other), keyid: planner.keyid },
  ]);
  await assertAttackFails(target, NOT_FITTING());
});

test('keyid collision: a trusted signature under another keyid is of no trusted key', async (t) => {
  const target = await createTarget(t);
  await replaceSignatures(target, ([planner = assert.fail()]) => [{ ...planner, keyid: 'a'.repeat(64) }]);
  await assertAttackFails(target, UNTRUSTED);
});

test('keyid collision: an approval of another key, filed under the name of a trusted one, counts for nothing', async (t) => {
  const { target, ada } = await createSignedByTwo(t);
  await replaceSignatures(target, ([planner = assert.fail()]) => [planner]);
  const { body } = await readPlan(target);
  const stranger = signatureOf('approver', body, generateKeyPairSync('ed25519').privateKey);
  const { keyid } = signatureOf('approver', body, ada);
  await addApproval(target, stranger, keyid);
  await assertAttackFails(target, NO_APPROVER);
  await addApproval(target, { ...stranger, keyid });
  await assertAttackFails(target, NOT_FITTING('ada'));
});

test('keyid collision: a trust file with two entries for one key is refused', async (t) => {
  const target = await createTarget(t);
  const trust = await target.read('trust.yaml');
  const [, key = ''] = /publicKey: (.+)\n/.exec(trust) ?? [];
  await target.write('trust.yaml', `${trust}  - { name: ada, publicKey: "${key}", roles: [approver] }\n`);
  await assertAttackFails(target, {
    says: 'trust.yaml:7:29: keys[1].publicKey is the key of "planner" once more; remove one of them',
    hint: 'correct it and try again; schemas/trust.schema.json describes every key',
  });
});

test('keyid collision: two keys of a trust file cannot have one name', async (t) => {
  const target = await createTarget(t);
  const trust = await target.read('trust.yaml');
  const { publicKey } = generateKeyPairSync('ed25519');
  await target.write(
    'trust.yaml',
    `${trust}  - { name: planner, publicKey: "${spkiOf(publicKey)}", roles: [approver] }\n`,
  );
  await assertAttackFails(target, {
    says: 'trust.yaml:7:13: keys[1].name is "planner", like that of keys[0]; give each key its own name',
    hint: 'correct it and try again; schemas/trust.schema.json describes every key',
  });
});
