import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseTrust } from '../../../src/files/keys/trust.js';
import { lines, refusalOf } from '../refusal.js';

const KEY = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
const OTHER = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const BASE64 =
  'public keys are one line of base64, as "rootsweep keygen" prints it, or the line of an SSH public key';
const NO_KEY =
  'is no Ed25519, P-256 or SSH public key in its canonical spelling, or one that proves nothing; use the line that "rootsweep keygen" prints, or that of an SSH .pub file';
const EXAMPLE = `keys: [{name: "platform-planner", publicKey: "${KEY.slice(0, 50)}`;

/** A trust file as people compare it. */
const summarize = (text: string) => {
  const { keys, ...rest } = parseTrust(text, 'trust.yaml');
  return { ...rest, keys: keys.map(({ key, ...rest }) => ({ ...rest, keyid: key.keyid })) };
};
const keyidOf = (spki: string) => createHash('sha256').update(Buffer.from(spki, 'base64')).digest('hex');

test('parseTrust reads keys with their roles, and thresholds of which those not given are none', () => {
  const text = lines(
    '# who is trusted',
    'version: 1',
    'threshold: { planner: 1, approver: 1 }',
    'keys:',
    '  - name: platform-planner',
    `    publicKey: ${KEY}`,
    '    roles: [planner, operator]',
    '  - name: Security review',
    `    publicKey: "${OTHER}"`,
    '    roles: [approver]',
    '    until: 2027-03-31',
  );
  assert.deepEqual(summarize(text), {
    threshold: { planner: 1, approver: 1, witness: 0 },
    keys: [
      { name: 'platform-planner', keyid: keyidOf(KEY), roles: ['planner', 'operator'] },
      { name: 'Security review', keyid: keyidOf(OTHER), roles: ['approver'], until: '2027-03-31' },
    ],
    revoked: [],
  });
});

test('parseTrust reads a threshold for each role, up to what the keys can reach', () => {
  const text = lines(
    'version: 1',
    'threshold: { planner: 1, approver: 0, witness: 1 }',
    'keys:',
    `  - { name: a, publicKey: ${KEY}, roles: [planner, witness] }`,
    `  - { name: b, publicKey: ${OTHER}, roles: [planner, witness] }`,
  );
  assert.deepEqual(summarize(text).threshold, { planner: 1, approver: 0, witness: 1 });
});

test('parseTrust reads revoked plans', () => {
  const plan = 'ab'.repeat(32);
  const text = lines(
    'version: 1',
    'threshold: { planner: 1 }',
    `keys: [{ name: a, publicKey: ${KEY}, roles: [planner] }]`,
    'revoked:',
    `  - { plan: "${plan}", reason: an owner objected }`,
  );
  const { threshold, revoked } = summarize(text);
  assert.deepEqual(
    { threshold, revoked },
    {
      threshold: { planner: 1, approver: 0, witness: 0 },
      revoked: [{ plan, reason: 'an owner objected' }],
    },
  );
});

const THRESHOLD = 'threshold: { planner: 1 }';
const A = `keys: [{ name: a, publicKey: ${KEY}, roles: [planner] }]`;
const HOW_MANY = 'write how many keys must have signed in each role, such as { planner: 1, approver: 1 }';
const ROLES = 'roles are planner, approver, witness and operator';

/** The yaml starts on line 2, below `version: 1`. */
const REFUSED: readonly [name: string, yaml: readonly string[], ...problems: string[]][] = [
  [
    'no threshold',
    [A],
    '1:1: the file has no threshold; add one, for example threshold: {planner: 1, approver: 1}',
  ],
  ['a number for a threshold', ['threshold: 2', A], `2:12: threshold is 2; ${HOW_MANY}`],
  [
    'a threshold without planners',
    ['threshold: { approver: 1 }', A],
    '2:12: threshold has no planner; add planner: 1',
  ],
  [
    'a threshold of no planner',
    ['threshold: { planner: 0 }', A],
    '2:23: threshold.planner is 0; write planner: 1; every plan is signed by one trusted planner',
  ],
  [
    'a threshold of two planners',
    ['threshold: { planner: 2 }', A],
    '2:23: threshold.planner is 2; write planner: 1; every plan is signed by one trusted planner',
  ],
  [
    'a threshold of half an approver',
    ['threshold: { planner: 1, approver: 0.5 }', A],
    '2:36: threshold.approver is 0.5; write a whole number from 0 to 100',
  ],
  [
    'a threshold of fewer than no approvers',
    ['threshold: { planner: 1, approver: -1 }', A],
    '2:36: threshold.approver is -1; write a whole number from 0 to 100',
  ],
  [
    'a threshold of operators',
    ['threshold: { planner: 1, operator: 1 }', A],
    '2:26: unknown key "operator" in threshold; known keys are planner, approver, witness',
  ],
  [
    'an unknown role',
    [THRESHOLD, `keys: [{ name: a, publicKey: ${KEY}, roles: [aprover] }]`],
    `3:100: keys[0].roles[0] is "aprover"; ${ROLES}; did you mean "approver"?`,
  ],
  [
    'a key without roles',
    [THRESHOLD, `keys: [{ name: a, publicKey: ${KEY} }]`],
    '3:8: keys[0] has no roles; add one, for example roles: ["planner", "operator"]',
  ],
  [
    'a key with no role',
    [THRESHOLD, `keys: [{ name: a, publicKey: ${KEY}, roles: [] }]`],
    '3:99: keys[0].roles is empty: write what the key may sign, such as [approver]',
  ],
  [
    'a revoked plan without a reason',
    [THRESHOLD, A, `revoked: [{ plan: "${'ab'.repeat(32)}" }]`],
    '4:11: revoked[0] has no reason; add one, for example reason: "its policy excluded an account that its owner has since objected to"',
  ],
  [
    'a revoked plan by its file',
    [THRESHOLD, A, 'revoked: [{ plan: org.plan.yaml, reason: wrong }]'],
    '4:19: revoked[0].plan is "org.plan.yaml"; digests are 64 hex digits; run: rootsweep trust revoke PLAN --reason REASON',
  ],
  [
    'a last day that does not exist',
    [THRESHOLD, `keys: [{ name: a, publicKey: ${KEY}, roles: [planner], until: 2027-02-30 }]`],
    `3:117: keys[0].until is "2027-02-30"; dates are days of the calendar, such as "2027-03-31"`,
  ],
  ['no keys', [THRESHOLD, 'keys: []'], '3:7: keys is empty: add the line that "rootsweep keygen" prints'],
  [
    'two keys with one name',
    [
      THRESHOLD,
      'keys:',
      `  - { name: a, publicKey: ${KEY}, roles: [planner] }`,
      `  - { name: a, publicKey: ${OTHER}, roles: [planner] }`,
    ],
    '5:13: keys[1].name is "a", like that of keys[0]; give each key its own name',
  ],
  [
    'one key under two names',
    [
      THRESHOLD,
      'keys:',
      `  - { name: a, publicKey: ${KEY}, roles: [planner] }`,
      `  - { name: b, publicKey: ${KEY}, roles: [planner] }`,
    ],
    '5:27: keys[1].publicKey is the key of "a" once more; remove one of them',
  ],
  [
    'a key without a name',
    [THRESHOLD, `keys: [{ publicKey: ${KEY}, roles: [planner] }]`],
    '3:8: keys[0] has no name; add one, for example name: "platform-planner"',
  ],
  [
    'a mistyped key of a key',
    [THRESHOLD, `keys: [{ name: a, public-key: ${KEY}, roles: [planner] }]`],
    '3:19: unknown key "public-key" in keys[0]; did you mean "publicKey"?',
  ],
  [
    'a key that is no base64',
    [THRESHOLD, 'keys: [{ name: a, publicKey: "MCow*", roles: [planner] }]'],
    `3:30: keys[0].publicKey is "MCow*"; ${BASE64}`,
  ],
  [
    'base64 with spare bits',
    [THRESHOLD, 'keys: [{ name: a, publicKey: MCp=, roles: [planner] }]'],
    `3:30: keys[0].publicKey ${NO_KEY}`,
  ],
  [
    'base64 without its padding',
    [THRESHOLD, 'keys: [{ name: a, publicKey: MCo, roles: [planner] }]'],
    `3:30: keys[0].publicKey ${NO_KEY}`,
  ],
  [
    'a key on two lines',
    [
      THRESHOLD,
      'keys:',
      '  - name: a',
      `    publicKey: ${KEY.slice(0, 20)}`,
      `      ${KEY.slice(20)}`,
      '    roles: [planner]',
    ],
    `5:16: keys[0].publicKey is "${KEY.slice(0, 20)} ${KEY.slice(20)}"; ${BASE64}: write publicKey: "${KEY}"`,
  ],
];
for (const [name, yaml, ...problems] of REFUSED) {
  test(`parseTrust refuses ${name}`, () => {
    assert.equal(
      refusalOf(() => parseTrust(lines('version: 1', ...yaml), 'trust.yaml')),
      ['TRUST_INVALID', ...problems.map((problem) => `trust.yaml:${problem}`)].join('\n'),
    );
  });
}

test('parseTrust refuses a PEM and says what it wants', () => {
  const pem = ['-----BEGIN PUBLIC KEY-----', KEY, '-----END PUBLIC KEY-----'].map((line) => `      ${line}`);
  const text = lines(
    'version: 1',
    THRESHOLD,
    'keys:',
    '  - name: a',
    '    roles: [planner]',
    '    publicKey: |',
    ...pem,
  );
  const refusal = refusalOf(() => parseTrust(text, 'trust.yaml'));
  assert.ok(
    refusal.startsWith('TRUST_INVALID\ntrust.yaml:6:16: keys[0].publicKey is "-----BEGIN PUBLIC KEY-----\\n'),
  );
  assert.ok(refusal.endsWith(BASE64));
});

test('parseTrust refuses a file without anything but a version', () => {
  const refusal = refusalOf(() => parseTrust('version: 1\n', 'trust.yaml'));
  assert.ok(refusal.includes(`trust.yaml:1:1: the file has no keys; add one, for example ${EXAMPLE}`));
});

test('parseTrust takes a threshold that the keys cannot reach yet: verify says which key is missing', () => {
  const text = lines(
    'version: 1',
    'threshold: { planner: 1, approver: 1 }',
    `keys: [{ name: a, publicKey: ${KEY}, roles: [planner, approver] }]`,
  );
  assert.deepEqual(summarize(text).threshold, { planner: 1, approver: 1, witness: 0 });
});
