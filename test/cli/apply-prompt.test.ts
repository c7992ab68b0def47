import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

const QUESTION = 'This cannot be undone. Type the organization id to go on: ';
const DELETED = [
  'DeleteLoginProfile 333333333333',
  'DeactivateMFADevice 333333333333',
  'DeactivateMFADevice 333333333333',
];

async function arrange(t: TestContext): Promise<Planned> {
  const planned = await createPlanned(t);
  assert.equal((await planned.plan()).code, 0);
  return planned;
}

for (const typed of [ORGANIZATION, `  ${ORGANIZATION} `]) {
  test(`apply goes on when "${typed}" is typed`, async (t) => {
    const planned = await arrange(t);
    const { code, stderr } = await planned.apply([], { typed });
    assert.equal(code, 0);
    assert.ok(stderr.includes(QUESTION));
    assert.deepEqual(planned.deletions(), DELETED);
  });
}

const REFUSED = [
  '',
  'yes',
  'y',
  'o-otherorgid00',
  ORGANIZATION.toUpperCase(),
  ORGANIZATION.slice(0, -1),
  '3',
];
for (const typed of REFUSED) {
  test(`apply ends with exit code 8 when "${typed}" is typed`, async (t) => {
    const planned = await arrange(t);
    const { code, stdout, stderr } = await planned.apply(['--quiet'], { typed });
    assert.equal(code, 8);
    assert.equal(stdout, '');
    assert.equal(stderr, `${QUESTION}Error: cancelled; nothing was deleted\n`);
    assert.deepEqual(planned.deletions(), []);
  });
}

const AT_TERMINAL = { stdin: true, stdout: true, stderr: true };

test('apply ends with exit code 8 when the input ends without a line', async (t) => {
  const planned = await arrange(t);
  const stdin = new PassThrough();
  stdin.end();
  const { code, stderr } = await planned.apply(['--quiet'], { stdin, terminal: AT_TERMINAL });
  assert.equal(code, 8);
  assert.equal(stderr, `${QUESTION}\nError: cancelled; nothing was deleted\n`);
  assert.deepEqual(planned.deletions(), []);
});

test('apply takes only the first line that is typed', async (t) => {
  const planned = await arrange(t);
  const { code } = await planned.apply([], { typed: `no\n${ORGANIZATION}` });
  assert.equal(code, 8);
  assert.deepEqual(planned.deletions(), []);
});

test('apply ends with exit code 130 when it is interrupted while it asks', async (t) => {
  const planned = await arrange(t);
  const stop = new AbortController();
  const stderr = new PassThrough({ encoding: 'utf8' });
  const asked = once(stderr, 'readable');
  const options = { stdin: new PassThrough(), stderr, terminal: AT_TERMINAL, stop: stop.signal };
  const running = planned.apply(['--quiet'], options);
  await asked;
  stop.abort();
  const { code } = await running;
  assert.equal(code, 130);
  assert.equal(stderr.read(), `${QUESTION}\nError: interrupted; nothing was deleted\n`);
  assert.deepEqual(planned.deletions(), []);
});

test('apply says before it asks what it will delete, as whom, and by which digest', async (t) => {
  const planned = await arrange(t);
  const { stderr } = await planned.apply([], { typed: 'no' });
  const [scope = ''] = stderr.split(QUESTION);
  assert.match(scope, /o-exampleorgid/);
  assert.match(scope, /arn:aws:iam::111111111111:user\/operator/);
  assert.match(scope, /[0-9a-f]{64}/);
  assert.match(scope, /1 account/);
});

for (const terminal of [
  { stdin: false, stdout: true, stderr: true },
  { stdin: true, stdout: true, stderr: false },
]) {
  test(`apply is refused without --confirm when only ${terminal.stdin ? 'stdin' : 'stderr'} is a terminal`, async (t) => {
    const planned = await arrange(t);
    const apply = { ...planned, run: planned.apply };
    await assertRefused(apply, {
      argv: ['--quiet'],
      options: { terminal },
      code: 1,
      says: 'apply asks before it deletes, and there is no terminal to ask at',
      hint: `pass --confirm ${ORGANIZATION}`,
      calls: true,
    });
  });
}

test('apply does not read an answer from a pipe', async (t) => {
  const planned = await arrange(t);
  const stdin = new PassThrough();
  stdin.end(`${ORGANIZATION}\n`);
  const { code } = await planned.apply([], { stdin });
  assert.equal(code, 1);
  assert.deepEqual(planned.deletions(), []);
});

for (const confirm of ['o-otherorgid00', 'yes', '', ` ${ORGANIZATION}`]) {
  test(`apply is refused when --confirm is "${confirm}"`, async (t) => {
    const planned = await arrange(t);
    await assertRefused(
      { ...planned, run: planned.apply },
      {
        argv: ['--quiet', '--confirm', confirm],
        code: 4,
        says: `--confirm names "${confirm}", the plan is for organization "o-exampleorgid"`,
        hint: `if that is what you mean, pass --confirm ${ORGANIZATION}`,
        calls: true,
      },
    );
  });
}

test('apply asks nothing when the plan deletes nothing', async (t) => {
  const planned = await createPlanned(t, {
    scenario: `organization: { id: ${ORGANIZATION} }\naccounts: [{ id: "222222222222" }]\n`,
  });
  await planned.plan();
  const { code, stdout, stderr } = await planned.apply([]);
  assert.equal(code, 0);
  assert.equal(stdout, 'Nothing to do: the plan changes nothing in the accounts that were asked for.\n');
  assert.equal(stderr, '');
});

for (const [flag, says] of [
  ['--only', '--only names account "222222222222", in which the plan changes nothing'],
  ['--exclude', '--exclude names account "222222222222", in which the plan changes nothing'],
] as const) {
  test(`apply is refused before it calls AWS when ${flag} names an account that the plan leaves alone`, async (t) => {
    const planned = await arrange(t);
    await assertRefused(
      { ...planned, run: planned.apply },
      {
        argv: ['--confirm', ORGANIZATION, flag, '222222222222'],
        code: 1,
        says,
        hint: 'see the plan with: rootsweep show org.plan.yaml',
      },
    );
  });
}
