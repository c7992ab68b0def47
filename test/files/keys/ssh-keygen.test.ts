import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { RootsweepError } from '../../../src/errors.js';
import { openSshKey } from '../../../src/files/keys/ssh-keygen.js';
import { parsePublicKey } from '../../../src/signing/public-key.js';

const skip = spawnSync('ssh-keygen', ['-?']).error !== undefined && 'ssh-keygen is not installed';
const MESSAGE = Buffer.from('the plan');
const NAMESPACE = 'rootsweep-plan';
const PATH = process.env.PATH ?? '';
const ENV = { PATH };

const folder = mkdtempSync(join(tmpdir(), 'ssh-keygen-'));
after(() => rmSync(folder, { recursive: true }));
/** Where rootsweep puts what it signs: it must leave nothing there. */
process.env.TMPDIR = join(folder, 'temporary');
mkdirSync(process.env.TMPDIR);

function createKey(name: string, ...options: readonly string[]): string {
  const path = join(folder, name);
  const passphrase = options.includes('-N') ? [] : ['-N', ''];
  const { status, stderr } = spawnSync('ssh-keygen', ['-q', ...options, ...passphrase, '-f', path]);
  assert.equal(status, 0, String(stderr));
  return path;
}

async function refusal(run: () => Promise<unknown>): Promise<RootsweepError> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof RootsweepError, String(error));
    assert.deepEqual(readdirSync(join(folder, 'temporary')), []);
    return error;
  }
  assert.fail('accepted');
}

/** A program in a folder of its own, to stand first in a PATH. */
function createProgram(name: string, script: string): string {
  const programs = mkdtempSync(join(folder, 'programs-'));
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
  return programs;
}

const KINDS: readonly [name: string, ...options: string[]][] = [
  ['ed25519', '-t', 'ed25519'],
  ['ecdsa', '-t', 'ecdsa', '-b', '256'],
  ['rsa', '-t', 'rsa', '-b', '3072'],
  ['rsa-pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM'],
  ['ecdsa-pkcs8', '-t', 'ecdsa', '-b', '256', '-m', 'PKCS8'],
];
for (const [name, ...options] of KINDS) {
  test(`openSshKey signs with a private key file of ${name}`, { skip }, async () => {
    const path = createKey(name, ...options);
    const key = await openSshKey(path, name, ENV);
    const known = parsePublicKey(readFileSync(`${path}.pub`, 'utf8').trimEnd());
    assert.equal(key.publicKey.keyid, known?.keyid);
    const signature = await key.sign(MESSAGE, NAMESPACE);
    assert.equal(known?.verify(MESSAGE, signature, NAMESPACE), true);
    assert.deepEqual(readdirSync(join(folder, 'temporary')), []);
  });
}

test('openSshKey signs with RSA as rsa-sha2-512 over SHA-512', { skip }, async () => {
  const key = await openSshKey(createKey('rsa-hash', '-t', 'rsa', '-b', '2048'), 'rsa', ENV);
  const signature = (await key.sign(MESSAGE, NAMESPACE)).toString('latin1');
  assert.ok(signature.includes('\x06sha512') && signature.includes('\x0crsa-sha2-512'));
});

test('openSshKey needs no .pub file beside a private key of OpenSSH', { skip }, async () => {
  const path = createKey('alone', '-t', 'ed25519');
  rmSync(`${path}.pub`);
  const key = await openSshKey(path, 'alone', ENV);
  assert.equal(key.publicKey.verify(MESSAGE, await key.sign(MESSAGE, NAMESPACE), NAMESPACE), true);
});

test('openSshKey says how to make the .pub file that another PEM needs', { skip }, async () => {
  const path = createKey('pem-alone', '-t', 'rsa', '-b', '2048', '-m', 'PEM');
  rmSync(`${path}.pub`);
  const { code, message, hint } = await refusal(() => openSshKey(path, 'key', ENV));
  assert.equal(code, 'KEY_MISSING');
  assert.equal(message, 'the public half of "key" is missing: there is no "key.pub"');
  assert.equal(hint, 'run: ssh-keygen -y -f key > key.pub');
});

test('openSshKey refuses a private key that is open to others', { skip }, async () => {
  const path = createKey('open', '-t', 'ed25519');
  for (const mode of [0o644, 0o640, 0o604, 0o601]) {
    chmodSync(path, mode);
    const { code, message, hint } = await refusal(() => openSshKey(path, 'open', ENV));
    assert.equal(code, 'KEY_PERMISSIONS');
    assert.equal(message, `the signing key "open" is open to others (mode 0${mode.toString(8)})`);
    assert.equal(hint, 'run: chmod 600 open');
  }
});

test('openSshKey refuses a file that is not there, and a folder', { skip }, async () => {
  const missing = await refusal(() => openSshKey(join(folder, 'missing'), 'missing', ENV));
  assert.equal(missing.code, 'FILE_NOT_FOUND');
  assert.equal((await refusal(() => openSshKey(folder, 'folder', ENV))).code, 'FILE_UNREADABLE');
});

test('openSshKey refuses a key of a kind that rootsweep does not take', { skip }, async () => {
  const paths = [
    createKey('p384', '-t', 'ecdsa', '-b', '384'),
    createKey('short', '-t', 'rsa', '-b', '1024'),
    `${createKey('p521', '-t', 'ecdsa', '-b', '521')}.pub`,
  ];
  writeFileSync(join(folder, 'words.pub'), 'ssh-ed25519 words\n');
  for (const path of [...paths, join(folder, 'words.pub')]) {
    const { code, message } = await refusal(() => openSshKey(path, 'key', ENV));
    assert.equal(code, 'KEY_INVALID');
    assert.match(message, /^"key" is no SSH key that rootsweep takes/);
  }
});

test('openSshKey says in one sentence that there is no ssh-keygen', { skip }, async () => {
  const path = createKey('no-program', '-t', 'ed25519');
  const { code, message, hint } = await refusal(() => openSshKey(path, 'key', { PATH: folder }));
  assert.equal(code, 'KEY_MISSING');
  assert.equal(message, '"key" is used through ssh-keygen, and that cannot be run here');
  assert.equal(hint, 'install the client programs of OpenSSH');
});

test('openSshKey hands ssh-keygen absolute paths, and none of the credentials of AWS', { skip }, async () => {
  const path = createKey('environment', '-t', 'ed25519');
  const record = join(folder, 'record');
  const programs = createProgram(
    'ssh-keygen',
    `printf '%s\\n' "$@" >> ${record}; env >> ${record}; PATH='${PATH}' exec ssh-keygen "$@"`,
  );
  const env = {
    PATH: `${programs}:${PATH}`,
    SSH_AUTH_SOCK: '/nowhere',
    AWS_SECRET_ACCESS_KEY: 'hush-hush',
    AWS_SESSION_TOKEN: 'hush-hush',
    ROOTSWEEP_KEY: 'hush-hush',
    LD_PRELOAD_OF_SOMEBODY: 'hush-hush',
  };
  const key = await openSshKey(relative(process.cwd(), path), 'key', env);
  await key.sign(MESSAGE, NAMESPACE);
  const recorded = readFileSync(record, 'utf8');
  assert.doesNotMatch(recorded, /hush/);
  assert.match(recorded, /^SSH_AUTH_SOCK=\/nowhere$/m);
  assert.match(recorded, new RegExp(`^sign\n-f\n${path}\n-n\n${NAMESPACE}\n/.*/message$`, 'm'));
});

const LIES: readonly [what: string, script: string, message: string][] = [
  ['signs nothing', 'exit 0', 'what ssh-keygen signed does not fit "key"'],
  [
    'writes no signature',
    'for last; do :; done; echo hello > "$last.sig"',
    'what ssh-keygen signed does not fit "key"',
  ],
  [
    'signs another message',
    'for last; do :; done; echo >> "$last"; exec "$REAL" "$@"',
    'what ssh-keygen signed does not fit "key"',
  ],
  ['fails', 'exit 255', 'ssh-keygen did not sign with "key"'],
];
for (const [what, script, expected] of LIES) {
  test(`openSshKey refuses what comes of an ssh-keygen that ${what}`, { skip }, async () => {
    const path = createKey(what.replaceAll(' ', '-'), '-t', 'ed25519');
    const real = PATH.split(':')
      .map((place) => join(place, 'ssh-keygen'))
      .find(existsSync);
    const programs = createProgram('ssh-keygen', script.replace('$REAL', real ?? ''));
    const key = await openSshKey(path, 'key', { PATH: `${programs}:${PATH}` });
    const { code, message } = await refusal(() => key.sign(MESSAGE, NAMESPACE));
    assert.equal(code, 'KEY_INVALID');
    assert.equal(message, expected);
  });
}

test('openSshKey does not sign with a private key whose .pub file is of another', { skip }, async () => {
  const path = createKey('mismatch', '-t', 'ed25519');
  writeFileSync(`${path}.pub`, readFileSync(`${createKey('mismatch-other', '-t', 'ed25519')}.pub`));
  const key = await openSshKey(path, 'key', ENV);
  assert.equal((await refusal(() => key.sign(MESSAGE, NAMESPACE))).code, 'KEY_INVALID');
});

/** Answers as the person would whom ssh-keygen asks: without a terminal it asks this program. */
function createAskpass(answer: string) {
  const programs = createProgram('askpass', `echo '${answer}'`);
  return { ...ENV, SSH_ASKPASS: join(programs, 'askpass'), SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
}

test('openSshKey leaves it to ssh-keygen to ask for a passphrase', { skip }, async () => {
  const path = createKey('locked', '-t', 'ed25519', '-N', 'sesame');
  const key = await openSshKey(path, 'locked', createAskpass('sesame'));
  assert.equal(key.publicKey.verify(MESSAGE, await key.sign(MESSAGE, NAMESPACE), NAMESPACE), true);
});

test('openSshKey says that nobody could be asked for the passphrase, and never says a wrong one', {
  skip,
}, async () => {
  const path = createKey('locked-out', '-t', 'ed25519', '-N', 'sesame');
  for (const env of [ENV, createAskpass('mellon')]) {
    const key = await openSshKey(path, 'key', env);
    const { code, message, hint } = await refusal(() => key.sign(MESSAGE, NAMESPACE));
    assert.equal(code, 'PASSPHRASE_MISSING');
    assert.doesNotMatch(message + hint, /mellon/);
    assert.equal(hint, 'hand it to an SSH agent first: ssh-add key');
  }
});

const agents = spawnSync('ssh-add', ['-?']).error !== undefined && 'ssh-add is not installed';

/** An agent that ends with the test. */
async function startAgent(t: TestContext): Promise<{ PATH: string; SSH_AUTH_SOCK: string }> {
  const socket = join(mkdtempSync(join(folder, 'agent-')), 'socket');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  t.after(() => agent.kill());
  while (!existsSync(socket) && agent.exitCode === null) await setTimeout(25);
  return { PATH, SSH_AUTH_SOCK: socket };
}

for (const [name, ...options] of KINDS.slice(0, 3)) {
  test(`openSshKey signs with a key of ${name} that an agent holds`, { skip: skip || agents }, async (t) => {
    const env = await startAgent(t);
    const path = createKey(`agent-${name}`, ...options);
    assert.equal(spawnSync('ssh-add', ['-q', path], { env }).status, 0);
    rmSync(path);
    const key = await openSshKey(`${path}.pub`, 'key.pub', env);
    const signature = await key.sign(MESSAGE, NAMESPACE);
    const known = parsePublicKey(readFileSync(`${path}.pub`, 'utf8').trimEnd());
    assert.equal(known?.verify(MESSAGE, signature, NAMESPACE), true);
  });
}

test('openSshKey says how to give an agent the key that it does not hold', {
  skip: skip || agents,
}, async (t) => {
  const env = await startAgent(t);
  const path = createKey('not-held', '-t', 'ed25519');
  for (const held of [undefined, createKey('held', '-t', 'ed25519')]) {
    if (held !== undefined) spawnSync('ssh-add', ['-q', held], { env });
    const { code, message, hint } = await refusal(() => openSshKey(`${path}.pub`, 'key.pub', env));
    assert.equal(code, 'KEY_MISSING');
    assert.equal(message, 'the SSH agent does not hold the private half of "key.pub"');
    assert.equal(hint, 'run: ssh-add key');
  }
});

test('openSshKey says that no agent answers', { skip: skip || agents }, async () => {
  const path = createKey('no-agent', '-t', 'ed25519');
  for (const env of [ENV, { ...ENV, SSH_AUTH_SOCK: join(folder, 'nobody') }]) {
    const { code, message } = await refusal(() => openSshKey(`${path}.pub`, 'key.pub', env));
    assert.equal(code, 'KEY_MISSING');
    assert.equal(message, 'no SSH agent answers that could hold the private half of "key.pub"');
  }
});
