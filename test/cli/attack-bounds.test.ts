/** Attacks by size and shape: nothing in a file or a name keeps rootsweep busy, or floods what it prints (promise 15). */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import { approvalPath } from '../../src/files/plan/approvals.js';
import {
  ALL_WHO_TRUST,
  assertAttackFails,
  assertTaken,
  createTarget,
  editAndSign,
  FILE,
  readPlan,
  replaceSignatures,
} from './attacks.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { createApplied } from './receipts.js';
import { assertRefused } from './refused.js';

const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const correctBy = (schema: string) =>
  `correct it and try again; schemas/${schema}.schema.json describes every key`;
const TEMPLATE_HINT = 'correct it and try again; "rootsweep notice --help" lists what a template can say';

/** Names and emails as long as AWS has them, and patterns that a matcher which goes back and forth never finishes. */
const EMAIL = `${'a'.repeat(52)}@example.com`;
const NAME = 'a'.repeat(50);
const PATTERNS: readonly [key: string, pattern: string, otherwise: string][] = [
  ['email', `${'?*'.repeat(26)}Z`, `${'?*'.repeat(26)}m`],
  ['name', `${'*a'.repeat(25)}*b`, `${'*a'.repeat(25)}*`],
  ['ou', `/${'**/*a*a*a*a/'.repeat(4)}b`, `/${'**/*a*a*a*a/'.repeat(4)}**`],
];

for (const [key, pattern, otherwise] of PATTERNS) {
  test(`hostile glob in ${key}: plan decides about every account as the words say, and verify again`, async (t) => {
    const account = {
      id: '222222222222',
      name: NAME,
      email: EMAIL,
      ou: `/${`${'a'.repeat(120)}/`.repeat(4)}aaaa`,
    };
    const scenario = {
      organization: { id: ORGANIZATION, managementAccount: '111111111111' },
      accounts: [
        { id: '111111111111' },
        { ...account, root: { password: true } },
        { id: '333333333333', name: 'z', email: 'z@example.org' },
      ],
    };
    const excluding = (glob: string) =>
      `version: 1\nfindings: { selector-unmatched: warn }\nexclude: [{ ${key}: "${glob}", reason: hostile }]\n`;
    const planned = await createPlanned(t, { scenario, policy: excluding(pattern) });
    assert.equal((await planned.plan()).code, 0);
    assert.match(await planned.read(FILE), /decision: delete\n/);
    await assertTaken(planned);
    await planned.write('policy.yaml', excluding(otherwise));
    assert.equal((await planned.plan()).code, 0);
    assert.match(await planned.read(FILE), /decision: excluded\n/);
  });
}

const MISTAKES = 5000;
const lines = (make: (index: number) => string) =>
  Array.from({ length: MISTAKES }, (_, i) => make(i)).join('');

/** Each file, what it holds, who reads it, and the hint. */
const THOUSANDS: readonly [file: string, text: string, argv: readonly string[], hint: string][] = [
  [
    'policy.yaml',
    `version: 1\n${lines((i) => `key${i}: 1\n`)}`,
    ['verify', FILE, ...TRUSTED],
    correctBy('policy'),
  ],
  [
    'policy.yaml',
    `version: 1\n${lines(() => 'version: 1\n')}`,
    ['apply', FILE, ...TRUSTED],
    correctBy('policy'),
  ],
  [
    'policy.yaml',
    `version: 1\ninclude:\n${lines(() => '- name: [1]\n')}`,
    ['verify', FILE, ...TRUSTED],
    correctBy('policy'),
  ],
  [
    'trust.yaml',
    `version: 1\nthreshold: 1\nkeys:\n${lines((i) => `- { name: n${i} }\n`)}`,
    ['verify', FILE, ...TRUSTED],
    correctBy('trust'),
  ],
  [
    'list.yaml',
    `version: 1\norganizations:\n${lines(() => '- {}\n')}`,
    ['plan', '--organizations', 'list.yaml', '--key', 'key.pem'],
    correctBy('organizations'),
  ],
  [
    'notice.md',
    `A notice\n${lines(() => '{{acount}}\n')}`,
    ['notice', FILE, '--template', 'notice.md'],
    TEMPLATE_HINT,
  ],
];

for (const [file, text, argv, hint] of THOUSANDS) {
  test(`file of a thousand mistakes: ${argv[0]} shows twenty of ${file} (${text.slice(0, 45).replaceAll('\n', ' ')}…)`, async (t) => {
    const target = await createTarget(t);
    await target.write(file, text);
    const name = file.replaceAll('.', '\\.');
    await assertRefused(target, {
      argv,
      code: 4,
      says: new RegExp(
        `^(?:${name}:\\d+:\\d+: [^\\n]{1,400}\\n *){20}${name}: and \\d{1,2},\\d{3} more problems$`,
      ),
      hint,
    });
    assert.deepEqual(target.calls(), []);
  });
}

test('file of a thousand mistakes: emulate shows the first of a scenario', async (t) => {
  const target = await createTarget(t);
  const bad = `accounts:\n${lines(() => '- { id: 1, nam: 2 }\n')}`;
  for (const text of [bad, lines(() => 'seed: 1\n')]) {
    await target.write('scenario.yaml', text);
    const { code, stderr } = await target.run(['emulate', 'scenario.yaml']);
    assert.notEqual(code, 0);
    assert.match(stderr, /^Error: scenario\.yaml:\d+:\d+: [^\n]{1,200}\n(?: {2}→ [^\n]+\n)?$/);
  }
});

/** Each opens 100,000 levels. */
const DEEP: readonly [what: string, text: string][] = [
  ['lists', '['.repeat(100_000)],
  ['mappings', '{a: '.repeat(100_000)],
  ['dashes', `\n${'- '.repeat(100_000)}`],
  ['question marks', `\n${'? '.repeat(100_000)}`],
];

for (const [what, text] of DEEP) {
  test(`deep nesting of ${what}: policy, trust file, plan and scenario are refused at the 65th level`, async (t) => {
    const target = await createTarget(t);
    const [policy, trust] = [await target.read('policy.yaml'), await target.read('trust.yaml')];
    const says = (file: string) => new RegExp(`^${file}:\\d+:\\d+: nested more than 64 levels deep$`);

    await target.write('policy.yaml', `include: ${text}\n`);
    await assertAttackFails(target, {
      readers: ['verify', 'apply'],
      says: says('policy.yaml'),
      hint: correctBy('policy'),
    });
    await target.write('policy.yaml', policy);
    await target.write('trust.yaml', `keys: ${text}\n`);
    await assertAttackFails(target, { says: says('trust.yaml'), hint: correctBy('trust') });
    await target.write('trust.yaml', trust);
    await target.write('scenario.yaml', `accounts: ${text}\n`);
    const { code, stderr } = await target.run(['emulate', 'scenario.yaml']);
    assert.notEqual(code, 0);
    assert.match(stderr, /^Error: scenario\.yaml:\d+:\d+: Nested more than 64 levels deep\n/);
    await editAndSign(target, (body) => `${body}more: ${text}\n`);
    await assertAttackFails(target, {
      says: says('org\\.plan\\.yaml'),
      hint: 'plan again with this version of rootsweep; a plan is never edited',
    });
  });
}

test('repeated signature: a good one that stands in a plan 20,000 times is refused', async (t) => {
  const target = await createTarget(t);
  await replaceSignatures(target, (signatures) =>
    signatures.flatMap((it) => Array.from({ length: 20_000 }, () => it)),
  );
  await assertAttackFails(target, {
    readers: ['verify', 'apply'],
    says: `"${FILE}" has two signatures by the same key as planner`,
    hint: 'plan again; a signed plan is never edited',
  });
});

test('folder of a thousand approvals: nobody reads more', async (t) => {
  const target = await createTarget(t);
  const { body } = await readPlan(target);
  for (let i = 0; i <= 1000; i += 1) {
    await target.write(approvalPath(FILE, digestBody(body), i.toString(16).padStart(64, '0').slice(-12)), '');
  }
  await assertAttackFails(target, {
    readers: ALL_WHO_TRUST,
    says: `1,001 files beside "${FILE}" are approvals of it, and at most 1,000 are read`,
    hint: 'remove those that are not by keys of the trust file',
  });
});

/** The names that Linux has in its memory: megabytes, and no size before they are read. */
const MADE_UP = '/proc/kallsyms';

test('file without a size: it is read up to the limit', { skip: !existsSync(MADE_UP) }, async (t) => {
  const target = await createTarget(t);
  await assertRefused(target, {
    argv: ['verify', FILE, '--policy', MADE_UP, '--trust', 'trust.yaml'],
    code: 4,
    says: `the policy "${MADE_UP}" is larger than 1 MiB`,
    hint: 'is this the right file? no policy is that large',
  });
});

test('a journal whose last line is nested without end is refused at once, and nothing of it is parsed', async (t) => {
  const { run, journal, read, write } = await createApplied(t);
  const levels = 2 ** 20;
  const line = `{"a":${'['.repeat(levels)}${']'.repeat(levels)},"signature":"AAAA"}`;
  const before = await read(journal);
  await write(journal, `${before}${line}\n`);
  const number = before.split('\n').length;
  const trusted = ['--trust', 'trust.yaml'];
  for (const argv of [
    ['receipt', journal, ...trusted],
    ['apply', FILE, '--policy', 'policy.yaml', ...trusted, '--confirm', ORGANIZATION],
  ]) {
    t.mock.method(JSON, 'parse', refuseLonger(JSON.parse, line.length));
    const { code, stderr } = await run(argv);
    t.mock.restoreAll();
    assert.equal(code, 4, stderr);
    assert.match(
      stderr,
      new RegExp(
        `:${number}:1: the journal holds a record that its run did not sign, or that was changed afterwards\n`,
      ),
    );
  }
});

/** A parser that ends the test where it is given a text of so many characters: how long it would take is no matter. */
function refuseLonger(parse: typeof JSON.parse, length: number): typeof JSON.parse {
  return (text, reviver) => {
    assert.ok(text.length < length, 'a line that nobody signed is parsed');
    return parse(text, reviver);
  };
}
