/** The same signatures, judged by OpenSSH and by rootsweep: what one makes, the other accepts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PublicKey } from '../../src/core/signing/key.js';
import { parsePublicKey } from '../../src/signing/public-key.js';
import { decodeArmor } from '../../src/signing/ssh-armor.js';
import {
  armorOf,
  createEd25519,
  createP256,
  createRsa,
  createSecurityKey,
  lineOf,
  MESSAGE,
  NAMESPACE,
  type Parts,
  type SshSecret,
  signSsh,
} from './ssh-fixtures.js';

const skip = spawnSync('ssh-keygen', ['-?']).error !== undefined && 'ssh-keygen is not installed';

const folder = mkdtempSync(join(tmpdir(), 'ssh-cross-check-'));
after(() => rmSync(folder, { recursive: true }));

const sshKeygen = (args: readonly string[], input: Uint8Array = Buffer.alloc(0)) =>
  spawnSync('ssh-keygen', args, { cwd: folder, input, encoding: 'utf8' });

function signWithOpenSsh(file: string, namespace = NAMESPACE): Buffer {
  const args = ['-q', '-Y', 'sign', '-f', file, '-n', namespace];
  const { status, stdout, stderr } = sshKeygen(args, MESSAGE);
  assert.equal(status, 0, stderr);
  const blob = decodeArmor(stdout, 'SSH SIGNATURE');
  assert.ok(blob);
  return blob;
}

function openSshAccepts(
  line: string,
  signature: Buffer,
  { message = MESSAGE, namespace = NAMESPACE } = {},
): boolean {
  writeFileSync(join(folder, 'allowed'), `me ${line}\n`);
  writeFileSync(join(folder, 'signature'), armorOf(signature));
  const args = ['-Y', 'verify', '-f', 'allowed', '-I', 'me', '-n', namespace, '-s', 'signature'];
  return sshKeygen(args, message).status === 0;
}

function parse(line: string): PublicKey {
  const key = parsePublicKey(line.trimEnd());
  assert.ok(key);
  return key;
}

const KINDS: readonly [name: string, options: readonly string[]][] = [
  ['ed25519', ['-t', 'ed25519']],
  ['ecdsa-256', ['-t', 'ecdsa', '-b', '256']],
  ['rsa-3072', ['-t', 'rsa', '-b', '3072']],
  ['rsa-2048-pem', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
];
for (const [name, options] of KINDS) {
  test(`OpenSSH and rootsweep agree on what ssh-keygen signs with ${name}`, { skip }, () => {
    assert.equal(sshKeygen(['-q', ...options, '-N', '', '-C', 'a comment', '-f', name]).status, 0);
    const line = readFileSync(join(folder, `${name}.pub`), 'utf8');
    const key = parse(line);
    const signature = signWithOpenSsh(name);
    assert.equal(key.verify(MESSAGE, signature, NAMESPACE), true);
    assert.equal(openSshAccepts(line, signature), true);

    const another = Buffer.from('another');
    assert.equal(key.verify(another, signature, NAMESPACE), false);
    assert.equal(openSshAccepts(line, signature, { message: another }), false);

    const elsewhere = signWithOpenSsh(name, 'file');
    assert.equal(key.verify(MESSAGE, elsewhere, NAMESPACE), false);
    assert.equal(openSshAccepts(line, elsewhere), false);
    assert.equal(key.verify(MESSAGE, elsewhere, 'file'), true);

    const changed = Buffer.from(signature);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    assert.equal(key.verify(MESSAGE, changed, NAMESPACE), false);
    assert.equal(openSshAccepts(line, changed), false);

    sshKeygen(['-q', ...options, '-N', '', '-f', `${name}-other`]);
    const other = readFileSync(join(folder, `${name}-other.pub`), 'utf8');
    assert.equal(parse(other).verify(MESSAGE, signature, NAMESPACE), false);
    assert.equal(openSshAccepts(other, signature), false);
  });
}

test('rootsweep names a key as openssl does that ssh-keygen wrote as PKCS#8', { skip }, (t) => {
  sshKeygen(['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', 'exported']);
  const pem = sshKeygen(['-e', '-m', 'PKCS8', '-f', 'exported.pub']).stdout;
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const { status, stdout } = spawnSync('openssl', ['dgst', '-sha256', '-r'], {
    input: der,
    encoding: 'utf8',
  });
  if (status !== 0) return t.skip('openssl is not installed');
  assert.equal(stdout.split(' ', 1)[0], parse(readFileSync(join(folder, 'exported.pub'), 'utf8')).keyid);
});

const [ed25519, p256, rsa] = [createEd25519(), createP256(), createRsa()];
const [skEd25519, skP256] = [createSecurityKey(ed25519), createSecurityKey(p256, 'ssh:rootsweep')];
const BOTH: readonly [what: string, secret: SshSecret, parts: Parts][] = [
  ['Ed25519', ed25519, {}],
  ['Ed25519 over SHA-256', ed25519, { hash: 'sha256' }],
  ['P-256', p256, {}],
  ['RSA', rsa, {}],
  ['RSA with SHA-256', rsa, { algorithm: 'rsa-sha2-256', innerHash: 'sha256' }],
  ['an Ed25519 security key', skEd25519, {}],
  ['a P-256 security key', skP256, {}],
  ['a P-256 security key that asked for a PIN', skP256, { flags: 5 }],
];
for (const [what, secret, parts] of BOTH) {
  test(`OpenSSH accepts a signature of ${what} that rootsweep accepts`, { skip }, () => {
    const signature = signSsh(secret, MESSAGE, parts);
    assert.equal(parse(lineOf(secret)).verify(MESSAGE, signature, NAMESPACE), true);
    assert.equal(openSshAccepts(lineOf(secret), signature), true);
  });
}

const NEITHER: readonly [what: string, secret: SshSecret, parts: Parts][] = [
  ['RSA with SHA-1', rsa, { algorithm: 'ssh-rsa', innerHash: 'sha1' }],
  ['RSA with SHA-1 under the name of SHA-512', rsa, { innerHash: 'sha1' }],
  ['a message hashed with SHA-1', ed25519, { hash: 'sha1' }],
  ['version 2', ed25519, { preamble: Buffer.from('SSHSIG\0\0\0\x02') }],
  ['a byte behind the blob', ed25519, { trailing: Buffer.alloc(1) }],
  [
    'a byte behind the inner signature',
    ed25519,
    { inner: (inner) => Buffer.concat([inner, Buffer.alloc(1)]) },
  ],
  ['the algorithm of the plain key on a security key', skEd25519, { algorithm: ed25519.type }],
];
for (const [what, secret, parts] of NEITHER) {
  test(`neither OpenSSH nor rootsweep accepts ${what}`, { skip }, () => {
    const signature = signSsh(secret, MESSAGE, parts);
    assert.equal(parse(lineOf(secret)).verify(MESSAGE, signature, NAMESPACE), false);
    assert.equal(openSshAccepts(lineOf(secret), signature), false);
  });
}

test('rootsweep refuses a security key that nobody touched, which OpenSSH accepts', { skip }, () => {
  for (const secret of [skEd25519, skP256]) {
    const signature = signSsh(secret, MESSAGE, { flags: 0 });
    assert.equal(parse(lineOf(secret)).verify(MESSAGE, signature, NAMESPACE), false);
    assert.equal(openSshAccepts(lineOf(secret), signature), true);
  }
});

test('OpenSSH never accepts a P-256 or Ed25519 blob with a changed byte that rootsweep refuses', {
  skip,
}, () => {
  // Every byte costs two processes: the middle one of each field is enough here.
  for (const secret of [ed25519, p256]) {
    const signature = signSsh(secret, MESSAGE);
    for (let at = 3; at < signature.length; at += 23) {
      const changed = Buffer.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.equal(parse(lineOf(secret)).verify(MESSAGE, changed, NAMESPACE), false, `byte ${at}`);
      assert.equal(openSshAccepts(lineOf(secret), changed), false, `byte ${at}`);
    }
  }
});
