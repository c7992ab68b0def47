import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseTrust } from '../../src/files/trust.js';
import { lines, refusalOf } from './refusal.js';

const KEY = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
const OTHER = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const BASE64 =
  'public keys are one line of base64, as "rootsweep keygen" prints it, or the line of an SSH public key';
const NO_KEY =
  'is no Ed25519, P-256 or SSH public key in its canonical spelling, or one that proves nothing; use the line that "rootsweep keygen" prints, or that of an SSH .pub file';
const EXAMPLE = `keys: [{name: "platform-planner", publicKey: "${KEY.slice(0, 50)}`;

/** A trust file as people compare it. */
const summarize = (text: string) => {
  const { threshold, keys } = parseTrust(text, 'trust.yaml');
  return { threshold, keys: keys.map(({ key, ...rest }) => ({ ...rest, keyid: key.keyid })) };
};
const keyidOf = (spki: string) => createHash('sha256').update(Buffer.from(spki, 'base64')).digest('hex');

test('parseTrust reads keys, which have both roles unless told otherwise', () => {
  const text = lines(
    '# whose word counts',
    'version: 1',
    'threshold: 2',
    'keys:',
    '  - name: platform-planner',
    `    publicKey: ${KEY}`,
    '  - name: Security review',
    `    publicKey: "${OTHER}"`,
    '    roles: [approver]',
    '    until: 2027-03-31',
  );
  assert.deepEqual(summarize(text), {
    threshold: 2,
    keys: [
      { name: 'platform-planner', keyid: keyidOf(KEY), roles: ['planner', 'approver'] },
      { name: 'Security review', keyid: keyidOf(OTHER), roles: ['approver'], until: '2027-03-31' },
    ],
  });
});

test('parseTrust reads a threshold for each role', () => {
  const text = lines(
    'version: 1',
    'threshold: { planner: 1, approver: 1 }',
    'keys:',
    `  - { name: a, publicKey: ${KEY}, roles: [planner] }`,
    `  - { name: b, publicKey: ${OTHER}, roles: [approver] }`,
  );
  assert.deepEqual(summarize(text).threshold, { planner: 1, approver: 1 });
});

/** The yaml starts on line 2, below `version: 1`. */
const REFUSED: readonly [name: string, yaml: readonly string[], ...problems: string[]][] = [
  [
    'no threshold',
    [`keys: [{ name: a, publicKey: ${KEY} }]`],
    '1:1: the file has no threshold; add one, for example threshold: 1',
  ],
  [
    'a threshold of none',
    ['threshold: 0', `keys: [{ name: a, publicKey: ${KEY} }]`],
    '2:12: threshold is 0; write how many keys must have signed, such as 1, or { planner: 1, approver: 2 }',
  ],
  [
    'a threshold that nobody can reach',
    ['threshold: 2', `keys: [{ name: a, publicKey: ${KEY} }]`],
    '2:12: threshold is 2, but there is 1 key; add keys or write threshold: 1',
  ],
  [
    'a threshold that asks for nothing',
    ['threshold: { planner: 0, approver: 0 }', `keys: [{ name: a, publicKey: ${KEY} }]`],
    '2:12: threshold demands no signature at all; demand at least one',
  ],
  [
    'a threshold of one role that nobody can reach',
    [
      'threshold: { planner: 1, approver: 1 }',
      'keys:',
      `  - { name: a, publicKey: ${KEY}, roles: [planner] }`,
      `  - { name: b, publicKey: ${OTHER}, roles: [planner] }`,
    ],
    '2:36: threshold.approver is 1, but 0 of the keys may sign as approver; add keys',
  ],
  [
    'thresholds that want more keys in all than there are',
    ['threshold: { planner: 1, approver: 1 }', `keys: [{ name: a, publicKey: ${KEY} }]`],
    '2:12: threshold is 2 in all, but there is 1 key; add keys',
  ],
  [
    'an unknown role',
    ['threshold: 1', `keys: [{ name: a, publicKey: ${KEY}, roles: [aprover] }]`],
    `3:100: keys[0].roles[0] is "aprover"; roles are planner and approver; did you mean "approver"?`,
  ],
  [
    'a last day that does not exist',
    ['threshold: 1', `keys: [{ name: a, publicKey: ${KEY}, until: 2027-02-30 }]`],
    `3:99: keys[0].until is "2027-02-30"; dates are days of the calendar, such as "2027-03-31"`,
  ],
  [
    'no keys',
    ['threshold: 1', 'keys: []'],
    '3:7: keys is empty: add the line that "rootsweep keygen" prints',
  ],
  [
    'two keys with one name',
    ['threshold: 1', 'keys:', `  - { name: a, publicKey: ${KEY} }`, `  - { name: a, publicKey: ${OTHER} }`],
    '5:13: keys[1].name is "a", like that of keys[0]; give each key its own name',
  ],
  [
    'one key under two names',
    ['threshold: 2', 'keys:', `  - { name: a, publicKey: ${KEY} }`, `  - { name: b, publicKey: ${KEY} }`],
    '5:27: keys[1].publicKey is the key of "a" once more; remove one of them',
  ],
  [
    'a key without a name',
    ['threshold: 1', `keys: [{ publicKey: ${KEY} }]`],
    '3:8: keys[0] has no name; add one, for example name: "platform-planner"',
  ],
  [
    'a mistyped key of a key',
    ['threshold: 1', `keys: [{ name: a, public-key: ${KEY} }]`],
    '3:19: unknown key "public-key" in keys[0]; did you mean "publicKey"?',
  ],
  [
    'a key that is no base64',
    ['threshold: 1', 'keys: [{ name: a, publicKey: "MCow*" }]'],
    `3:30: keys[0].publicKey is "MCow*"; ${BASE64}`,
  ],
  [
    'base64 with spare bits',
    ['threshold: 1', 'keys: [{ name: a, publicKey: MCp= }]'],
    `3:30: keys[0].publicKey ${NO_KEY}`,
  ],
  [
    'base64 without its padding',
    ['threshold: 1', 'keys: [{ name: a, publicKey: MCo }]'],
    `3:30: keys[0].publicKey ${NO_KEY}`,
  ],
  [
    'a key on two lines',
    ['threshold: 1', 'keys:', '  - name: a', `    publicKey: ${KEY.slice(0, 20)}`, `      ${KEY.slice(20)}`],
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
  const text = lines('version: 1', 'threshold: 1', 'keys:', '  - name: a', '    publicKey: |', ...pem);
  const refusal = refusalOf(() => parseTrust(text, 'trust.yaml'));
  assert.ok(
    refusal.startsWith('TRUST_INVALID\ntrust.yaml:5:16: keys[0].publicKey is "-----BEGIN PUBLIC KEY-----\\n'),
  );
  assert.ok(refusal.endsWith(BASE64));
});

test('parseTrust refuses a file without anything but a version', () => {
  const refusal = refusalOf(() => parseTrust('version: 1\n', 'trust.yaml'));
  assert.ok(refusal.includes(`trust.yaml:1:1: the file has no keys; add one, for example ${EXAMPLE}`));
});
