/** Attacks with signatures that are none, or of somebody else, or of something else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import type { Signature } from '../../src/core/signing/envelope.js';
import { ALGORITHMS } from '../../src/core/signing/key.js';
import { parsePublicKey } from '../../src/signing/public-key.js';
import { decodeArmor } from '../../src/signing/ssh-armor.js';
import { encodeStrings } from '../../src/signing/ssh-wire.js';
import { claimOf, messageOf, signatureOf } from '../signing/keys.js';
import {
  createEd25519,
  createP256,
  createRsa,
  lineOf,
  type SshSecret,
  signSsh,
} from '../signing/ssh-fixtures.js';
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
import { withReceipt } from './receipts.js';

const first = (signatures: readonly Signature[]): Signature => signatures[0] ?? assert.fail();

test('unsigned: a plan without a signature section is refused', async (t) => {
  const target = await createTarget(t);
  await edit(target, (text) => text.slice(0, text.indexOf('---\n')));
  await assertAttackFails(target, {
    says: `"${FILE}" carries no signature`,
    hint: 'only a file that "rootsweep plan" wrote can be used; is it cut off, or not a plan at all?',
  });
});

test('unsigned: a plan with a list of no signatures is refused', async (t) => {
  const target = await createTarget(t);
  await replaceSignatures(target, () => []);
  await assertAttackFails(target, {
    says: `"${FILE}" carries no signature`,
    hint: 'write the plan with "rootsweep plan --key KEY"',
  });
});

test('signed by an untrusted key: the plan is refused', async (t) => {
  const target = await createTarget(t);
  const { privateKey } = generateKeyPairSync('ed25519');
  await replaceSignatures(target, (_, body) => [signatureOf('planner', body, privateKey)]);
  await assertAttackFails(target, UNTRUSTED);
});

test('signed by an untrusted key: a trust file beside the plan that trusts it changes nothing', async (t) => {
  const target = await createTarget(t);
  const { stdout } = await target.run(['keygen', '--out', 'other.pem', '--quiet']);
  await target.write('other.yaml', `version: 1\nthreshold: { planner: 1 }\nkeys:\n${stdout}`);
  const other = createPrivateKey(await target.read('other.pem'));
  await replaceSignatures(target, (_, body) => [signatureOf('planner', body, other)]);
  await assertAttackFails(target, UNTRUSTED);
});

test('signed by an ended key: the plan is refused from the day after its last day', async (t) => {
  const target = await createTarget(t);
  const trust = await target.read('trust.yaml');
  await target.write('trust.yaml', `${trust}    until: 2026-11-23\n`);
  await assertTaken(target);
  await assertAttackFails(target, {
    options: { now: '2026-11-24T00:00:00Z' },
    says: `${UNTRUSTED.says}; the key of "planner" ended on 2026-11-23`,
    hint: UNTRUSTED.hint,
  });
});

/** The neutral element: under it, as a key, its own encoding and a zero are a signature of every message. */
const NEUTRAL = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
const SPKI = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), NEUTRAL]);

/** Whether this Node's OpenSSL takes one signature of such a key for another message. */
const fitsEvery = (message: string) => {
  const signature = Buffer.concat([NEUTRAL, Buffer.alloc(32)]);
  return verify(null, Buffer.from(message), { key: SPKI, format: 'der', type: 'spki' }, signature);
};

test('small-order key: without the check its signature would fit every plan', (t) => {
  if (!fitsEvery('one')) return t.skip('the OpenSSL of this Node refuses such keys');
  assert(fitsEvery('another'));
});

for (const [spelled, publicKey] of [
  ['as SPKI', SPKI.toString('base64')],
  ['as an SSH line', lineOf({ type: 'ssh-ed25519', blob: encodeStrings('ssh-ed25519', NEUTRAL) })],
] as const) {
  test(`small-order key: a trust file that holds one ${spelled} is refused`, async (t) => {
    const target = await createTarget(t);
    await target.write(
      'trust.yaml',
      `${await target.read('trust.yaml')}  - { name: weak, publicKey: ${publicKey}, roles: [planner] }\n`,
    );
    const keyid = createHash('sha256').update(SPKI).digest('hex');
    const signature = Buffer.concat([NEUTRAL, Buffer.alloc(32)]).toString('base64');
    await replaceSignatures(target, () => [{ role: 'planner', keyid, algorithm: 'ed25519', signature }]);
    await assertAttackFails(target, {
      says: /^trust\.yaml:7:30: keys\[1\]\.publicKey is no Ed25519, P-256 or SSH public key in its canonical spelling, or one that proves nothing; use the line/,
      hint: 'correct it and try again; schemas/trust.schema.json describes every key',
    });
  });
}

for (const algorithm of ALGORITHMS.filter((it) => it !== 'ed25519')) {
  test(`algorithm swap: an Ed25519 signature that calls itself ${algorithm} is refused`, async (t) => {
    const target = await createTarget(t);
    await replaceSignatures(target, ([it]) => [{ ...(it ?? assert.fail()), algorithm }]);
    await assertAttackFails(target, {
      says: `the signature of "planner" on "${FILE}" is of the kind "${algorithm}", and its key in "trust.yaml" makes "ed25519"`,
      hint: NOT_FITTING().hint,
    });
  });
}

for (const algorithm of ['none', 'hs256', 'ED25519', 'rsa-sha1']) {
  test(`algorithm swap: a signature of the kind ${algorithm} is refused`, async (t) => {
    const target = await createTarget(t);
    await edit(target, (text) => text.replace('algorithm: ed25519', `algorithm: ${algorithm}`));
    await assertAttackFails(target, {
      says: `"${FILE}" has a signature section that rootsweep did not write`,
      hint: 'the section after "---" holds only "signatures:" and its entries; plan again',
    });
  });
}

/** Trusts one SSH key, and signs the plan with it. */
async function trustSsh(target: Planned, line: string, sign: (message: Buffer) => Buffer): Promise<void> {
  const { keyid } = parsePublicKey(line) ?? assert.fail();
  await target.write(
    'trust.yaml',
    `version: 1\nthreshold: { planner: 1 }\nkeys:\n  - { name: ada, publicKey: ${line}, roles: [planner] }\n`,
  );
  await replaceSignatures(target, (_, body) => [
    {
      role: 'planner',
      keyid,
      algorithm: 'sshsig',
      signature: sign(messageOf({ role: 'planner' }, body)).toString('base64'),
    },
  ]);
}

test('algorithm swap: an RSA key of SSH that signs with SHA-1 is refused', async (t) => {
  const target = await createTarget(t);
  const secret = createRsa();
  await trustSsh(target, lineOf(secret), (message) => signSsh(secret, message));
  await assertTaken(target);
  await trustSsh(target, lineOf(secret), (message) =>
    signSsh(secret, message, { algorithm: 'ssh-rsa', innerHash: 'sha1' }),
  );
  await assertAttackFails(target, NOT_FITTING('ada'));
});

test('signature copied from another plan: the plan is refused', async (t) => {
  const target = await createTarget(t);
  const { signatures } = await readPlan(target);
  await target.resign((plan) => ({ ...plan, plannedBy: 'arn:aws:iam::111111111111:user/other' }));
  await assertTaken(target);
  await replaceSignatures(target, () => signatures);
  await assertAttackFails(target, NOT_FITTING());
});

test('signature copied from a receipt: the plan is refused', async (t) => {
  const target = await createTarget(t);
  assert.equal((await target.apply()).code, 0);
  const receipt = await withReceipt(target).sign();
  const signature = /signature: (.+)\n/.exec(receipt)?.[1] ?? assert.fail();
  target.forget();
  await replaceSignatures(target, (signatures) => [{ ...first(signatures), signature }]);
  await assertAttackFails(target, NOT_FITTING());
});

for (const role of ['planner', 'approver', 'witness'] as const) {
  test(`signature copied from a receipt of the very same bytes, as ${role}: the plan is refused`, async (t) => {
    const target = await createTarget(t);
    await replaceSignatures(target, (_, body) => [
      { ...signatureOf('operator', body, target.key), ...claimOf(role) },
    ]);
    await assertAttackFails(target, NOT_FITTING());
  });
}

const NAMESPACES = ['file', 'git', 'rootsweep-receipt', 'rootsweep-plan\0', 'rootsweep'];
for (const [kind, create] of [
  ['Ed25519', createEd25519],
  ['P-256', createP256],
] as const) {
  for (const namespace of NAMESPACES) {
    test(`SSH signature of another namespace, ${JSON.stringify(namespace)}, ${kind}: the plan is refused`, async (t) => {
      const target = await createTarget(t);
      const secret: SshSecret = create();
      await trustSsh(target, lineOf(secret), (message) => signSsh(secret, message));
      await assertTaken(target);
      await trustSsh(target, lineOf(secret), (message) => signSsh(secret, message, { namespace }));
      await assertAttackFails(target, NOT_FITTING('ada'));
    });
  }
}

const skip = spawnSync('ssh-keygen', ['-?']).error !== undefined && 'ssh-keygen is not installed';

test('SSH signature of another namespace, made by ssh-keygen: the plan is refused', { skip }, async (t) => {
  const target = await createTarget(t);
  const { line, sign } = await createWithOpenSsh(target);
  await trustSsh(target, line, (message) => sign(message, 'rootsweep-plan'));
  await assertTaken(target);
  for (const namespace of ['file', 'git', 'rootsweep-receipt']) {
    await trustSsh(target, line, (message) => sign(message, namespace));
    await assertAttackFails(target, NOT_FITTING('ada'));
  }
});

async function createWithOpenSsh({ folder, read }: Planned) {
  const run = (args: readonly string[], input: Uint8Array = Buffer.alloc(0)) => {
    const { status, stdout, stderr } = spawnSync('ssh-keygen', args, {
      cwd: folder,
      input,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  run(['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', 'ada']);
  const line = (await read('ada.pub')).trimEnd();
  const sign = (message: Buffer, namespace: string) =>
    decodeArmor(run(['-q', '-Y', 'sign', '-f', 'ada', '-n', namespace], message), 'SSH SIGNATURE') ??
    assert.fail();
  return { line, sign };
}
