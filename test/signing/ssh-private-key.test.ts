import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeArmor } from '../../src/signing/ssh-armor.js';
import { parsePublicHalf } from '../../src/signing/ssh-private-key.js';
import { encodeStrings } from '../../src/signing/ssh-wire.js';
import { createEd25519, lineOf } from './ssh-fixtures.js';

const secret = createEd25519();
const ONE = Buffer.from([0, 0, 0, 1]);

/** A file as OpenSSH writes it, but for its private part, which nobody here reads. */
function fileOf({
  magic = 'openssh-key-v1\0',
  cipher = 'none',
  count = ONE,
  blob = secret.blob,
} = {}): Buffer {
  const head = encodeStrings(cipher, 'none', '');
  return Buffer.concat([Buffer.from(magic), head, count, encodeStrings(blob, 'private')]);
}

function armorOf(bytes: Buffer, label = 'OPENSSH PRIVATE KEY', newline = '\n'): string {
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join(newline);
}

test('parsePublicHalf reads the line of the public key', () => {
  assert.deepEqual(parsePublicHalf(armorOf(fileOf())), { line: lineOf(secret), isEncrypted: false });
});

test('parsePublicHalf tells that the private half is encrypted', () => {
  assert.equal(parsePublicHalf(armorOf(fileOf({ cipher: 'aes256-ctr' })))?.isEncrypted, true);
});

test('parsePublicHalf reads a file with the line ends of Windows', () => {
  assert.ok(parsePublicHalf(armorOf(fileOf(), 'OPENSSH PRIVATE KEY', '\r\n')));
});

const NO_FILES: readonly [what: string, text: string][] = [
  ['nothing', ''],
  ['another magic', armorOf(fileOf({ magic: 'openssh-key-v2\0' }))],
  ['two keys', armorOf(fileOf({ count: Buffer.from([0, 0, 0, 2]) }))],
  ['an empty public key', armorOf(fileOf({ blob: Buffer.alloc(0) }))],
  ['a public key that is cut', armorOf(fileOf({ blob: secret.blob.subarray(0, 20) }))],
  ['another label', armorOf(fileOf(), 'RSA PRIVATE KEY')],
  ['a last line that is missing', armorOf(fileOf()).replace(/-----END.*/, '')],
  ['PKCS#8', generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
  ['no base64', '-----BEGIN OPENSSH PRIVATE KEY-----\n???\n-----END OPENSSH PRIVATE KEY-----\n'],
];
for (const [what, text] of NO_FILES) {
  test(`parsePublicHalf refuses ${what}`, () => {
    assert.equal(parsePublicHalf(text), undefined);
  });
}

test('parsePublicHalf refuses a file that is cut anywhere in or before the public key', () => {
  const file = fileOf();
  const end = file.length - encodeStrings('private').length;
  for (let length = 0; length < end; length += 1) {
    assert.equal(parsePublicHalf(armorOf(file.subarray(0, length))), undefined, `${length} bytes`);
  }
});

test('decodeArmor refuses a text with something before or behind the armor', () => {
  const armor = armorOf(Buffer.from('x'), 'SSH SIGNATURE');
  assert.deepEqual(decodeArmor(armor, 'SSH SIGNATURE'), Buffer.from('x'));
  for (const text of [`x\n${armor}`, `${armor}x`, ` ${armor}`, armor + armor, armor.replace('=', '')]) {
    assert.equal(decodeArmor(text, 'SSH SIGNATURE'), undefined);
  }
});

const skip = spawnSync('ssh-keygen', ['-?']).error !== undefined && 'ssh-keygen is not installed';

test('parsePublicHalf reads what ssh-keygen wrote beside it', { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-private-key-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const type of ['ed25519', 'ecdsa', 'rsa']) {
    for (const passphrase of ['', 'a passphrase']) {
      const path = join(folder, `${type}${passphrase.length}`);
      const { status, stderr } = spawnSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', path]);
      assert.equal(status, 0, String(stderr));
      const half = parsePublicHalf(readFileSync(path, 'utf8'));
      assert.equal(half?.isEncrypted, passphrase !== '');
      const [name, base64] = readFileSync(`${path}.pub`, 'utf8').split(' ');
      assert.equal(half?.line, `${name} ${base64}`);
    }
  }
});
