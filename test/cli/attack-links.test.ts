/** Attacks with links, and with what else is no file, in the place of a plan, an approval or a journal. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestBody, encodeSignatures } from '../../src/core/signing/envelope.js';
import { journalPath } from '../../src/files/journal/journal.js';
import { approvalPath } from '../../src/files/plan/approvals.js';
import { signatureOf } from '../signing/keys.js';
import {
  ALL,
  ALL_WHO_TRUST,
  assertAttackFails,
  createTarget,
  FILE,
  NOT_FITTING,
  readPlan,
  TRUST_ADA,
} from './attacks.js';
import { ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const APPLY = ['apply', FILE, ...TRUSTED, '--confirm', ORGANIZATION];
/** Somebody else's file, which nobody shall write to. */
const VICTIM = 'victim.txt';

const link = ({ folder }: Planned, to: string, name: string) => symlink(to, join(folder, name));

async function replaceByLink(target: Planned, name: string, to: string): Promise<void> {
  await rm(join(target.folder, name));
  await link(target, to, name);
}

async function approvalOf(target: Planned): Promise<string> {
  const { body } = await readPlan(target);
  return approvalPath(FILE, digestBody(body), signatureOf('approver', body, target.key).keyid);
}

async function journalOf(target: Planned): Promise<string> {
  return journalPath(FILE, digestBody((await readPlan(target)).body));
}

test('symlink in place of the plan: it has the one journal of the plan that it leads to', async (t) => {
  const target = await createTarget(t);
  await mkdir(join(target.folder, 'links'));
  await link(target, `../${FILE}`, 'links/again.plan.yaml');
  const argv = ['apply', 'links/again.plan.yaml', ...TRUSTED, '--confirm', ORGANIZATION];
  assert.equal((await target.run(argv)).code, 0);
  assert.equal(target.deletions().length, 3);
  target.forget();
  const { code, stdout } = await target.apply();
  assert.equal(code, 0);
  assert.match(stdout, /333333333333 shop: deleted by an earlier run\n/);
  assert.deepEqual(target.deletions(), []);
  assert.deepEqual(readdirSync(join(target.folder, 'links')), ['again.plan.yaml']);
});

test('symlink in place of the plan: what it leads to is verified', async (t) => {
  const target = await createTarget(t);
  await target.write('forged.yaml', (await target.read(FILE)).replace('name: shop', 'name: shoq'));
  await replaceByLink(target, FILE, 'forged.yaml');
  await assertAttackFails(target, NOT_FITTING());
});

for (const [what, to, found] of [
  ['a device', '/dev/zero', 'no regular file'],
  ['a folder', 'folder', 'a directory'],
] as const) {
  test(`symlink to ${what} in place of the plan: everybody refuses it`, async (t) => {
    const target = await createTarget(t);
    await mkdir(join(target.folder, 'folder'));
    await replaceByLink(target, FILE, to);
    await assertAttackFails(target, {
      readers: ALL,
      code: 1,
      says: new RegExp(`^the plan(?: or receipt)? "\\./${FILE}" is ${found}$`),
      hint: 'name the file itself',
    });
  });
}

test('symlink in place of an approval: one of another plan counts for nothing', async (t) => {
  const target = await createTarget(t);
  const { body } = await readPlan(target);
  const other = signatureOf('approver', body.subarray(1), target.key);
  await target.write('other.yaml', encodeSignatures([other]));
  await link(target, 'other.yaml', await approvalOf(target));
  await assertAttackFails(target, NOT_FITTING());
});

test('symlink in place of an approval: everybody refuses one to a device', async (t) => {
  const target = await createTarget(t);
  const approval = await approvalOf(target);
  await link(target, '/dev/zero', approval);
  await assertAttackFails(target, {
    readers: ALL,
    code: 1,
    says: `the approval "./${approval}" is no regular file`,
    hint: 'name the file itself',
  });
});

/** Every command that writes a file where somebody may have put a link before it. */
for (const command of ['plan', 'approve', 'approve --detached']) {
  test(`symlink where ${command} writes: the link goes, and what it led to stays`, async (t) => {
    const target = await createTarget(t);
    await target.run(['keygen', '--out', 'ada.pem']);
    await target.run(TRUST_ADA);
    const { body } = await readPlan(target);
    const ada = signatureOf('approver', body, createPrivateKey(await target.read('ada.pem')));
    const isDetached = command.endsWith('--detached');
    const name = isDetached ? approvalPath(FILE, digestBody(body), ada.keyid) : FILE;
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const before = isDetached
      ? String(encodeSignatures([signatureOf('approver', body, stranger)]))
      : await target.read(FILE);
    await target.write(VICTIM, before);
    await rm(join(target.folder, name), { force: true });
    await link(target, VICTIM, name);
    const { code, stderr } =
      command === 'plan'
        ? await target.plan()
        : await target.run([
            ...command.split(' '),
            ...[FILE, '--trust', 'trust.yaml', '--key', 'ada.pem', '--confirm', digestBody(body)],
          ]);
    assert.equal(code, 0, stderr);
    assert.equal(await target.read(VICTIM), before);
    assert.ok(!lstatSync(join(target.folder, name)).isSymbolicLink());
    if (isDetached) assert.equal(await target.read(name), String(encodeSignatures([ada])));
  });
}

const MOVE =
  /^if it is not a journal of this organization, move "[^"]+" out of the folder of the plan; else /;

for (const [what, suffix, code, says, hint] of [
  [
    'the journal',
    '',
    4,
    (name: string) =>
      `cannot read the journal "./${name}": it is a link; it could be the journal of a newer plan`,
    MOVE,
  ],
  [
    'the lock of the journal',
    '.lock',
    1,
    (name: string) => `cannot read the lock "./${name}": it is a link`,
    'check the path and its permissions',
  ],
] as const) {
  test(`symlink in place of ${what}: apply deletes nothing, and what it leads to stays`, async (t) => {
    const target = await createTarget(t);
    const name = `${await journalOf(target)}${suffix}`;
    await target.write(VICTIM, 'precious\n');
    await link(target, VICTIM, name);
    await assertRefused(target, {
      argv: APPLY,
      code,
      calls: suffix !== '',
      says: says(name),
      hint,
    });
    assert.equal(await target.read(VICTIM), 'precious\n');
    // Twice the three that tell who works, in which organization, and the one that lists its accounts.
    assert.equal(target.calls().length, suffix === '' ? 0 : 8);
  });
}

/** Makes a pipe to which nobody writes: who waits for its other end never ends, and nor does the test. */
async function createPipe({ folder }: Planned, name: string): Promise<void> {
  const path = join(folder, name);
  await rm(path, { force: true });
  assert.equal(spawnSync('mkfifo', [path]).status, 0);
}

const skip = spawnSync('mkfifo', ['--version']).error !== undefined && 'mkfifo is not installed';

for (const [file, what, readers] of [
  [FILE, 'plan(?: or receipt)?', ALL],
  ['trust.yaml', 'trust file', ALL_WHO_TRUST],
  ['policy.yaml', 'policy', ['verify', 'apply']],
  ['an approval', 'approval', ALL],
] as const) {
  test(`pipe in place of ${file}: nobody waits for its other end`, { skip }, async (t) => {
    const target = await createTarget(t);
    const name = file === 'an approval' ? await approvalOf(target) : file;
    await createPipe(target, name);
    await assertAttackFails(target, {
      readers,
      code: 1,
      says: new RegExp(`^the ${what} "\\./${name}" is no regular file$`),
      hint: 'name the file itself',
    });
  });
}

test('pipe in place of the journal: apply deletes nothing, and waits for nobody', { skip }, async (t) => {
  const target = await createTarget(t);
  const name = await journalOf(target);
  await createPipe(target, name);
  const { code, stderr } = await target.apply();
  assert.equal(code, 4);
  const [error = '', hint = ''] = stderr.replaceAll(`${target.folder}/`, '').split('\n  → ');
  assert.equal(
    error,
    `Error: cannot read the journal "${name}": it is no regular file; it could be the journal of a newer plan`,
  );
  assert.match(hint, MOVE);
  assert.deepEqual(target.deletions(), []);
});
