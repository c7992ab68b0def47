import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CONFIG, createPlanned } from './planned.js';
import { assertRefused } from './refused.js';

const ARGV = ['plan', '--policy', 'policy.yaml', '--out', 'new.plan.yaml', '--key', 'key.pem'];
const pkcs8 = { format: 'pem', type: 'pkcs8' } as const;

const ed25519 = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = ed25519.privateKey.export(pkcs8).toString();

const KEYS: readonly (readonly [when: string, content: string])[] = [
  ['is an RSA key', rsa.privateKey.export(pkcs8).toString()],
  ['is an RSA key in PKCS#1', rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString()],
  [
    'is an elliptic curve key',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pkcs8).toString(),
  ],
  ['is an Ed448 key', generateKeyPairSync('ed448').privateKey.export(pkcs8).toString()],
  ['is an X25519 key', generateKeyPairSync('x25519').privateKey.export(pkcs8).toString()],
  ['is a public key', ed25519.publicKey.export({ format: 'pem', type: 'spki' }).toString()],
  ['is cut off', pem.slice(0, 60)],
  ['has no header', pem.split('\n')[1] ?? ''],
  ['is a policy', 'version: 1\n'],
];

for (const [when, content] of KEYS) {
  test(`plan is refused when the signing key ${when}`, async (t) => {
    const planned = await createPlanned(t);
    await planned.write('key.pem', content);
    await assertRefused(planned, {
      argv: ARGV,
      code: 4,
      says: '"./key.pem" is no Ed25519 private key in PKCS#8 PEM, and no key of SSH',
      hint: 'make one with: rootsweep keygen',
    });
  });
}

for (const mode of [0o640, 0o604, 0o620, 0o601, 0o777]) {
  const shown = mode.toString(8).padStart(4, '0');
  test(`plan is refused when the signing key has mode ${shown}`, async (t) => {
    const planned = await createPlanned(t);
    await chmod(join(planned.folder, 'key.pem'), mode);
    await assertRefused(planned, {
      argv: ARGV,
      code: 4,
      says: `the signing key "./key.pem" is open to others (mode ${shown})`,
      hint: 'run: chmod 600 ./key.pem',
    });
  });
}

test('plan says nothing of the key when it refuses one', async (t) => {
  const planned = await createPlanned(t);
  const secret = rsa.privateKey.export(pkcs8).toString();
  await planned.write('key.pem', secret);
  const { stdout, stderr } = await planned.plan('--json', '--verbose');
  for (const line of secret.split('\n').filter((it) => it.length > 40)) {
    assert.ok(!`${stdout}${stderr}`.includes(line));
  }
});

test('plan is refused when no key is given and none lies in the configuration folder', async (t) => {
  const planned = await createPlanned(t);
  await rm(join(planned.folder, CONFIG), { recursive: true });
  await assertRefused(planned, {
    argv: ARGV.slice(0, -2),
    code: 1,
    says: 'no signing key was given, and there is none at "./.config/rootsweep/signing-key.pem"',
    hint: 'pass --key KEY or set ROOTSWEEP_KEY; make a key with: rootsweep keygen',
  });
});

test('plan takes the key that ROOTSWEEP_KEY names, and --key before it', async (t) => {
  const planned = await createPlanned(t);
  const env = { NO_COLOR: '1', ROOTSWEEP_KEY: 'key.pem' };
  assert.equal((await planned.run(ARGV.slice(0, -2), { env })).code, 0);
  assert.equal((await planned.run(ARGV, { env: { ...env, ROOTSWEEP_KEY: 'nowhere.pem' } })).code, 0);
});

test('plan takes the key of the configuration folder when none is given', async (t) => {
  const planned = await createPlanned(t);
  await rm(join(planned.folder, CONFIG), { recursive: true });
  assert.equal((await planned.run(['keygen', '--quiet'])).code, 0);
  assert.equal((await planned.run(ARGV.slice(0, -2))).code, 0);
});

test('plan heeds XDG_CONFIG_HOME for the key', async (t) => {
  const planned = await createPlanned(t);
  await mkdir(join(planned.folder, 'xdg'));
  await assertRefused(planned, {
    argv: ARGV.slice(0, -2),
    options: { env: { NO_COLOR: '1', XDG_CONFIG_HOME: join(planned.folder, 'xdg') } },
    code: 1,
    says: 'no signing key was given, and there is none at "./xdg/rootsweep/signing-key.pem"',
    hint: /ROOTSWEEP_KEY/,
  });
});
