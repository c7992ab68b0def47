/** Promise 7: whichever call to AWS was the last of a killed run, the next run ends as if nothing had happened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPoints, findResumeProblems, planOnce, type Scene, type Spawned } from './spawned.js';

interface Point {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** Kills when a call arrives, before or after it takes effect; either way nobody gets an answer any more. */
function killAt({ emulator }: Scene, { call, when }: Point, victim: () => Spawned): void {
  const handle = emulator.handle.bind(emulator);
  let arrived = 0;
  emulator.handle = async (request) => {
    arrived += 1;
    if (arrived === call && when === 'after') await handle(request);
    if (arrived === call) victim().child.kill('SIGKILL');
    if (arrived >= call) throw new Error('the caller is dead');
    return handle(request);
  };
}

async function checkPoint(scene: Scene, point: Point): Promise<string[]> {
  const { handle } = scene.emulator;
  killAt(scene, point, () => spawned);
  const spawned = scene.spawn();
  const { signal } = await spawned.ended;
  scene.emulator.handle = handle;
  const problems = signal === 'SIGKILL' ? [] : ['it was not killed'];
  return [...problems, ...(await findResumeProblems(scene))];
}

test('apply continues to the planned end when the run before it was killed at any call to AWS', async (t) => {
  const openScene = await planOnce(t);
  const undisturbed = await openScene();
  const { code, stdout, stderr } = await undisturbed.spawn().ended;
  assert.equal(code, 0, stderr);
  assert.deepEqual(undisturbed.judge.ledgerProblems(stdout, code, 0), []);
  assert.deepEqual(undisturbed.judge.left(), []);
  const { calls } = undisturbed.emulator;
  const points = calls.flatMap(({ effect }, index): Point[] => [
    { call: index + 1, when: 'before' },
    // After a read nothing is different from before it.
    ...(effect === undefined && process.env.EVERY_KILL === undefined
      ? []
      : [{ call: index + 1, when: 'after' } as const]),
  ]);
  const failed = await checkPoints(points, async (point) => checkPoint(await openScene(), point));
  const resumed = points.length - failed.length;
  t.diagnostic(
    `${points.length} kill points at ${calls.length} calls; ${resumed} resumed to the planned end`,
  );
  assert.deepEqual(failed, []);
  assert.equal(undisturbed.judge.deletions.length, 7);
});
