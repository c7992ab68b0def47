/** Promise 9 in a container, where rootsweep is the first process: the system spares that one its own signals. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findResumeProblems, planOnce } from './spawned.js';

const UNSHARE = ['--pid', '--fork', '--kill-child'];
const hasNamespaces = spawnSync('unshare', [...UNSHARE, 'true']).status === 0;

/** The process id, as it is here, of the first process of the container. */
function firstProcessOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`apply as the first process of a container ends at once when it gets a second ${signal}`, async (t) => {
    if (!hasNamespaces) return t.skip('unshare(1) cannot make a namespace of process ids here');
    const scene = await (await planOnce(t))();
    const { emulator } = scene;
    const handle = emulator.handle.bind(emulator);
    let asked = false;
    emulator.handle = async (request) => {
      if (!asked && request.body.includes('Action=DeactivateMFADevice')) {
        asked = true;
        const first = firstProcessOf(spawned.child.pid ?? 0);
        process.kill(first, signal);
        while (!spawned.stderr().includes('Stopping: ')) await sleep(5);
        await sleep(350);
        process.kill(first, signal);
        await spawned.ended;
      }
      return handle(request);
    };
    const spawned = scene.spawn({ shell: `exec unshare ${UNSHARE.join(' ')} "$@"` });
    const { code } = await spawned.ended;
    assert.equal(code, exitCode);
    // Its lock is of another set of process ids, and stays until somebody who knows removes it.
    const { stderr } = await scene.resume();
    const lock = /remove "(.+?)", and run apply again/.exec(stderr)?.[1] ?? '';
    spawnSync('rm', [lock]);
    assert.deepEqual(await findResumeProblems(scene), []);
  });
}
