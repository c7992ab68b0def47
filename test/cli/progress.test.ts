/** Progress where it is drawn: at a real terminal, while somebody looks. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecords } from './judge.js';
import { ORGANIZATION } from './planned.js';
import { BIN, planOnce, type Scene } from './spawned.js';
import { needsTmux, openTerminal, PROMPT, type Terminal } from './terminal.js';

const APPLY = 'apply org.plan.yaml --policy policy.yaml --trust trust.yaml';
const CONFIRMED = `${APPLY} --confirm ${ORGANIZATION}`;
/** Four of the five accounts are done, and one is held up. */
const HELD_AUDIT = 'Auditing: 4 of 5 accounts';
/** A little longer than what counts as the same Ctrl-C, and than it takes to draw. */
const LATER = 350;

interface Stage extends Terminal {
  readonly scene: Scene;
  /** Lets all go on. */
  readonly release: () => void;
  /** Waits until the last line of the screen begins so. */
  readonly waitForStatus: (start: string) => Promise<string[]>;
  readonly waitForPrompt: () => Promise<string[]>;
}

/** @param held requests whose body is so are not answered before they are released. */
async function openStage(
  t: TestContext,
  held: RegExp,
  { columns = 200, env = {} }: { columns?: number; env?: Readonly<Record<string, string>> } = {},
): Promise<Stage> {
  const scene = await (await planOnce(t))();
  const { emulator, server, folder } = scene;
  const handle = emulator.handle.bind(emulator);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  emulator.handle = async (request) => {
    if (held.test(request.body)) await released;
    return handle(request);
  };
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  const terminal = await openTerminal(t, {
    columns,
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      rootsweep: `${process.execPath} ${BIN}`,
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...env,
    },
  });
  return {
    ...terminal,
    scene,
    release,
    waitForStatus: (start) => terminal.waitUntil(start, (lines) => lines.at(-1)?.startsWith(start) === true),
    waitForPrompt: () => terminal.waitUntil('the prompt', (lines) => lines.at(-1) === PROMPT),
  };
}

const AT_MFA = 'Wave 1 of 2: 0 of 2 accounts · deleting in 1 · shop';
const isAtMfa = (lines: readonly string[]) =>
  lines.at(-2)?.startsWith('333333333333: deleting mfa-device') === true && lines.at(-1) === AT_MFA;

const LEGACY_AUDIT = /Action=AssumeRoot.*444444444444/;
/** A slow machine takes long enough for a rate to show. */
const withoutRate = (line: string) => line.replace(/(?: · \S+\/(?:s|min))?(?: · .+ left)?$/, '');
const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '');

test('audit draws its progress in the last line, and leaves nothing of it', needsTmux, async (t) => {
  const stage = await openStage(t, LEGACY_AUDIT);
  await stage.type('$rootsweep audit');
  const drawn = (await stage.waitForStatus(HELD_AUDIT)).map(withoutRate);
  assert.deepEqual(drawn, ['$ $rootsweep audit', HELD_AUDIT]);
  const coloured = await stage.screen('coloured');
  assert.ok(coloured.at(-1)?.startsWith('\u001b[1mAuditing'), coloured.at(-1));
  assert.ok((await stage.written()).includes('\u001b[?7l'));
  stage.release();
  const ended = await stage.waitForPrompt();

  const { stdout, stderr } = await stage.scene.spawn({ argv: ['audit'] }).ended;
  assert.deepEqual(ended, ['$ $rootsweep audit', ...linesOf(stdout + stderr), PROMPT]);
});

test('audit draws without colour when there is to be none', needsTmux, async (t) => {
  const stage = await openStage(t, LEGACY_AUDIT);
  await stage.type('$rootsweep audit --no-color');
  await stage.waitForStatus(HELD_AUDIT);
  assert.equal(withoutRate((await stage.screen('coloured')).at(-1) ?? ''), HELD_AUDIT);
  stage.release();
  await stage.waitForPrompt();
});

test('audit writes to stdout what it writes without progress', needsTmux, async (t) => {
  const stage = await openStage(t, LEGACY_AUDIT);
  await stage.type('$rootsweep audit --json > out.json');
  assert.equal((await stage.waitForStatus(HELD_AUDIT)).length, 2);
  stage.release();
  assert.deepEqual(await stage.waitForPrompt(), ['$ $rootsweep audit --json > out.json', PROMPT]);
  const { stdout } = await stage.scene.spawn({ argv: ['audit', '--json', '--quiet'] }).ended;
  assert.equal(await readFile(join(stage.scene.folder, 'out.json'), 'utf8'), stdout);
});

for (const [what, flags, env] of [
  ['--quiet is given', ' --quiet', {}],
  ['the terminal can only print', '', { TERM: 'dumb' }],
  ['a CI system shows the terminal', '', { CI: 'true' }],
] as const) {
  test(`audit draws nothing when ${what}`, needsTmux, async (t) => {
    const set = Object.entries(env)
      .map(([name, value]) => `${name}=${value} `)
      .join('');
    const stage = await openStage(t, LEGACY_AUDIT);
    await stage.type(`${set}$rootsweep audit${flags}`);
    const { emulator } = stage.scene;
    while (!emulator.calls.some(({ account }) => account === '333333333333')) await sleep(20);
    await sleep(2 * LATER);
    stage.release();
    await stage.waitForPrompt();
    // A run of more than ten seconds prints lines there, which are not drawn: a drawn one turns wrapping off.
    assert.equal((await stage.written()).includes('\u001b[?7l'), false);
  });
}

for (const columns of [30, 20]) {
  test(`apply wraps nothing of its progress on a terminal of ${columns} columns`, needsTmux, async (t) => {
    const stage = await openStage(t, /Action=DeactivateMFADevice/, { columns });
    await stage.type(`clear; $rootsweep ${CONFIRMED} > out.txt`);
    const status = columns === 30 ? 'Wave 1 of 2: 0 of 2 accounts' : 'Wave 1 of 2: 0/2';
    const isStatus = (line: string) => line.startsWith(status);
    const lines = await stage.waitForStatus(status);
    assert.equal(lines.filter(isStatus).length, 1);
    stage.release();
    assert.deepEqual((await stage.waitForPrompt()).filter(isStatus), []);
  });
}

test(
  'apply draws below the lines that it tells, and nothing behind the question that it asks',
  needsTmux,
  async (t) => {
    const stage = await openStage(t, /Action=DeactivateMFADevice/);
    await stage.type(`$rootsweep ${APPLY}`);
    const question = 'This cannot be undone. Type the organization id to go on:';
    await stage.waitForStatus(question);
    await sleep(LATER);
    assert.equal((await stage.screen()).at(-1), question);
    await stage.type(ORGANIZATION);
    const lines = await stage.waitUntil('the second deletion', isAtMfa);
    const [asked, wave, ...deletions] = lines.slice(-6, -1);
    assert.equal(asked, `${question} ${ORGANIZATION}`);
    assert.equal(wave, 'Wave 1 of 2: 1 account');
    assert.ok(deletions.every((line) => line.startsWith('333333333333: ')));
    stage.release();
    const ended = await stage.waitForPrompt();
    assert.deepEqual(
      ended.filter((line) => /^Wave \d of 2: \d of/.test(line)),
      [],
    );
    assert.ok(ended.some((line) => line.startsWith('Apply complete. ')));
  },
);

test(
  'apply says after Ctrl-C that it finishes the account at work, and leaves a clean terminal',
  needsTmux,
  async (t) => {
    const stage = await openStage(t, /Action=DeactivateMFADevice/);
    await stage.type(`$rootsweep ${CONFIRMED}`);
    await stage.waitUntil('the second deletion', isAtMfa);
    await stage.press('C-c');
    const lines = await stage.waitForStatus('Stopping: finishing 1 account · deleting in 1 · shop');
    assert.match(lines.at(-2) ?? '', /^Stopping: no further account is begun;/);
    stage.release();
    const ended = await stage.waitForPrompt();
    assert.deepEqual(
      ended.filter((line) => /finishing|accounts ·|\^C/.test(line)),
      [],
    );
    assert.match(ended.at(-2) ?? '', /^Next: to go on with what is left/);
    assert.equal(readRecords(stage.scene.folder).at(-1)?.type, 'run-ended');
  },
);

test('apply leaves a clean terminal when a second Ctrl-C ends it at once', needsTmux, async (t) => {
  const stage = await openStage(t, /Action=DeactivateMFADevice/);
  await stage.type(`$rootsweep ${CONFIRMED}`);
  await stage.waitUntil('the second deletion', isAtMfa);
  await stage.press('C-c');
  await stage.waitForStatus('Stopping: finishing 1 account');
  await sleep(LATER);
  await stage.press('C-c');
  const ended = await stage.waitForPrompt();
  assert.deepEqual(
    ended.filter((line) => /finishing|accounts ·/.test(line)),
    [],
  );
  assert.match(ended.at(-2) ?? '', /^Stopping: no further account is begun;/);
  assert.equal(readRecords(stage.scene.folder).at(-1)?.type, 'action-intended');
});

test(
  'apply draws one line, and leaves none, when the terminal is resized under way',
  needsTmux,
  async (t) => {
    const stage = await openStage(t, /Action=DeactivateMFADevice/, { columns: 120 });
    await stage.type(`$rootsweep ${CONFIRMED} > out.txt`);
    await stage.waitUntil('the second deletion', isAtMfa);
    for (const [columns, status] of [
      [40, 'Wave 1 of 2: 0 of 2 accounts · shop'],
      [24, 'Wave 1 of 2: 0/2'],
      [120, AT_MFA],
    ] as const) {
      await stage.resize(columns);
      const lines = await stage.waitForStatus(status);
      assert.deepEqual(lines.filter((line) => /of 2: 0/.test(line)).length, 1, lines.join('\n'));
    }
    stage.release();
    const ended = await stage.waitForPrompt();
    assert.deepEqual(
      ended.filter((line) => /of 2: \d/.test(line)),
      ended.filter((line) => /of 2: 1 account$/.test(line)),
    );
  },
);

test('audit leaves a clean terminal when it is interrupted', needsTmux, async (t) => {
  const stage = await openStage(t, LEGACY_AUDIT);
  await stage.type('$rootsweep audit');
  await stage.waitForStatus(HELD_AUDIT);
  // Where nothing is deleted, the wait for AWS's answer ends at once.
  await stage.press('C-c');
  const ended = await stage.waitForPrompt();
  assert.deepEqual(
    ended.filter((line) => /Auditing|Stopping/.test(line)),
    [],
  );
});
