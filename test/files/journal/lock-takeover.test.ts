import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RootsweepError } from '../../../src/errors.js';
import type { JournalStorage } from '../../../src/files/journal/journal-storage.js';
import { acquireLock, type Lock, type LockHolder } from '../../../src/files/journal/lock.js';
import { createMemory } from '../memory-storage.js';

const PATH = '/plans/a.lock';
const GUARD = `${PATH}.takeover`;
const holderOf = (run: string): LockHolder => ({
  run,
  caller: 'arn',
  host: 'here',
  pidSpace: 'pid:[1]',
  pid: Number.parseInt(run, 36) + 1,
  since: '2026-11-23T08:00:00Z',
});
const KILLED = holderOf('z');
const LEFT = JSON.stringify(KILLED);
const isRunning = (pid: number) => pid !== KILLED.pid;
const acquire = (storage: JournalStorage, run: string) =>
  acquireLock(storage, PATH, holderOf(run), isRunning);

test('acquireLock takes over the guard too when a takeover was killed', async () => {
  const { storage, files } = createMemory({ [PATH]: LEFT, [GUARD]: LEFT });
  const { takenFrom } = await acquire(storage, '1');
  assert.deepEqual(takenFrom, KILLED);
  assert.deepEqual([...files.keys()], [PATH]);
});

for (const [what, guard] of [
  ['another run is taking it over', JSON.stringify(holderOf('2'))],
  ['nobody can say who is taking it over', '{}'],
] as const) {
  test(`acquireLock refuses, names the guard and touches nothing when ${what}`, async () => {
    const { storage, files } = createMemory({ [PATH]: LEFT, [GUARD]: guard });
    await assert.rejects(acquire(storage, '1'), (error: RootsweepError) => {
      assert.equal(error.code, 'JOURNAL_LOCKED');
      assert(error.hint?.includes(`remove "${GUARD}", and run apply again`));
      return true;
    });
    assert.deepEqual([...files.keys()], [PATH, GUARD]);
  });
}

test('acquireLock leaves no guard when the takeover fails', async () => {
  const { storage, files } = createMemory({ [PATH]: LEFT });
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
  const create: JournalStorage['create'] = (path, content) =>
    path === PATH && !files.has(PATH) ? Promise.reject(full) : storage.create(path, content);
  await assert.rejects(acquire({ ...storage, create }, '1'), { code: 'FILE_UNWRITABLE' });
  assert.deepEqual([...files.keys()], []);
});

test('acquireLock refuses when another run took the lock over since it was read', async () => {
  const { storage, files } = createMemory({ [PATH]: LEFT });
  const create: JournalStorage['create'] = async (path, content) => {
    // Another one does the same from beginning to end, right before this one gets the guard.
    if (path === GUARD) files.set(PATH, Buffer.from(JSON.stringify(holderOf('2'))));
    await storage.create(path, content);
  };
  await assert.rejects(acquire({ ...storage, create }, '1'), { code: 'JOURNAL_LOCKED' });
  assert.equal(JSON.parse(String(files.get(PATH))).run, '2');
  assert.equal(files.has(GUARD), false);
});

test('acquireLock gives a killed run\u2019s lock to one run, and no other, whatever the order of their steps', async () => {
  const runs = ['1', '2', '3'];
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(3), async (scheduler, depth) => {
      const left = [PATH, GUARD, `${GUARD}.takeover`].slice(0, depth);
      const { storage, files } = createMemory(Object.fromEntries(left.map((path) => [path, LEFT])));
      const stepped: JournalStorage = {
        ...storage,
        read: scheduler.scheduleFunction(storage.read),
        create: scheduler.scheduleFunction(storage.create),
        remove: scheduler.scheduleFunction(storage.remove),
      };
      const locks: Lock[] = [];
      const all = Promise.all(
        runs.map((run) =>
          acquire(stepped, run).then(
            (lock) => locks.push(lock),
            () => undefined,
          ),
        ),
      );
      await scheduler.waitFor(all);
      assert(locks.length <= 1, `${locks.length} runs hold the lock`);
      const holder = files.get(PATH);
      if (locks.length === 1) assert(runs.includes(JSON.parse(String(holder)).run));
      assert.deepEqual(
        [...files.keys()].filter((path) => path !== PATH && files.get(path)?.toString() !== LEFT),
        [],
      );
    }),
    { numRuns: 500 },
  );
});

test('acquireLock gives a killed run\u2019s lock to one of two when both begin at the same time', async () => {
  const { storage, files } = createMemory({ [PATH]: LEFT });
  const ended = await Promise.allSettled([acquire(storage, '1'), acquire(storage, '2')]);
  assert.deepEqual(ended.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.deepEqual([...files.keys()], [PATH]);
});
