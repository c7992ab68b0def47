/** A terminal that was closed and a reader that has seen enough are no reason to stop half way through a deletion. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { readRecords } from './judge.js';
import { createPlanned } from './planned.js';
import { BIN, findResumeProblems, PLAN, planOnce, thisProcess } from './spawned.js';

test('apply finishes the account at work when its terminal is closed', async (t) => {
  const scene = await (await planOnce(t))();
  const { emulator } = scene;
  const handle = emulator.handle.bind(emulator);
  let seen = 0;
  emulator.handle = async (request) => {
    seen += /Action=(?:Delete|Deactivate)/.test(request.body) ? 1 : 0;
    if (seen === 2) {
      spawned.child.stdout?.destroy();
      spawned.child.stderr?.destroy();
      // Shell and kernel may both say it.
      spawned.child.kill('SIGHUP');
      await new Promise((resolve) => setTimeout(resolve, 350));
      spawned.child.kill('SIGHUP');
      seen += 1;
    }
    return handle(request);
  };
  const spawned = scene.spawn();
  assert.equal((await spawned.ended).code, 130);
  assert.equal(scene.judge.deletions.length, 3);
  const last = readRecords(scene.folder).at(-1);
  assert.deepEqual([last?.type, last?.exitCode], ['run-ended', 130]);
  assert.deepEqual(await findResumeProblems(scene), []);
});

for (const [name, shell] of [
  ['stdout closes at once', '"$@" | true; exit $PIPESTATUS'],
  ['stdout closes after the first line', '"$@" | head -n 1; exit $PIPESTATUS'],
  ['stdout and stderr close at once', '"$@" 2>&1 | true; exit $PIPESTATUS'],
] as const) {
  test(`apply does all its work and ends with 0 when the reader of ${name}`, async (t) => {
    const scene = await (await planOnce(t))();
    const { code, stderr } = await scene.spawn({ shell }).ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual([...scene.judge.left(), ...scene.judge.problems()], []);
    assert.equal(readRecords(scene.folder).at(-1)?.exitCode, 0);
  });
}

test('apply does all its work and ends with 1 when stdout cannot be written to', async (t) => {
  const scene = await (await planOnce(t))();
  const { code } = await scene.spawn({ shell: '"$@" 1< policy.yaml' }).ended;
  assert.equal(code, 1);
  assert.deepEqual([...scene.judge.left(), ...scene.judge.problems()], []);
});

test('verify ends with 4 for a plan that is refused, when stdout cannot be written to', async (t) => {
  const { folder, run, write, read } = await createPlanned(t);
  await run(PLAN, thisProcess());
  await write('org.plan.yaml', (await read('org.plan.yaml')).replace('plannedBy: ', 'plannedBy:  '));
  const argv = [BIN, 'verify', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--json'];
  const script = '"$0" "$@" 1< policy.yaml';
  const { status } = spawnSync('bash', ['-c', script, process.execPath, ...argv], { cwd: folder });
  assert.equal(status, 4);
});
