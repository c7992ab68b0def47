/** Promise 7: wherever in its journal a killed run stopped, the next run ends as if nothing had happened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecords } from './judge.js';
import { checkPoints, findResumeProblems, planOnce, type Scene } from './spawned.js';

/** `unsynced`: written, and not yet known to be on the disk. */
const MOMENTS = ['unwritten', 'torn', 'unsynced', 'synced'] as const;

interface Point {
  /** From 1. */
  readonly record: number;
  readonly when: (typeof MOMENTS)[number];
}

/** Runs in the child before the CLI does, and lets it kill itself at a record of its journal. */
const PRELOAD = `
import { open } from 'node:fs/promises';
const file = await open('/dev/null');
const prototype = Object.getPrototypeOf(file);
await file.close();
const { appendFile, datasync } = prototype;
let records = 0;
const dieAt = (when) => {
  if (records === Number(process.env.RECORD) && when === process.env.WHEN) process.kill(process.pid, 'SIGKILL');
};
prototype.appendFile = async function (text) {
  records += 1;
  dieAt('unwritten');
  const half = Math.floor(text.length / 2);
  await appendFile.call(this, text.slice(0, half));
  dieAt('torn');
  await appendFile.call(this, text.slice(half));
};
prototype.datasync = async function () {
  dieAt('unsynced');
  await datasync.call(this);
  dieAt('synced');
};
`;

function spawnDoomed(scene: Scene, { record, when }: Point) {
  return scene.spawn({
    nodeArgv: ['--import', `data:text/javascript,${encodeURIComponent(PRELOAD)}`],
    env: { RECORD: String(record), WHEN: when },
  });
}

async function checkPoint(scene: Scene, point: Point): Promise<string[]> {
  const { signal } = await spawnDoomed(scene, point).ended;
  const written = readRecords(scene.folder).length;
  const expected = point.when === 'unwritten' || point.when === 'torn' ? point.record - 1 : point.record;
  return [
    ...(signal === 'SIGKILL' ? [] : ['it was not killed']),
    ...(written === expected ? [] : [`${written} whole records, not ${expected}`]),
    ...(await findResumeProblems(scene)),
  ];
}

test('apply continues to the planned end when the run before it was killed at any record', async (t) => {
  const openScene = await planOnce(t);
  const undisturbed = await openScene();
  const { code } = await spawnDoomed(undisturbed, { record: 0, when: 'synced' }).ended;
  assert.equal(code, 0);
  const records = readRecords(undisturbed.folder).length;
  // To those who come later, a record not written is like a torn one, and one in the page cache like one on the disk;
  // what is left after a whole one is what kill-every-call meets at the next call.
  const every = MOMENTS.flatMap((when) =>
    Array.from({ length: records }, (_, index): Point => ({ record: index + 1, when })),
  );
  const points = every.filter(
    ({ record, when }) =>
      process.env.EVERY_KILL !== undefined || when === 'torn' || (when === 'synced' && record === records),
  );
  const failed = await checkPoints(points, async (point) => checkPoint(await openScene(), point));
  const resumed = points.length - failed.length;
  t.diagnostic(`${points.length} kill points at ${records} records; ${resumed} resumed to the planned end`);
  assert.deepEqual(failed, []);
});
