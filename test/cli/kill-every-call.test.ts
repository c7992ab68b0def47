/** Promise 7: whichever call to AWS was the last of a killed run, the next run ends as if nothing had happened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallPoint, callPoints, killRunAtCall } from './kills.js';
import { checkPoints, findResumeProblems, planOnce, type Scene } from './spawned.js';

async function checkPoint(scene: Scene, point: CallPoint): Promise<string[]> {
  return [...(await killRunAtCall(scene, point)), ...(await findResumeProblems(scene))];
}

test('apply continues to the planned end when the run before it was killed at any call to AWS', async (t) => {
  const openScene = await planOnce(t);
  const undisturbed = await openScene();
  const { code, stdout, stderr } = await undisturbed.spawn().ended;
  assert.equal(code, 0, stderr);
  assert.deepEqual(undisturbed.judge.ledgerProblems(stdout, code, 0), []);
  assert.deepEqual(undisturbed.judge.left(), []);
  const { calls } = undisturbed.emulator;
  const points = callPoints(calls);
  const failed = await checkPoints(points, async (point) => checkPoint(await openScene(), point));
  const resumed = points.length - failed.length;
  t.diagnostic(
    `${points.length} kill points at ${calls.length} calls; ${resumed} resumed to the planned end`,
  );
  assert.deepEqual(failed, []);
  assert.equal(undisturbed.judge.deletions.length, 7);
});
