/** Promise 7: wherever in its journal a killed run stopped, the next run ends as if nothing had happened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecords } from './judge.js';
import { doomAtRecord, killRunAtRecord, type RecordPoint, recordPoints } from './kills.js';
import { checkPoints, findResumeProblems, planOnce, type Scene } from './spawned.js';

async function checkPoint(scene: Scene, point: RecordPoint): Promise<string[]> {
  return [...(await killRunAtRecord(scene, point)), ...(await findResumeProblems(scene))];
}

test('apply continues to the planned end when the run before it was killed at any record', async (t) => {
  const openScene = await planOnce(t);
  const undisturbed = await openScene();
  const { code } = await undisturbed.spawn(doomAtRecord({ record: 0, when: 'synced' })).ended;
  assert.equal(code, 0);
  const records = readRecords(undisturbed.folder).length;
  const points = recordPoints(records);
  const failed = await checkPoints(points, async (point) => checkPoint(await openScene(), point));
  const resumed = points.length - failed.length;
  t.diagnostic(`${points.length} kill points at ${records} records; ${resumed} resumed to the planned end`);
  assert.deepEqual(failed, []);
});
