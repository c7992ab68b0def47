import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS, createHarness } from './harness.js';
import { SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';

const PLAN = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml'];

const USAGE: readonly (readonly [line: readonly string[], says: string, help: string])[] = [
  [['plam'], 'unknown command "plam"; did you mean "plan"?', 'rootsweep'],
  [['frobnicate'], 'unknown command "frobnicate"', 'rootsweep'],
  [['PLAN'], 'unknown command "PLAN"; did you mean "plan"?', 'rootsweep'],
  [['help'], 'unknown command "help"', 'rootsweep'],
  [[''], 'unknown command ""', 'rootsweep'],
  [['a\n::error::b\u001b[31m'], 'unknown command "a\\n::error::b\\u001b[31m"', 'rootsweep'],
  [['--frobnicate'], 'no command was given', 'rootsweep'],
  [
    ['plan', '--polcy', 'policy.yaml'],
    'unknown flag "--polcy" for "rootsweep plan"; did you mean "--policy"?',
    'rootsweep plan',
  ],
  [
    ['plan', '--polcy=x'],
    'unknown flag "--polcy" for "rootsweep plan"; did you mean "--policy"?',
    'rootsweep plan',
  ],
  [['audit', '--policy', 'x'], 'unknown flag "--policy" for "rootsweep audit"', 'rootsweep audit'],
  [['audit', '-x'], 'unknown flag "-x" for "rootsweep audit"', 'rootsweep audit'],
  [['audit', '--yes'], 'unknown flag "--yes" for "rootsweep audit"', 'rootsweep audit'],
  [
    ['audit', '--no-profile', 'x'],
    'unknown flag "--no-profile" for "rootsweep audit"; did you mean "--profile"?',
    'rootsweep audit',
  ],
  [
    ['apply', 'p', '--auto-approve'],
    'unknown flag "--auto-approve" for "rootsweep apply"',
    'rootsweep apply',
  ],
  [['plan'], '"rootsweep plan" needs --policy and --out', 'rootsweep plan'],
  [['plan', '--policy', 'policy.yaml'], '"rootsweep plan" needs --out', 'rootsweep plan'],
  [['verify'], '"rootsweep verify" needs FILE', 'rootsweep verify'],
  [['verify', '--policy', 'x'], '"rootsweep verify" needs FILE', 'rootsweep verify'],
  [['apply', 'org.plan.yaml'], '"rootsweep apply" needs --policy', 'rootsweep apply'],
  [['show'], '"rootsweep show" needs PLAN', 'rootsweep show'],
  [['show', 'a', 'b'], 'unexpected argument "b" for "rootsweep show"', 'rootsweep show'],
  [['audit', 'plan'], 'unexpected argument "plan" for "rootsweep audit"', 'rootsweep audit'],
  [['keygen', 'name'], 'unexpected argument "name" for "rootsweep keygen"', 'rootsweep keygen'],
  [['plan', '--out', 'x', '--policy'], 'flag "--policy" needs a value', 'rootsweep plan'],
  [['plan', '--policy', '--out', 'x'], 'flag "--policy" needs a value', 'rootsweep plan'],
  [['audit', '--quiet=true'], 'flag "--quiet" takes no value', 'rootsweep audit'],
];

for (const [line, says, help] of USAGE) {
  test(`rootsweep ${JSON.stringify(line.join(' '))} says ${says}`, async (t) => {
    const harness = await createHarness(t, SCENARIO);
    await assertRefused(harness, { argv: line, code: 1, says, hint: `see: ${help} --help` });
  });
}

const NUMBERS: readonly (readonly [line: readonly string[], flag: string, range: string])[] = [
  [['audit', '--concurrency'], '--concurrency', 'from 1 to 200'],
  [['emulate', '--accounts', '3', '--port'], '--port', 'from 0 to 65535'],
  [['emulate', '--accounts'], '--accounts', 'from 1 to 50000'],
  [['emulate', '--accounts', '3', '--seed'], '--seed', 'from 0 to 999999999'],
];
const WRONG_NUMBERS = ['many', '', ' 7', '7.5', '1e2', '0x10', '+7', '999999999999', '７'];

for (const [line, flag, range] of NUMBERS) {
  for (const value of WRONG_NUMBERS) {
    test(`${line.join(' ')} is refused when the number is "${value}"`, async (t) => {
      const harness = await createHarness(t, SCENARIO);
      await assertRefused(harness, {
        argv: [...line, value],
        code: 1,
        says: `${flag} takes a whole number ${range}, not "${value}"`,
        hint: `for example: ${flag} 20`,
      });
    });
  }
}

for (const [line, value] of [
  [['audit', '--concurrency'], '0'],
  [['audit', '--concurrency'], '201'],
  [['emulate', '--accounts'], '0'],
  [['emulate', '--accounts'], '50001'],
  [['emulate', '--accounts', '3', '--port'], '65536'],
] as const) {
  test(`${line.join(' ')} ${value} is refused: it is out of range`, async (t) => {
    const harness = await createHarness(t, SCENARIO);
    await assertRefused(harness, {
      argv: [...line, value],
      code: 1,
      says: /^--\w+ takes a whole number from \d to \d+, not "\d+"$/,
      hint: /^for example: --\w+ 20$/,
    });
  });
}

test('a negative number is taken for a flag and refused', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await assertRefused(harness, {
    argv: ['audit', '--concurrency', '-1'],
    code: 1,
    says: 'flag "--concurrency" needs a value',
    hint: 'see: rootsweep audit --help',
  });
});

for (const flag of ['--policy', '--key', '--out']) {
  test(`plan is refused when ${flag} is an empty text`, async (t) => {
    const harness = await createHarness(t, SCENARIO);
    await harness.write('policy.yaml', 'version: 1\n');
    await assertRefused(harness, {
      argv: [...PLAN, '--key', 'key.pem', flag, ''],
      code: 1,
      says: 'the name of a file is empty',
      hint: 'is a variable of the command line not set?',
    });
  });
}

for (const [flag, file] of [
  ['--policy', 'policy.yaml'],
  ['--key', './key.pem'],
] as const) {
  test(`plan is refused when the plan would take the place of the file of ${flag}`, async (t) => {
    const harness = await createHarness(t, SCENARIO);
    await harness.run(['keygen', '--out', 'key.pem']);
    await harness.write('policy.yaml', 'version: 1\n');
    await assertRefused(harness, {
      argv: ['plan', '--policy', 'policy.yaml', '--key', './key.pem', '--out', file.replace('./', '')],
      code: 1,
      says: `cannot write "./${file.replace('./', '')}": it exists, and is no plan`,
      hint: 'rootsweep never overwrites it; move it away or choose another name',
    });
  });
}

test('show --format is refused when it is none of its formats', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await assertRefused(harness, {
    argv: ['show', 'org.plan.yaml', '--format', 'yaml'],
    code: 1,
    says: '--format takes "text", "json", "markdown", "html", "csv" or "sarif", not "yaml"',
    hint: 'for example: rootsweep show PLAN --format markdown',
  });
});

for (const line of [[], ['--help'], ['-h']]) {
  test(`rootsweep ${line.join(' ')} prints the list of commands and exits 0`, async (t) => {
    const { run } = await createHarness(t, SCENARIO);
    const { code, stdout, stderr } = await run(line);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const command of COMMANDS) {
      assert.match(stdout, new RegExp(`\\n {2}rootsweep ${command} `));
    }
  });
}

for (const command of COMMANDS) {
  test(`rootsweep ${command} --help explains the command and calls nothing`, async (t) => {
    const { run, calls } = await createHarness(t, SCENARIO);
    const { code, stdout, stderr } = await run([...command.split(' '), '--help']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(stdout, /\nOptions\n[\s\S]+\nExamples\n/);
    assert.deepEqual(calls(), []);
  });
}

test('flags may stand before the command', async (t) => {
  const { run } = await createHarness(t, SCENARIO);
  const { code, stdout } = await run(['--json', 'audit']);
  assert.equal(code, 0);
  assert.equal(stdout.trimEnd().split('\n').length, 3);
});
