import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseTrust } from '../../src/files/keys/trust.js';
import { parseEd25519, publicKeyOf } from '../../src/signing/ed25519.js';
import { createHarness } from './harness.js';
import { SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';

const trustOf = (lines: string) =>
  parseTrust(`version: 1\nthreshold: { planner: 1 }\nkeys:\n${lines}`, 'trust.yaml');

test('keygen prints the lines of a trust file on stdout, and what to do with them on stderr', async (t) => {
  const { run, folder, read } = await createHarness(t, SCENARIO);
  const { code, stdout, stderr } = await run(['keygen', '--out', 'key.pem', '--name', 'platform-planner']);
  assert.equal(code, 0);
  const publicKey = publicKeyOf(createPrivateKey(await read('key.pem')));
  assert.equal(
    stdout,
    `  - name: "platform-planner"\n    publicKey: ${publicKey}\n    roles: [planner, operator]\n`,
  );
  assert.equal(
    stderr,
    `The private key is in "${join(folder, 'key.pem')}"; keep it there.\nAdd this to the keys of trust.yaml, or run "rootsweep trust add":\n\n`,
  );
  assert.equal(trustOf(stdout).keys[0]?.key.keyid, parseEd25519(publicKey)?.keyid);
});

test('keygen --json prints one object', async (t) => {
  const { run, folder } = await createHarness(t, SCENARIO);
  const { stdout, stderr } = await run(['keygen', '--out', 'key.pem', '--json', '--quiet']);
  assert.equal(stderr, '');
  const { publicKey, ...object } = JSON.parse(stdout) as { publicKey: string };
  assert.deepEqual(object, { version: 1, type: 'key-made', path: join(folder, 'key.pem'), name: 'planner' });
  assert.notEqual(parseEd25519(publicKey), undefined);
});

test('keygen makes the configuration folder for its owner only', async (t) => {
  const { run, folder } = await createHarness(t, SCENARIO);
  assert.equal((await run(['keygen'])).code, 0);
  const path = join(folder, '.config', 'rootsweep');
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.equal(statSync(join(path, 'signing-key.pem')).mode & 0o777, 0o600);
});

test('keygen makes another key each time', async (t) => {
  const { run } = await createHarness(t, SCENARIO);
  const one = await run(['keygen', '--out', 'one.pem', '--quiet']);
  const other = await run(['keygen', '--out', 'other.pem', '--quiet']);
  assert.notEqual(one.stdout, other.stdout);
});

test('keygen calls nothing', async (t) => {
  const { run, calls } = await createHarness(t, SCENARIO);
  await run(['keygen', '--out', 'key.pem']);
  assert.deepEqual(calls(), []);
});

/** Names that try to be more than a name: each is printed so that a trust file reads exactly this name. */
const HOSTILE = [
  'a: b',
  'quote " and \' and \\',
  'two\nlines',
  'x"\n    publicKey: AAAA\n  - name: "y',
  '# comment',
  '- list',
  '&anchor',
  '*alias',
  '!!tag',
  '{ flow }',
  '%directive',
  '---',
  'null',
  '007',
  '::error::look here',
  '##[error]look here',
  '\u202egnp.exe',
  '\u001b[31mred',
  'a\u2028b',
  '\ud800',
  '\ud83d\ude00 emoji',
  'ü',
  'a'.repeat(100),
];

for (const name of HOSTILE) {
  test(`keygen --name ${JSON.stringify(name)} stays a name`, async (t) => {
    const { run } = await createHarness(t, SCENARIO);
    const { code, stdout } = await run(['keygen', '--out', 'key.pem', '--quiet', `--name=${name}`]);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^ {2}- name: "[\x20-\x7eü\u{1f600}]+"\n {4}publicKey: [A-Za-z0-9+/=]+\n {4}roles: \[planner, operator\]\n$/u,
    );
    const { keys } = trustOf(stdout);
    assert.deepEqual(
      keys.map((key) => key.name),
      [name],
    );
  });
}

for (const name of ['', '   ', 'a'.repeat(101)]) {
  test(`keygen is refused and writes no key when its name is ${JSON.stringify(name)}`, async (t) => {
    const harness = await createHarness(t, SCENARIO);
    await assertRefused(harness, {
      argv: ['keygen', '--out', 'key.pem', '--name', name],
      code: 1,
      says: /^--name ".*" cannot stand in a trust file$/,
      hint: 'use letters, digits and hyphens, at most 100, for example: --name platform-planner',
    });
    assert.deepEqual(readdirSync(harness.folder), []);
  });
}

for (const [flags, roles] of [
  [['--role', 'planner'], 'planner'],
  [['--role', 'operator', '--role', 'approver'], 'approver, operator'],
  [['--role', 'witness', '--role', 'witness'], 'witness'],
] as const) {
  test(`keygen ${flags.join(' ')} says what the key may sign`, async (t) => {
    const { run } = await createHarness(t, SCENARIO);
    const { code, stdout } = await run(['keygen', '--out', 'key.pem', '--quiet', ...flags]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`\\n    roles: \\[${roles}\\]\\n$`));
  });
}

test('keygen is refused and writes no key when its role is none', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await assertRefused(harness, {
    argv: ['keygen', '--out', 'key.pem', '--role', 'planer'],
    code: 1,
    says: '--role takes planner, approver, witness, operator, not "planer"',
    hint: 'for example: --role approver',
  });
  assert.deepEqual(readdirSync(harness.folder), []);
});
