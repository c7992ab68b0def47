/** Attacks that make one signer look like two, or like somebody else. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import {
  digestBody,
  encodePae,
  encodeSignatures,
  PAYLOAD_TYPES,
  type Signature,
} from '../../src/core/envelope.js';
import { approvalPath } from '../../src/files/approvals.js';
import { encodeStrings } from '../../src/signing/ssh-wire.js';
import { signatureOf } from '../signing/keys.js';
import { lineOf, signSsh } from '../signing/ssh-fixtures.js';
import {
  assertAttackFails,
  assertTaken,
  createTarget,
  FILE,
  NOT_FITTING,
  readPlan,
  replaceSignatures,
  UNTRUSTED,
} from './attacks.js';
import type { Planned } from './planned.js';

const PLANNER_AND_APPROVER = '{ planner: 1, approver: 1 }';
const HINT = `have another holder of a key in "trust.yaml" sign: rootsweep approve ${FILE} --key KEY`;
const LACKING = (missing: string, by: string) => ({
  says: `"${FILE}" lacks ${missing} of those that "trust.yaml" demands, one key counting once; it is signed by ${by}`,
  hint: HINT,
});
const ONE_OF_TWO = {
  says: `"${FILE}" carries 1 of the 2 trusted signatures that "trust.yaml" demands`,
  hint: HINT,
};

const spkiOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');

/** Trusts a second key, `ada`, and demands two. @returns ada's private key. */
async function demandTwo(
  target: Planned,
  { threshold = '2', plannerRoles = '', adaRoles = '' } = {},
): Promise<KeyObject> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const [, planner = ''] = (await target.read('trust.yaml')).split('keys:\n');
  const roles = (which: string) => (which === '' ? '' : `    roles: [${which}]\n`);
  await target.write(
    'trust.yaml',
    `version: 1\nthreshold: ${threshold}\nkeys:\n${planner}${roles(plannerRoles)}` +
      `  - name: ada\n    publicKey: ${spkiOf(publicKey)}\n${roles(adaRoles)}`,
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
  const { target } = await createSignedByTwo(t, { threshold: PLANNER_AND_APPROVER });
  await replaceSignatures(target, ([planner, approver]) => [
    { ...(approver ?? assert.fail()), purpose: 'approver' },
    { ...(planner ?? assert.fail()), purpose: 'approver' },
  ]);
  await assertAttackFails(target, NOT_FITTING());
});

test("role swap: an approval that calls itself a planner's signature is refused", async (t) => {
  const { target } = await createSignedByTwo(t, { threshold: PLANNER_AND_APPROVER });
  await replaceSignatures(target, ([, approver]) => [{ ...(approver ?? assert.fail()), purpose: 'planner' }]);
  await assertAttackFails(target, NOT_FITTING('ada'));
});

test('role swap: a key that may only approve plans nothing', async (t) => {
  const { target, ada } = await createSignedByTwo(t, {
    threshold: PLANNER_AND_APPROVER,
    adaRoles: 'approver',
  });
  await replaceSignatures(target, (_, body) => [
    signatureOf('planner', body, ada),
    signatureOf('approver', body, target.key),
  ]);
  await assertAttackFails(target, {
    ...LACKING('1 planner', '"planner" (approver)'),
    says: `${LACKING('1 planner', '"planner" (approver)').says}; "ada" signed as planner, and may not`,
  });
});

test('role swap: a key that may only plan approves nothing', async (t) => {
  const { target } = await createSignedByTwo(t, { threshold: '2', plannerRoles: 'planner' });
  await replaceSignatures(target, (_, body) => [
    signatureOf('planner', body, target.key),
    signatureOf('approver', body, target.key),
  ]);
  await assertAttackFails(target, {
    ...ONE_OF_TWO,
    says: `${ONE_OF_TWO.says}; "planner" signed as approver, and may not`,
  });
});

const twice = ([it = assert.fail()]: readonly Signature[]) => [it, it];
for (const [how, change] of [
  ['the same signature twice', twice],
  [
    "a planner's signature and an approval",
    (_: readonly Signature[], body: Buffer, key: KeyObject) => [
      signatureOf('planner', body, key),
      signatureOf('approver', body, key),
    ],
  ],
] as const) {
  for (const threshold of ['2', PLANNER_AND_APPROVER]) {
    test(`threshold ${threshold} met with one key twice, by ${how}: the plan is refused`, async (t) => {
      const { target } = await createSignedByTwo(t, { threshold });
      await replaceSignatures(target, (signatures, body) => change(signatures, body, target.key));
      const by = change === twice ? '"planner" (planner)' : '"planner" (planner), "planner" (approver)';
      await assertAttackFails(target, threshold === '2' ? ONE_OF_TWO : LACKING('1 approver', by));
    });
  }
}

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
  await addApproval(target, own, 'f'.repeat(64));
  await assertAttackFails(target, ONE_OF_TWO);
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
    `version: 1\nthreshold: 2\nkeys:\n${planner}  - { name: ada, publicKey: ${lineOf(ssh)} }\n`,
  );
  await replaceSignatures(target, (signatures) => twice(signatures));
  await assertAttackFails(target, {
    says: 'trust.yaml:6:29: keys[1].publicKey is the key of "planner" once more; remove one of them',
    hint: 'correct it and try again; schemas/trust.schema.json describes every key',
  });
});

test('threshold met with one key twice, signing as itself and as an SSH key: the plan is refused', async (t) => {
  const { target } = await createSignedByTwo(t);
  const secret = { ...sshSpellingOf(target.key), privateKey: target.key, publicKey: target.key };
  const message = encodePae(PAYLOAD_TYPES.planner, (await readPlan(target)).body);
  await replaceSignatures(target, ([planner = assert.fail()]) => [
    planner,
    { ...planner, algorithm: 'sshsig', signature: signSsh(secret, message).toString('base64') },
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
  await assertAttackFails(target, ONE_OF_TWO);
  await addApproval(target, { ...stranger, keyid });
  await assertAttackFails(target, NOT_FITTING('ada'));
});

test('keyid collision: a trust file with two entries for one key is refused', async (t) => {
  const target = await createTarget(t);
  const trust = await target.read('trust.yaml');
  const [, key = ''] = /publicKey: (.+)\n/.exec(trust) ?? [];
  await target.write('trust.yaml', `${trust}  - { name: ada, publicKey: "${key}" }\n`);
  await assertAttackFails(target, {
    says: 'trust.yaml:6:29: keys[1].publicKey is the key of "planner" once more; remove one of them',
    hint: 'correct it and try again; schemas/trust.schema.json describes every key',
  });
});

test('keyid collision: two keys of a trust file cannot have one name', async (t) => {
  const target = await createTarget(t);
  const trust = await target.read('trust.yaml');
  const { publicKey } = generateKeyPairSync('ed25519');
  await target.write('trust.yaml', `${trust}  - { name: planner, publicKey: "${spkiOf(publicKey)}" }\n`);
  await assertAttackFails(target, {
    says: 'trust.yaml:6:13: keys[1].name is "planner", like that of keys[0]; give each key its own name',
    hint: 'correct it and try again; schemas/trust.schema.json describes every key',
  });
});
