import { generateKeyPairSync } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CONFIG, createPlanned, ORGANIZATION } from './planned.js';
import { assertRefused } from './refused.js';

const HINT = 'correct it and try again; schemas/trust.schema.json describes every key';
const KEY = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';

const spkiOf = (type: 'rsa' | 'ec' | 'x25519') => {
  const { publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('x25519');
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
};
const trustOf = (publicKey: string, name = 'planner') =>
  `version: 1\nthreshold: { planner: 1 }\nkeys:\n  - name: ${name}\n    publicKey: ${publicKey}\n    roles: [planner]\n`;

const replacePlanners = (count: string) => trustOf(KEY).replace('planner: 1', `planner: ${count}`);

const NO_KEY =
  /^trust\.yaml:5:16: keys\[0\]\.publicKey is no Ed25519, P-256 or SSH public key .* or one that proves nothing; /;

const INVALID: readonly (readonly [when: string, trust: string, says: RegExp])[] = [
  ['is cut off', trustOf(KEY).slice(0, 50), /^trust\.yaml:\d:\d+: /],
  [
    'has no keys',
    'version: 1\nthreshold: { planner: 1 }\nkeys: []\n',
    /^trust\.yaml:3:7: .*rootsweep keygen/,
  ],
  ['has a threshold of none', replacePlanners('0'), /^trust\.yaml:2:23: /],
  ['has a threshold of half', replacePlanners('0.5'), /^trust\.yaml:2:23: /],
  ['has a number for the threshold', trustOf(KEY).replace('{ planner: 1 }', '1'), /^trust\.yaml:2:12: /],
  ['has a text for the threshold', trustOf(KEY).replace('{ planner: 1 }', 'all'), /^trust\.yaml:2:12: /],
  ['has a key with a number for a name', trustOf(KEY, '7'), /^trust\.yaml:4:11: /],
  [
    'has an unknown key',
    trustOf(KEY).replace('roles: [planner]', 'role: planner'),
    /^trust\.yaml:6:5: unknown key "role".* did you mean "roles"/,
  ],
  [
    'names one key twice',
    `${trustOf(KEY)}  - { name: other, publicKey: "${KEY}", roles: [approver] }\n`,
    /^trust\.yaml:7:31: keys\[1\]\.publicKey is the key of "planner" once more/,
  ],
  ['holds an RSA key', trustOf(spkiOf('rsa')), NO_KEY],
  ['holds an X25519 key', trustOf(spkiOf('x25519')), NO_KEY],
  [
    'holds a key under which one signature fits every message',
    trustOf(
      Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.alloc(32)]).toString('base64'),
    ),
    NO_KEY,
  ],
  ['holds a private key', trustOf('"-----BEGIN PRIVATE KEY-----"'), /^trust\.yaml:5:16: /],
];

for (const [when, trust, says] of INVALID) {
  test(`show, verify and apply are refused with the place in the file when the trust file ${when}`, async (t) => {
    const planned = await createPlanned(t);
    await planned.plan();
    await planned.write('trust.yaml', trust);
    const files = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
    for (const argv of [
      ['show', 'org.plan.yaml', '--trust', 'trust.yaml'],
      ['verify', 'org.plan.yaml', ...files],
      ['apply', 'org.plan.yaml', ...files, '--confirm', ORGANIZATION],
    ]) {
      await assertRefused(planned, { argv, code: 4, says, hint: HINT });
    }
  });
}

test('verify names the place of the configuration folder when there is no trust file', async (t) => {
  const planned = await createPlanned(t);
  await rm(join(planned.folder, CONFIG), { recursive: true });
  await planned.plan();
  await assertRefused(planned, {
    argv: ['verify', 'org.plan.yaml', '--policy', 'policy.yaml'],
    code: 1,
    says: 'no trust file was given, and there is none at "./.config/rootsweep/trust.yaml"',
    hint: 'pass --trust FILE or set ROOTSWEEP_TRUST; "rootsweep keygen" prints what belongs in it',
  });
});

test('verify names the file when ROOTSWEEP_TRUST leads nowhere', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  await assertRefused(planned, {
    argv: ['verify', 'org.plan.yaml', '--policy', 'policy.yaml'],
    options: { env: { NO_COLOR: '1', ROOTSWEEP_TRUST: 'nowhere.yaml' } },
    code: 1,
    says: 'cannot read the trust file "./nowhere.yaml": there is no such file',
    hint: 'check the path',
  });
});
