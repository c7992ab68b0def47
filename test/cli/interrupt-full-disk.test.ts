/** Promise 7 on a disk that fills up: nothing is deleted without its whole intent there, and there is a way on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPoints, findResumeProblems, planOnce, type Scene } from './spawned.js';

/** The journal of a whole run has about 8 KiB; a limit hits in the middle of a record, hardly ever between two. */
const KIBIBYTES = [0, 1, 2, 3, 4, 5, 6, 7];

async function checkLimit(scene: Scene, limit: number): Promise<string[]> {
  const { code, stdout, stderr } = await scene.spawn({ shell: `ulimit -f ${limit}; exec "$@"` }).ended;
  const { judge } = scene;
  const told = `${stdout}${stderr}`;
  return [
    ...(code === 1 || code === 6 ? [] : [`exit code ${code}: ${stderr}`]),
    ...(/cannot write the (?:journal|lock) \\?".+": /.test(told) ? [] : [`no clear sentence: ${told}`]),
    ...(judge.left().length > 0 ? [] : ['the limit was not reached']),
    ...judge.problems(),
    ...(code === 6 ? judge.ledgerProblems(stdout, code, 0) : []),
    ...(await findResumeProblems(scene)),
  ];
}

test('apply stops with a clear sentence when the disk fills up, and goes on when there is room', async (t) => {
  const openScene = await planOnce(t);
  const failed = await checkPoints(KIBIBYTES, async (limit) => checkLimit(await openScene(), limit));
  t.diagnostic(`${KIBIBYTES.length} sizes, ${KIBIBYTES.length - failed.length} ended as they should`);
  assert.deepEqual(failed, []);
});
