import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import type { KmsKeySpec } from '../../src/emulator/scenario/scenario.js';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';

function open(kmsKeys: readonly KmsKeySpec[], seed = 1) {
  return openEmulator({ kmsKeys }, { seed }).world.kmsKeys;
}

function spki(key: KeyObject | undefined): string {
  return createPublicKey(key ?? assert.fail())
    .export({ format: 'der', type: 'spki' })
    .toString('base64');
}

test('a scenario without keys has none', () => {
  assert.deepEqual(open([]), []);
});

test('a key of which nothing is said signs, in the management account', () => {
  const [key] = open([{}]);
  const { privateKey, id, created, ...rest } = key ?? assert.fail();
  assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(created, /^2024-/);
  assert.equal(privateKey?.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.deepEqual(rest, {
    alias: undefined,
    account: '111111111111',
    usableBy: new Set(),
    spec: 'ECC_NIST_P256',
    usage: 'SIGN_VERIFY',
    state: 'Enabled',
  });
});

test('a made-up key is the same each time, and another for another seed, account or id', () => {
  const make = (spec: KmsKeySpec, seed?: number) => spki(open([spec], seed)[0]?.privateKey);
  const key = make({ id: ID });
  assert.equal(make({ id: ID, alias: 'alias/renamed', state: 'Disabled' }), key);
  assert.notEqual(make({ id: ID }, 2), key);
  assert.notEqual(make({ id: ID, account: '222222222222' }), key);
  assert.notEqual(make({}), key);
  const [first, second] = open([{}, {}]);
  assert.notEqual(first?.id, second?.id);
});

for (const [name, spec, curve] of [
  ['P-256', 'ECC_NIST_P256', 'prime256v1'],
  ['P-384', 'ECC_NIST_P384', 'secp384r1'],
] as const) {
  test(`a private key on ${name} is taken as PEM and as base64`, () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
    const forms = [
      privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    ];
    for (const form of forms)
      assert.equal(spki(open([{ spec, privateKey: form }])[0]?.privateKey), spki(privateKey));
  });
}

test('the kmsKeys of a file are read', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const text = `
kmsKeys:
  - id: ${ID}
    alias: alias/plans
    account: "222222222222"
    usableBy: ["111111111111"]
    spec: ECC_NIST_P256
    usage: SIGN_VERIFY
    state: Disabled
    privateKey: |
${pem.replace(/^/gm, '      ')}
faults:
  - match: { service: kms, operation: Sign }
    fault: { kind: throttle }
`;
  const [key] = openEmulator(parseScenario(text, 's.yaml')).world.kmsKeys;
  assert.deepEqual(
    [key?.id, key?.alias, key?.account, key?.usableBy, key?.state, spki(key?.privateKey)],
    [ID, 'alias/plans', '222222222222', new Set(['111111111111']), 'Disabled', spki(privateKey)],
  );
});

const P384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

for (const [name, keys, message] of [
  [
    'a key id that is none',
    '[{ id: plans }]',
    's.yaml:1:17: "plans" does not look like a key id (1234abcd-12ab-34cd-56ef-1234567890ab)',
  ],
  [
    'an alias without its prefix',
    '[{ alias: plans }]',
    's.yaml:1:20: "plans" does not look like an alias (alias/plans)',
  ],
  [
    "an alias of AWS's own",
    '[{ alias: alias/aws/s3 }]',
    's.yaml:1:20: "alias/aws/s3" does not look like an alias (alias/plans)',
  ],
  [
    'a spec that the emulator does not have',
    '[{ spec: RSA_2048 }]',
    's.yaml:1:19: "RSA_2048" is not one of ECC_NIST_P256, ECC_NIST_P384, SYMMETRIC_DEFAULT',
  ],
  [
    'a state that does not exist',
    '[{ state: enabled }]',
    's.yaml:1:20: "enabled" is not one of Enabled, Disabled, PendingDeletion',
  ],
  [
    'a usage that the spec does not have',
    '[{ spec: SYMMETRIC_DEFAULT, usage: SIGN_VERIFY }]',
    's.yaml:1:45: A key of the spec SYMMETRIC_DEFAULT is for ENCRYPT_DECRYPT only',
  ],
  [
    'an id that is there twice',
    `[{ id: ${ID} }, { id: ${ID}, account: "111111111111" }]`,
    `s.yaml:1:63: "${ID}" belongs to another key of account 111111111111`,
  ],
  [
    'an alias that is there twice',
    '[{ alias: alias/a }, { alias: alias/a }]',
    's.yaml:1:40: "alias/a" belongs to another key of account 111111111111',
  ],
  [
    'a private key that is none',
    '[{ privateKey: c2VjcmV0 }]',
    's.yaml:1:25: It is no private key of the curve P-256 in PKCS #8, as PEM or base64',
  ],
  [
    'a private key of another curve',
    `[{ privateKey: ${P384} }]`,
    's.yaml:1:25: It is no private key of the curve P-256 in PKCS #8, as PEM or base64',
  ],
  [
    'a private key for a symmetric key',
    '[{ spec: SYMMETRIC_DEFAULT, privateKey: c2VjcmV0 }]',
    's.yaml:1:50: A symmetric key has no private half',
  ],
] as const) {
  test(`parseScenario refuses ${name}, with line and column`, () => {
    assert.throws(() => parseScenario(`kmsKeys: ${keys}\n`, 's.yaml'), { name: 'ScenarioError', message });
  });
}

test('two accounts may have keys of one id and one alias', () => {
  const keys = [
    { id: ID, alias: 'alias/a' },
    { id: ID, alias: 'alias/a', account: '222222222222' },
  ];
  assert.equal(open(keys).length, 2);
});
