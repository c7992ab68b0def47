/** Promise 9, with real signals: the first one stops a run in good order, the second one at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecords } from './judge.js';
import { findResumeProblems, planOnce, type Scene, type Spawned } from './spawned.js';

const STOPPING =
  'Stopping: no further account is begun; those at work are finished first. Once more stops at once, and the next run continues from the journal.\n';

/** Calls `act` when a run is in the middle of the first account: at its second deletion. Waits for it. */
function atSecondDeletion({ emulator }: Scene, act: () => Promise<void> | void): void {
  const handle = emulator.handle.bind(emulator);
  let seen = 0;
  emulator.handle = async (request) => {
    if (/Action=(?:Delete|Deactivate)/.test(request.body)) {
      seen += 1;
      if (seen === 2) await act();
    }
    return handle(request);
  };
}

/** A little longer than what counts as the same request. */
const LATER = 350;

async function sayStopping(spawned: Spawned, signal: NodeJS.Signals): Promise<void> {
  spawned.child.kill(signal);
  const { child } = spawned;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  while (!spawned.stderr().includes(STOPPING) && !hasEnded()) await sleep(5);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`apply finishes the account at work and begins no other when it gets ${signal}`, async (t) => {
    const scene = await (await planOnce(t))();
    atSecondDeletion(scene, () => sayStopping(spawned, signal));
    const spawned = scene.spawn();
    const { code, stdout, stderr } = await spawned.ended;
    assert.equal(code, 130);
    assert.equal(stderr.split(STOPPING).length, 2);
    assert.deepEqual(scene.judge.ledgerProblems(stdout, code, 0), []);
    assert.deepEqual(new Set(scene.judge.deletions.map(({ account }) => account)), new Set(['333333333333']));
    assert.equal(scene.judge.deletions.length, 3);
    assert.equal(readRecords(scene.folder).at(-1)?.type, 'run-ended');
    assert.deepEqual(await findResumeProblems(scene), []);
  });

  test(`apply ends at once when it gets a second ${signal} later`, async (t) => {
    const scene = await (await planOnce(t))();
    atSecondDeletion(scene, async () => {
      await sayStopping(spawned, signal);
      await sleep(LATER);
      spawned.child.kill(signal);
      await spawned.ended;
    });
    const spawned = scene.spawn();
    assert.equal((await spawned.ended).signal, signal);
    // Every line is whole, and the last says what was about to be done.
    const last = readRecords(scene.folder).at(-1);
    assert.deepEqual([last?.type, last?.kind], ['action-intended', 'delete-mfa-device']);
    assert.deepEqual(await findResumeProblems(scene), []);
  });
}

/** However slow the machine is, no time passes for the child between two signals. */
const ONE_MOMENT = "Object.defineProperty(performance, 'now', { value: () => 0 });";

test('apply takes two SIGINT within the same moment for one', async (t) => {
  const scene = await (await planOnce(t))();
  atSecondDeletion(scene, async () => {
    await sayStopping(spawned, 'SIGINT');
    spawned.child.kill('SIGINT');
    await sleep(LATER);
  });
  const spawned = scene.spawn({ nodeArgv: ['--import', `data:text/javascript,${ONE_MOMENT}`] });
  const { code, stdout } = await spawned.ended;
  assert.equal(code, 130);
  assert.deepEqual(scene.judge.ledgerProblems(stdout, code, 0), []);
  assert.equal(scene.judge.deletions.length, 3);
});

test('apply ends at once when SIGTERM follows SIGINT later', async (t) => {
  const scene = await (await planOnce(t))();
  atSecondDeletion(scene, async () => {
    await sayStopping(spawned, 'SIGINT');
    await sleep(LATER);
    spawned.child.kill('SIGTERM');
    await spawned.ended;
  });
  const spawned = scene.spawn();
  assert.equal((await spawned.ended).signal, 'SIGTERM');
  assert.deepEqual(await findResumeProblems(scene), []);
});

test('apply ends with 0 when it is told to stop while it works on the last account', async (t) => {
  const scene = await (await planOnce(t))();
  const { emulator } = scene;
  const handle = emulator.handle.bind(emulator);
  let asked = false;
  emulator.handle = async (request) => {
    if (!asked && request.body.includes('Action=DeleteAccessKey')) {
      asked = true;
      await sayStopping(spawned, 'SIGINT');
    }
    return handle(request);
  };
  const spawned = scene.spawn();
  const { code, stdout } = await spawned.ended;
  assert.equal(code, 0);
  assert.deepEqual([...scene.judge.ledgerProblems(stdout, code, 0), ...scene.judge.left()], []);
});
