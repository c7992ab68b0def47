import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '../../../src/files/policy/policy.js';
import { lines, refusalOf } from '../refusal.js';

const KEYS =
  'version, organization, include, exclude, delete, guards, waivers, findings, blocking, limits, notBefore, expiresAfter, rollout';
const SELECTORS = 'account, name, email, ou, tags, joined and joinedMethod';
const DURATIONS = 'durations are whole minutes, hours or days above zero, such as "30m", "72h" or "7d"';
const DATES = 'dates are days of the calendar, such as "2027-03-31"';
const TIMES = 'times are dates such as "2026-01-31" or instants such as "2026-01-31T12:00:00Z"';
const WAVES = 'waves are numbers of accounts such as 10, or percentages such as "25%"';
const OUS =
  'OUs are paths from the root such as "/Workloads/**", or ids such as "ou-exmp-12345678" and "r-exmp"';
const ACCOUNTS = 'account ids are quoted strings of 12 digits';

/** The yaml starts on line 2, below `version: 1`. */
const REFUSED: readonly [name: string, yaml: string, ...problems: string[]][] = [
  // Keys
  ['a mistyped key', 'exclud: []', '2:1: unknown key "exclud"; did you mean "exclude"?'],
  ['an unknown key', 'frobnicate: 1', `2:1: unknown key "frobnicate"; known keys are ${KEYS}`],
  ['__proto__ as a key', '__proto__: {}', `2:1: unknown key "__proto__"; known keys are ${KEYS}`],
  ['constructor as a key', 'constructor: 1', `2:1: unknown key "constructor"; known keys are ${KEYS}`],
  [
    'a mistyped key of a selector, without asking for the right one',
    'include: [{ acount: "111122223333" }]',
    '2:13: unknown key "acount" in include[0]; did you mean "account"?',
  ],
  [
    'mistyped keys of an exclusion, without asking for the right ones',
    'exclude: [{ acount: "111122223333", resaon: x }]',
    '2:13: unknown key "acount" in exclude[0]; did you mean "account"?',
    '2:37: unknown key "resaon" in exclude[0]; did you mean "reason"?',
  ],
  [
    'a mistyped key beside the right one',
    'limits: { percent: 1, percen: 2 }',
    '2:23: unknown key "percen" in limits; known keys are accounts, percent',
  ],
  [
    'a key twice',
    'limits: { percent: 1, percent: 2 }',
    '2:23: duplicate key "percent"; the first is on line 2',
  ],
  // Selectors
  ['no selectors', 'include: []', '2:10: include is empty: leave it out to include every member account'],
  [
    'an empty selector',
    'include: [{}]',
    `2:11: include[0] is empty: a selector needs at least one of ${SELECTORS}`,
  ],
  [
    'a text for a selector',
    'include: [sandbox]',
    `2:11: include[0] is "sandbox"; a selector needs at least one of ${SELECTORS}`,
  ],
  [
    'a mapping for a list',
    'include: { ou: /a }',
    '2:10: include is a mapping; write a list, for example [{ou: "/Workloads/**"}, {tags: {stage: "sandbox"}}]',
  ],
  [
    'an exclusion without a reason',
    'exclude:\n  - account: "111122223333"',
    '3:5: exclude[0] has no reason; add one, for example reason: "break-glass account"',
  ],
  [
    'an exclusion with an empty reason',
    'exclude: [{ name: a, reason: "" }]',
    '2:30: exclude[0].reason is ""; say why, for example "break-glass account"',
  ],
  [
    'an exclusion with nothing for a reason',
    'exclude:\n  - name: a\n    reason:',
    '4:12: exclude[0].reason has no value; say why, for example "break-glass account"',
  ],
  [
    'an exclusion of nothing',
    'exclude: [{ reason: x }]',
    `2:11: exclude[0]: an exclusion needs at least one of ${SELECTORS}`,
  ],
  [
    'an unquoted account id',
    'exclude:\n  - account: 111122223333\n    reason: x',
    `3:14: exclude[0].account is read as a number; ${ACCOUNTS}: write account: "111122223333"`,
  ],
  [
    'an unquoted account id that starts with a zero',
    'include: [{ account: 012345678901 }]',
    `2:22: include[0].account is read as a number; ${ACCOUNTS}: write account: "012345678901"`,
  ],
  [
    'an account id with separators',
    'include: [{ account: 1111-2222-3333 }]',
    `2:22: include[0].account is "1111-2222-3333"; ${ACCOUNTS}: write account: "111122223333"`,
  ],
  [
    'an account id that is too short',
    'include: [{ account: "12345678901" }]',
    `2:22: include[0].account is "12345678901"; ${ACCOUNTS}, and this has 11`,
  ],
  [
    'an unquoted account id that is too long',
    'include: [{ account: 1234567890123 }]',
    `2:22: include[0].account is 1234567890123; ${ACCOUNTS}, and this has 13`,
  ],
  [
    'letters for an account id',
    'include: [{ account: break-glass1 }]',
    `2:22: include[0].account is "break-glass1"; ${ACCOUNTS}`,
  ],
  [
    'an empty glob',
    'include: [{ name: "" }]',
    '2:19: include[0].name is ""; names are globs such as "legacy-*"',
  ],
  [
    'a blank glob',
    'include: [{ email: " " }]',
    '2:20: include[0].email is " "; email addresses are globs such as "*@sandbox.example.com"',
  ],
  [
    'a number for a name',
    'include: [{ name: 12 }]',
    '2:19: include[0].name is read as a number; names are globs such as "legacy-*": write name: "12"',
  ],
  [
    'an OU path without its slash',
    'include: [{ ou: Workloads/** }]',
    `2:17: include[0].ou is "Workloads/**"; ${OUS}`,
  ],
  ['a mistyped OU id', 'include: [{ ou: ou-ab12 }]', `2:17: include[0].ou is "ou-ab12"; ${OUS}`],
  ['no tags', 'include: [{ tags: {} }]', '2:19: include[0].tags is empty: write an entry, or leave it out'],
  [
    'a tag that is no text',
    'include: [{ tags: { on: true } }]',
    '2:25: include[0].tags.on is read as a boolean; text needs quotes here: write on: "true"',
  ],
  [
    'a tag without a value',
    'include: [{ tags: { a: } }]',
    '2:24: include[0].tags.a has no value; write text',
  ],
  [
    'a tag whose key needs quotes',
    'include: [{ tags: { a/b~c: 5 } }]',
    '2:28: include[0].tags["a/b~c"] is read as a number; text needs quotes here: write "a/b~c": "5"',
  ],
  [
    'a hostile key of a tag, shown harmlessly',
    'include: [{ tags: { "\\u202e\\e[2J": 5 } }]',
    '2:36: include[0].tags["\\u202e\\u001b[2J"] is read as a number; text needs quotes here: write "\\u202e\\u001b[2J": "5"',
  ],
  [
    'a way of joining in small letters',
    'include: [{ joinedMethod: created }]',
    '2:27: include[0].joinedMethod is "created"; write "CREATED" or "INVITED"; did you mean "CREATED"?',
  ],
  // Dates
  [
    'a last day that does not exist',
    'exclude: [{ name: a, reason: b, until: 2027-02-30 }]',
    `2:40: exclude[0].until is "2027-02-30"; ${DATES}`,
  ],
  [
    'an instant for a last day',
    'exclude: [{ name: a, reason: b, until: 2027-02-20T00:00:00Z }]',
    `2:40: exclude[0].until is "2027-02-20T00:00:00Z"; ${DATES}`,
  ],
  [
    'a day of joining that does not exist',
    'include: [{ joined: { before: 2026-02-30 } }]',
    `2:31: include[0].joined.before is "2026-02-30"; ${TIMES}`,
  ],
  [
    'a year for a day of joining',
    'include: [{ joined: { after: 2026 } }]',
    `2:30: include[0].joined.after is 2026; ${TIMES}`,
  ],
  [
    'days of joining between which there is nothing',
    'exclude: [{ joined: { after: 2026-05-01, before: 2026-01-01 }, reason: x }]',
    '2:21: exclude[0].joined selects nothing: no account joined after 2026-05-01 and before 2026-01-01; swap them to select what is between them',
  ],
  [
    'one day of joining on both sides',
    'include: [{ joined: { after: 2026-05-01, before: 2026-05-01 } }]',
    '2:21: include[0].joined selects nothing: no account joined after 2026-05-01 and before 2026-05-01; move one of them',
  ],
  // What is deleted
  [
    'MFA without password',
    'delete: [access-key, mfa-device]',
    '2:9: delete: mfa-device without password would leave a password with its MFA gone; add password, or take mfa-device out',
  ],
  ['nothing to delete', 'delete: []', '2:9: delete is empty: write an entry, or leave it out'],
  ['a kind twice', 'delete: [password, password]', '2:20: delete[1] repeats an earlier entry; remove it'],
  [
    'MFA twice without password',
    'delete: [mfa-device, mfa-device]',
    '2:9: delete: mfa-device without password would leave a password with its MFA gone; add password, or take mfa-device out',
    '2:22: delete[1] repeats an earlier entry; remove it',
  ],
  [
    'a mistyped kind',
    'delete: [pasword]',
    '2:10: delete[0] is "pasword"; write "password", "mfa-device", "access-key" or "signing-certificate"; did you mean "password"?',
  ],
  [
    'a kind that is not in a list',
    'delete: password',
    '2:9: delete is "password"; write a list, for example ["password", "mfa-device"]',
  ],
  // Guards and waivers
  [
    'hours without use',
    'guards: { access-key: { unusedFor: 72h } }',
    '2:36: guards.access-key.unusedFor is "72h"; times without use are whole days above zero, such as "90d"',
  ],
  [
    'no time without use',
    'guards: { access-key: { unusedFor: 0d } }',
    '2:36: guards.access-key.unusedFor is "0d"; times without use are whole days above zero, such as "90d"',
  ],
  [
    'a number of days without use',
    'guards: { access-key: { unusedFor: 90 } }',
    '2:36: guards.access-key.unusedFor is 90; times without use are whole days above zero, such as "90d"',
  ],
  [
    'a guard of what has none',
    'guards: { signing-certificate: { unusedFor: 90d } }',
    '2:11: unknown key "signing-certificate" in guards; known keys are access-key',
  ],
  [
    'a mistyped guard',
    'guards: { access-key: { unusedfor: 90d } }',
    '2:25: unknown key "unusedfor" in guards.access-key; did you mean "unusedFor"?',
  ],
  [
    'a waiver without a reason and an end',
    'delete: [access-key]\nwaivers:\n  - access-key: AKIAIOSFODNN7EXAMPLE',
    '4:5: waivers[0] has no reason; add one, for example reason: "its owner has moved to a role"',
    '4:5: waivers[0] has no until; add one, for example until: "2027-03-31"',
  ],
  [
    'a waiver of nothing',
    'waivers: [{ reason: x, until: 2027-03-31 }]',
    '2:11: waivers[0]: a waiver names one access-key or one signing-certificate',
  ],
  [
    'a waiver of two credentials',
    'delete: [access-key, signing-certificate]\nwaivers:\n  - access-key: AKIAIOSFODNN7EXAMPLE\n    signing-certificate: TA7SMP42TDN5Z26OBPJE7EXAMPLE\n    reason: x\n    until: 2027-03-31',
    '4:5: waivers[0] names two credentials; write a waiver for each',
  ],
  [
    'a waiver of a kind that is not deleted',
    'waivers: [{ access-key: AKIAIOSFODNN7EXAMPLE, reason: x, until: 2027-03-31 }]',
    '2:11: waivers[0] waives nothing: delete does not name access-key; write delete: [access-key, password, mfa-device]',
  ],
  [
    'a credential that is waived twice',
    'delete: [access-key]\nwaivers:\n  - { access-key: AKIAIOSFODNN7EXAMPLE, reason: x, until: 2027-03-31 }\n  - { access-key: AKIAIOSFODNN7EXAMPLE, reason: y, until: 2027-05-31 }',
    '5:5: waivers[1] names access-key "AKIAIOSFODNN7EXAMPLE" again, as waivers[0] does; remove one',
  ],
  [
    'a waiver of no key',
    'delete: [access-key]\nwaivers: [{ access-key: "AKIA*", reason: x, until: 2027-03-31 }]',
    '3:25: waivers[0].access-key is "AKIA*"; ids of access keys look like "AKIAIOSFODNN7EXAMPLE"',
  ],
  [
    'a waiver that ends on no day',
    'delete: [access-key]\nwaivers: [{ access-key: AKIAIOSFODNN7EXAMPLE, reason: x, until: 2027-02-30 }]',
    `3:65: waivers[0].until is "2027-02-30"; ${DATES}`,
  ],
  // Findings
  [
    'a mistyped finding',
    'findings: { acess-key-present: block }',
    '2:13: unknown key "acess-key-present" in findings; did you mean "access-key-present"?',
  ],
  [
    'a mistyped severity',
    'findings: { audit-unknown: blok }',
    '2:28: findings.audit-unknown is "blok"; write "block", "warn" or "info"; did you mean "block"?',
  ],
  [
    'a mistyped severity where settings may stand',
    'findings: { root-used-recently: blok }',
    '2:33: findings.root-used-recently is "blok"; write "block", "warn" or "info", or { days: 90, severity: block }; did you mean "block"?',
  ],
  [
    'days without a severity',
    'findings: { root-used-recently: { days: 30 } }',
    '2:33: findings.root-used-recently has no severity; add one, for example severity: "block"',
  ],
  [
    'wrong settings of a finding',
    'findings: { root-used-recently: { days: 0, severity: bad } }',
    '2:41: findings.root-used-recently.days is 0; write a whole number from 1 to 3650',
    '2:54: findings.root-used-recently.severity is "bad"; write "block", "warn" or "info"',
  ],
  [
    'a number for settings',
    'findings: { root-used-recently: 90 }',
    '2:33: findings.root-used-recently is 90; write "block", "warn" or "info", or { days: 90, severity: block }',
  ],
  [
    'a list for settings',
    'findings: { selector-unmatched: [warn] }',
    '2:33: findings.selector-unmatched: write "block", "warn" or "info", or { include: warn, exclude: block }',
  ],
  [
    'a mistyped setting',
    'findings: { selector-unmatched: { includ: warn } }',
    '2:35: unknown key "includ" in findings.selector-unmatched; did you mean "include"?',
  ],
  [
    'a finding without a severity',
    'findings: { limit-exceeded: }',
    '2:29: findings.limit-exceeded has no value; write "block", "warn" or "info"',
  ],
  // Everything else
  ['another version', 'version: 2', '2:1: duplicate key "version"; the first is on line 1'],
  [
    'an organization in capitals',
    'organization: O-EXAMPLEORGID',
    '2:15: organization is "O-EXAMPLEORGID"; organization ids look like "o-exampleorgid": write organization: "o-exampleorgid"',
  ],
  [
    'what is no organization id',
    'organization: example',
    '2:15: organization is "example"; organization ids look like "o-exampleorgid"',
  ],
  [
    'a mistyped choice',
    'blocking: organisation',
    '2:11: blocking is "organisation"; write "organization" or "account"; did you mean "organization"?',
  ],
  [
    'text for a number',
    'limits: { accounts: "200" }',
    '2:21: limits.accounts is "200"; write a whole number of at least 1, for example 200',
  ],
  [
    'a fraction',
    'limits: { accounts: 1.50 }',
    '2:21: limits.accounts is 1.50; write a whole number of at least 1, for example 200',
  ],
  [
    'infinity',
    'limits: { accounts: .inf }',
    '2:21: limits.accounts is .inf; write a whole number of at least 1, for example 200',
  ],
  [
    'more than all',
    'limits: { percent: 101 }',
    '2:20: limits.percent is 101; write a whole number from 1 to 100, for example 50',
  ],
  ['no wait', 'notBefore: 0h', `2:12: notBefore is "0h"; ${DURATIONS}`],
  [
    'a wait as long as the life of a plan',
    'notBefore: 3d',
    '2:12: notBefore is "3d", and plans expire after "72h": none could ever be applied; write less, or a longer expiresAfter',
  ],
  [
    'a wait that is longer than the given life of a plan',
    'expiresAfter: 30m\nnotBefore: 1h',
    '3:12: notBefore is "1h", and plans expire after "30m": none could ever be applied; write less, or a longer expiresAfter',
  ],
  ['no duration', 'expiresAfter: 0h', `2:15: expiresAfter is "0h"; ${DURATIONS}`],
  ['a duration without a unit', 'expiresAfter: 72', `2:15: expiresAfter is 72; ${DURATIONS}`],
  ['a duration in seconds', 'expiresAfter: 90s', `2:15: expiresAfter is "90s"; ${DURATIONS}`],
  [
    'a duration with a blank',
    'expiresAfter: 72 H',
    `2:15: expiresAfter is "72 H"; ${DURATIONS}: write expiresAfter: "72h"`,
  ],
  [
    'a duration of more than 30 days',
    'expiresAfter: 721h',
    '2:15: expiresAfter is "721h", longer than a plan may live; write "30d" or less',
  ],
  [
    'no value for a mapping',
    'rollout:',
    '2:9: rollout has no value; write a mapping, for example {waves: [1, 10, "25%", "100%"], stopAfterFailures: 1}',
  ],
  ['no waves', 'rollout: { waves: [] }', '2:19: rollout.waves is empty: write an entry, or leave it out'],
  [
    'what is no wave',
    'rollout: { waves: [few, 0, 101%, 25 %, null, [1], 100%] }',
    `2:20: rollout.waves[0] is "few"; ${WAVES}`,
    `2:25: rollout.waves[1] is 0; ${WAVES}`,
    `2:28: rollout.waves[2] is "101%"; ${WAVES}`,
    `2:34: rollout.waves[3] is "25 %"; ${WAVES}: write "25%"`,
    `2:40: rollout.waves[4] has no value; ${WAVES}`,
    `2:46: rollout.waves[5]: ${WAVES}`,
  ],
  [
    'waves that leave accounts out',
    'rollout: { waves: [1, 10, 25%] }',
    '2:19: rollout.waves ends with 25% and would leave accounts out; write waves: [1, 10, 25%, 100%]',
  ],
  [
    'waves that shrink',
    'rollout: { waves: [10, 1, 100%] }',
    '2:19: rollout.waves must grow, with numbers of accounts before percentages; write waves: [1, 10, 100%]',
  ],
  [
    'equal waves',
    'rollout: { waves: [1, 50%, 50%] }',
    '2:19: rollout.waves must grow, with numbers of accounts before percentages; write waves: [1, 50%, 100%]',
  ],
  [
    'percentages before numbers',
    'rollout: { waves: [5%, 10, 100%] }',
    '2:19: rollout.waves must grow, with numbers of accounts before percentages; write waves: [10, 5%, 100%]',
  ],
  [
    'no failures allowed',
    'rollout: { stopAfterFailures: 0 }',
    '2:31: rollout.stopAfterFailures is 0; write a whole number of at least 1',
  ],
];

for (const [name, yaml, ...problems] of REFUSED) {
  test(`parsePolicy refuses ${name}`, () => {
    assert.equal(
      refusalOf(() => parsePolicy(lines('version: 1', yaml), 'policy.yaml')),
      ['POLICY_INVALID', ...problems.map((problem) => `policy.yaml:${problem}`)].join('\n'),
    );
  });
}

const WHOLE: readonly [name: string, text: string, problem: string][] = [
  ['a list', '- a\n', '1:1: the file is a list; a policy is a mapping that starts with "version: 1"'],
  ['a text', 'hello\n', '1:1: the file is "hello"; a policy is a mapping that starts with "version: 1"'],
  ['null', 'null\n', '1:1: the file has no value; a policy is a mapping that starts with "version: 1"'],
  [
    'a later version',
    'version: 2\n',
    '1:10: version is 2; write version: 1, the only one that this rootsweep reads',
  ],
  [
    'a quoted version',
    'version: "1"\n',
    '1:10: version is "1"; write version: 1, the only one that this rootsweep reads',
  ],
];
for (const [name, text, problem] of WHOLE) {
  test(`parsePolicy refuses ${name}, as a whole`, () => {
    assert.equal(
      refusalOf(() => parsePolicy(text, 'policy.yaml')),
      `POLICY_INVALID\npolicy.yaml:${problem}`,
    );
  });
}

test('parsePolicy refuses thousands of mistakes with the first twenty and the number of the others', () => {
  const waves = `rollout: { waves: [${'x, '.repeat(20_000)}100%] }`;
  const refusal = refusalOf(() => parsePolicy(lines('version: 1', waves), 'policy.yaml'));
  assert.match(refusal, /\npolicy\.yaml: and 19,980 more problems$/);
});
