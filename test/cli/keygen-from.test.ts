/** The trust file's line of a key that is there already. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseTrust } from '../../src/files/keys/trust.js';
import { publicKeyOf } from '../../src/signing/ed25519.js';
import { parsePublicKey } from '../../src/signing/public-key.js';
import { createEd25519, createP256, createRsa, createSecurityKey, lineOf } from '../signing/ssh-fixtures.js';
import { createHarness } from './harness.js';
import { createSshKey, PATH, withoutOpenSsh } from './open-ssh.js';
import { SCENARIO } from './planned.js';
import { assertRefused, listFiles } from './refused.js';

const ENV = { NO_COLOR: '1', PATH };

test('keygen --from prints the line of a key in PEM, and makes none', async (t) => {
  const { run, folder, read } = await createHarness(t, SCENARIO);
  const made = await run(['keygen', '--out', 'key.pem', '--name', 'pat']);
  const files = listFiles(folder);
  const { code, stdout, stderr } = await run(['keygen', '--from', 'key.pem', '--name', 'pat']);
  const approver = made.stdout.replace('[planner, operator]', '[approver]');
  assert.deepEqual(
    [code, stdout, stderr],
    [0, approver, 'Add this to the keys of trust.yaml, or run "rootsweep trust add":\n\n'],
  );
  assert.deepEqual(listFiles(folder), files);
  const json = await run(['keygen', '--from', 'key.pem', '--name', 'pat', '--json']);
  assert.deepEqual(JSON.parse(json.stdout), {
    version: 1,
    type: 'key-read',
    name: 'pat',
    publicKey: publicKeyOf(createPrivateKey(await read('key.pem'))),
  });
});

const [ed25519, p256] = [createEd25519(), createP256()];
for (const secret of [
  ed25519,
  p256,
  createRsa(),
  createSecurityKey(ed25519),
  createSecurityKey(p256, 'ssh:rootsweep'),
]) {
  test(`keygen --from prints the line of a .pub file of ${secret.type} without an agent or OpenSSH`, async (t) => {
    const { run, write, folder, calls } = await createHarness(t, SCENARIO);
    await write('ada.pub', `${lineOf(secret, ' ada: of #1\u202e')}\n`);
    const { code, stdout } = await run(['keygen', '--from', 'ada.pub', '--name', 'ada', '--quiet'], {
      env: { PATH: folder },
    });
    assert.equal(code, 0);
    assert.equal(stdout, `  - name: "ada"\n    publicKey: ${lineOf(secret)}\n    roles: [approver]\n`);
    const planner = stdout.replace('[approver]', '[planner]');
    const [trusted] = parseTrust(
      `version: 1\nthreshold: { planner: 1 }\nkeys:\n${planner}`,
      'trust.yaml',
    ).keys;
    assert.equal(trusted?.key.keyid, parsePublicKey(lineOf(secret))?.keyid);
    assert.deepEqual(calls(), []);
  });
}

test('keygen --from prints the line of a private key of SSH, locked or not, without its .pub file', {
  skip: withoutOpenSsh,
}, async (t) => {
  const { run, folder } = await createHarness(t, SCENARIO);
  for (const [name, passphrase] of [
    ['open', ''],
    ['locked', 'sesame'],
  ] as const) {
    const line = createSshKey(folder, name, 'ed25519', passphrase);
    rmSync(join(folder, `${name}.pub`));
    const { code, stdout, stderr } = await run(['keygen', '--from', name, '--quiet'], { env: ENV });
    assert.equal(code, 0, stderr);
    assert.equal(stdout.split('publicKey: ')[1], `${line.split(' ', 2).join(' ')}\n    roles: [approver]\n`);
  }
});

test('keygen --from asks for the passphrase of a key in PEM', async (t) => {
  const { run, folder } = await createHarness(t, SCENARIO);
  const { stdout: line } = await run(['keygen', '--out', 'key.pem', '--quiet']);
  const cipher = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'sesame' } as const;
  const path = join(folder, 'key.pem');
  writeFileSync(path, createPrivateKey(readFileSync(path)).export(cipher));
  const { code, stdout } = await run(['keygen', '--from', 'key.pem', '--quiet'], { typed: 'sesame' });
  assert.deepEqual([code, stdout], [0, line.replace('[planner, operator]', '[approver]')]);
});

test('keygen --from refuses what is no key that rootsweep takes', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await harness.write('words.pub', 'ssh-ed25519 words\n');
  await harness.write('words.pem', 'words\n');
  for (const [from, code, says] of [
    ['words.pub', 4, /^"\.\/words\.pub" is no SSH key that rootsweep takes: /],
    ['words.pem', 4, '"./words.pem" is no Ed25519 private key in PKCS#8 PEM, and no key of SSH'],
    ['nowhere.pem', 1, /nowhere\.pem/],
  ] as const) {
    await assertRefused(harness, { argv: ['keygen', '--from', from], code, says, hint: /./ });
  }
});

test('keygen --from refuses a private key that is open to others', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await harness.run(['keygen', '--out', 'key.pem', '--quiet']);
  chmodSync(join(harness.folder, 'key.pem'), 0o644);
  await assertRefused(harness, {
    argv: ['keygen', '--from', 'key.pem'],
    code: 4,
    says: 'the signing key "./key.pem" is open to others (mode 0644)',
    hint: 'run: chmod 600 ./key.pem',
  });
});

for (const [argv, says, hint] of [
  [
    ['--from', 'key.pem', '--out', 'other.pem'],
    '--out is for a new key, and --from names one that exists',
    'leave one of them out',
  ],
  [
    ['--passphrase-fd', '3'],
    '--passphrase-fd is for a key that --from names; a new key has none',
    'leave it out, and encrypt the key with: openssl pkcs8 -topk8 -in KEY -out ENCRYPTED',
  ],
  [
    ['--from', 'key.pem', '--name', ' '],
    '--name " " cannot stand in a trust file',
    'use letters, digits and hyphens, at most 100, for example: --name platform-planner',
  ],
] as const) {
  test(`keygen ${argv.join(' ')} is refused`, async (t) => {
    const harness = await createHarness(t, SCENARIO);
    await harness.run(['keygen', '--out', 'key.pem', '--quiet']);
    await assertRefused(harness, { argv: ['keygen', ...argv], code: 1, says, hint });
  });
}
