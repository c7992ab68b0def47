/** Two people apply one plan at the same time: on one machine one of them waits, on two machines both tell the truth. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { planOnce, type Scene } from './spawned.js';

const CALLER = 'arn:aws:iam::111111111111:user/operator';
const IS_DELETION = /Action=(?:Delete|Deactivate)/;

/** Holds every deletion back until somebody opens. */
function closeGate({ emulator }: Scene): () => void {
  const handle = emulator.handle.bind(emulator);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  emulator.handle = async (request) => {
    if (IS_DELETION.test(request.body)) await gate;
    return handle(request);
  };
  return open;
}

for (let round = 1; round <= 3; round += 1) {
  test(`apply says who is at work when two are started together on one plan, round ${round}`, async (t) => {
    const scene = await (await planOnce(t))();
    const open = closeGate(scene);
    const begun = Date.now();
    const both = [scene.spawn(), scene.spawn()] as const;
    // The gate opens once one of them has given up: until then the other is at work.
    const loser = await Promise.race(both.map(({ ended }, index) => ended.then((end) => ({ end, index }))));
    open();
    const [winner = both[0]] = both.filter((_, index) => index !== loser.index);
    const { code, stdout } = await winner.ended;
    assert.equal(code, 0);
    assert.deepEqual(scene.judge.ledgerProblems(stdout, code, 0), []);
    assert.deepEqual([...scene.judge.left(), ...scene.judge.problems()], []);

    assert.equal(loser.end.code, 1);
    const journal = readdirSync(scene.folder).find((name) => name.endsWith('.journal.jsonl')) ?? '';
    const since = /since (\S+)\)/.exec(loser.end.stderr)?.[1];
    const time = Date.parse(since ?? '');
    assert.ok(begun <= time && time <= Date.now(), loser.end.stderr);
    assert.equal(
      loser.end.stderr,
      `Error: the plan is being applied by ${CALLER} (process ${winner.child.pid} on host "${hostname()}", since ${since})
  → wait until that run has ended; if it was killed, make sure that it is gone, remove "${join(scene.folder, journal)}.lock", and run apply again
`,
    );
  });
}

/** A hold-up before some calls of either operator; each seed holds up others. */
function interleave({ emulator }: Scene, seed: number): void {
  const handle = emulator.handle.bind(emulator);
  let state = seed;
  emulator.handle = async (request) => {
    state = (state * 48_271) % 2_147_483_647;
    await sleep(state % 4 === 0 ? state % 60 : 0);
    return handle(request);
  };
}

/** Lets the deletions of two operators through in pairs, as long as both come. @returns how many pairs met. */
function pairUp({ emulator }: Scene): () => number {
  const handle = emulator.handle.bind(emulator);
  let release: (() => void) | undefined;
  let pairs = 0;
  emulator.handle = async (request) => {
    if (IS_DELETION.test(request.body)) {
      const other = release;
      if (other === undefined) {
        const pair = new Promise<void>((resolve) => {
          release = resolve;
        });
        await Promise.race([pair, sleep(500)]);
        release = undefined;
      } else {
        pairs += 1;
        other();
      }
    }
    return handle(request);
  };
  return () => pairs;
}

/** Two operators at once, each with a folder of its own. */
async function runBoth(t: TestContext, scene: Scene): Promise<void> {
  const folders = [scene.folder, await scene.copyFiles('elsewhere')];
  const ends = await Promise.all(folders.map((folder) => scene.spawn({ folder }).ended));
  for (const [index, { stdout, code, stderr }] of ends.entries()) {
    assert.ok([0, 5, 6].includes(code ?? -1), stderr);
    assert.deepEqual(scene.judge.ledgerProblems(stdout, code, 0, folders[index]), []);
  }
  assert.deepEqual(scene.judge.problems(), []);
  const each = scene.judge.deletions.map(({ account, credential }) => `${account} ${credential}`);
  assert.equal(new Set(each).size, each.length);
  const told = ends.map(({ stdout }) => Number(/"type":"ledger".+"actionsProven":(\d+)/.exec(stdout)?.[1]));
  t.diagnostic(
    `exit codes ${ends.map(({ code }) => code).join(' and ')}; ${each.length} deletions, told ${told.join(' and ')}; left: ${scene.judge.left().length}`,
  );
  // Nobody takes the credit for what the other did, and nothing goes untold.
  assert.equal(
    told.reduce((sum, some) => sum + some),
    each.length,
  );
}

for (const seed of [1, 2, 3, 4]) {
  test(`apply tells the truth when it runs on two machines at once, hold-ups ${seed}`, async (t) => {
    const scene = await (await planOnce(t))();
    interleave(scene, seed);
    await runBoth(t, scene);
  });
}

test('apply tells the truth when it runs on two machines at once, deletions in pairs', async (t) => {
  const scene = await (await planOnce(t))();
  const pairs = pairUp(scene);
  await runBoth(t, scene);
  assert.ok(pairs() > 0);
});
