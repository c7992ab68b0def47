/** The lock of a killed run: the next run on the same machine takes it over, and on another machine refuses. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findResumeProblems, planOnce, type Scene, thisProcess } from './spawned.js';

interface Holder {
  readonly caller: string;
  readonly pid: number;
  readonly since: string;
}

function findLock({ folder }: Scene, suffix = '.lock'): string {
  return join(folder, readdirSync(folder).find((name) => name.endsWith(suffix)) ?? 'no lock');
}

/** A scene in which a run was killed when it was about to delete for the first time. */
async function leaveLock(t: TestContext): Promise<{ scene: Scene; holder: Holder }> {
  const scene = await (await planOnce(t))();
  const { emulator } = scene;
  const handle = emulator.handle.bind(emulator);
  const { child, ended } = scene.spawn();
  emulator.handle = async (request) => {
    if (!request.body.includes('Action=Delete')) return handle(request);
    child.kill('SIGKILL');
    throw new Error('the caller is dead');
  };
  assert.equal((await ended).signal, 'SIGKILL');
  emulator.handle = handle;
  const holder = JSON.parse(readFileSync(findLock(scene), 'utf8')) as Holder;
  assert.equal(holder.pid, child.pid);
  return { scene, holder };
}

test('apply takes the lock of a killed run over and says so when it runs on the same host', async (t) => {
  const { scene, holder } = await leaveLock(t);
  const { code, stderr } = await scene.spawn().ended;
  assert.equal(code, 0);
  const note = `Note: the run of ${holder.caller} (process ${holder.pid}, since ${holder.since}) did not end; this one takes its journal over.\n`;
  assert.ok(stderr.includes(`\n${note}rootsweep will delete `), stderr);
  assert.deepEqual(scene.judge.left(), []);
  assert.deepEqual(
    readdirSync(scene.folder).filter((name) => name.includes('lock')),
    [],
  );
});

test('apply refuses the lock of a killed run when it runs on another host', async (t) => {
  const { scene, holder } = await leaveLock(t);
  const { code, stdout, stderr } = await scene.resume({ host: 'another-host' });
  assert.equal(code, 1);
  assert.equal(
    stderr,
    `Error: the plan is being applied by ${holder.caller} (process ${holder.pid} on host "${hostname()}", since ${holder.since})
  → wait until that run has ended; if it was killed, make sure that it is gone, remove "${findLock(scene)}", and run apply again
`,
  );
  assert.match(stdout, /^\{"version":1,"type":"error","code":"JOURNAL_LOCKED",.+"exitCode":1\}\n$/);
  assert.deepEqual(scene.judge.deletions, []);
});

/** Runs in the child before the CLI does: kills it at the n-th name that it gives to a lock, before or after. */
const PRELOAD = `
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
const { link } = promises;
let links = 0;
promises.link = async (...paths) => {
  links += 1;
  const die = (when) => {
    if (links === Number(process.env.LINK) && when === process.env.WHEN) process.kill(process.pid, 'SIGKILL');
  };
  die('before');
  await link(...paths);
  die('after');
};
syncBuiltinESMExports();
`;

function spawnDoomed(scene: Scene, nth: number, when: 'before' | 'after') {
  return scene.spawn({
    nodeArgv: ['--import', `data:text/javascript,${encodeURIComponent(PRELOAD)}`],
    env: { LINK: String(nth), WHEN: when },
  });
}

for (const when of ['before', 'after'] as const) {
  test(`apply starts as if nothing had been when a run was killed ${when} it took the lock`, async (t) => {
    const scene = await (await planOnce(t))();
    assert.equal((await spawnDoomed(scene, 1, when).ended).signal, 'SIGKILL');
    assert.equal((await scene.resume()).code, 0);
    assert.deepEqual([...scene.judge.left(), ...scene.judge.problems()], []);
  });
}

// The second link is the guard of the takeover, the third the lock that is taken over.
for (const [nth, when] of [
  [2, 'after'],
  [3, 'before'],
  [3, 'after'],
] as const) {
  test(`apply goes on when the run before it was killed ${when} link ${nth} of a takeover`, async (t) => {
    const { scene } = await leaveLock(t);
    assert.equal((await spawnDoomed(scene, nth, when).ended).signal, 'SIGKILL');
    assert.deepEqual(await findResumeProblems(scene), []);
  });
}

test('apply refuses the lock of another container when a process of its own has the same id', async (t) => {
  const { scene, holder } = await leaveLock(t);
  const { pidSpace: _, ...elsewhere } = thisProcess();
  const { code } = await scene.resume({ ...elsewhere, pidSpace: 'pid:[1]', pid: holder.pid });
  assert.equal(code, 1);
  assert.deepEqual(scene.judge.deletions, []);
});
