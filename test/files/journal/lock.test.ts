import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RootsweepError } from '../../../src/errors.js';
import { diskStorage, type JournalStorage } from '../../../src/files/journal/journal-storage.js';
import { acquireLock, type LockHolder } from '../../../src/files/journal/lock.js';

const SELF: LockHolder = {
  run: 'mine',
  caller: 'arn:aws:iam::111111111111:role/Admin',
  host: 'here',
  pid: 1,
  pidSpace: 'pid:[1]',
  since: '2026-11-23T09:00:00Z',
};
/** A run of another process in the same place. */
const OTHER: LockHolder = { ...SELF, run: 'theirs', pid: 2, since: '2026-11-23T08:00:00Z' };
type IsRunning = (pid: number) => boolean;
const gone: IsRunning = () => false;
const running: IsRunning = () => true;

async function openFolder(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-lock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.lock');
  const acquire = (isRunning = gone, holder = SELF, storage: JournalStorage = diskStorage) =>
    acquireLock(storage, path, holder, isRunning);
  return {
    path,
    acquire,
    leave: (holder: object | string) =>
      writeFile(path, typeof holder === 'string' ? holder : JSON.stringify(holder)),
    holder: async () => (JSON.parse(await readFile(path, 'utf8')) as LockHolder).run,
    names: () => readdir(folder),
  };
}

/** The error of a lock that is held. */
async function refusal(acquired: Promise<unknown>): Promise<RootsweepError> {
  const error = await acquired.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert(error instanceof RootsweepError && error.code === 'JOURNAL_LOCKED', String(error));
  return error;
}

test('acquireLock leaves one file that says who holds it', async (t) => {
  const { acquire, holder, names } = await openFolder(t);
  const { takenFrom } = await acquire();
  assert.deepEqual([await holder(), await names(), takenFrom], ['mine', ['a.lock'], undefined]);
});

test('acquireLock refuses, and says who holds the lock, when a run is at work', async (t) => {
  const { acquire, path, names } = await openFolder(t);
  await acquire(running, OTHER);
  const { message, hint } = await refusal(acquire(running));
  assert.equal(
    message,
    'the plan is being applied by arn:aws:iam::111111111111:role/Admin (process 2 on host "here", since 2026-11-23T08:00:00Z)',
  );
  assert.equal(
    hint,
    `wait until that run has ended; if it was killed, make sure that it is gone, remove "${path}", and run apply again`,
  );
  assert.deepEqual(await names(), ['a.lock']);
});

const TAKEN: readonly [what: string, other: LockHolder, isRunning: IsRunning][] = [
  ['the process of the holder is gone', OTHER, (pid) => pid !== OTHER.pid],
  ['its holder had the process id of this one', { ...OTHER, pid: SELF.pid }, running],
];
for (const [what, other, isRunning] of TAKEN) {
  test(`acquireLock takes a lock over when ${what}`, async (t) => {
    const { acquire, leave, holder, names } = await openFolder(t);
    await leave(other);
    const { takenFrom } = await acquire(isRunning);
    assert.deepEqual([takenFrom, await holder(), await names()], [other, 'mine', ['a.lock']]);
  });
}

const { pidSpace: _, ...NOWHERE } = OTHER;
const NEVER: readonly [what: string, other: object | string][] = [
  ['its holder ran on another host', { ...OTHER, host: 'there' }],
  ['its holder ran on another host under the process id of this one', { ...OTHER, host: 'there', pid: 1 }],
  ['its holder ran in another container', { ...OTHER, pidSpace: 'pid:[2]' }],
  [
    'its holder ran in another container under the process id of this one',
    { ...OTHER, pidSpace: 'p', pid: 1 },
  ],
  ['nobody knows which process ids it is about', NOWHERE],
  ['it is empty', ''],
  ['it is torn', JSON.stringify(OTHER).slice(0, 40)],
  ['it is something else', '[]'],
  ['it is null', 'null'],
  ['its process id is text', { ...OTHER, pid: '2' }],
  ['it does not say which run holds it', { ...OTHER, run: undefined }],
];
for (const [what, other] of NEVER) {
  test(`acquireLock refuses, and touches nothing, when ${what}`, async (t) => {
    const { acquire, leave, path, names } = await openFolder(t);
    await leave(other);
    const before = await readFile(path);
    const { hint } = await refusal(acquire(gone));
    assert(hint?.includes(path));
    assert.deepEqual([await readFile(path), await names()], [before, ['a.lock']]);
  });
}

test('release gives the lock free for another run', async (t) => {
  const { acquire, names } = await openFolder(t);
  await (await acquire()).release();
  assert.deepEqual(await names(), []);
  await acquire(running, OTHER);
});

test('release leaves the lock of another run when its own was removed by hand', async (t) => {
  const { acquire, path, holder } = await openFolder(t);
  const { release } = await acquire();
  await rm(path);
  await release();
  await acquire(running, OTHER);
  await release();
  assert.equal(await holder(), 'theirs');
});

test('acquireLock says how to go on when the lock cannot be written', async (t) => {
  const { path } = await openFolder(t);
  const nowhere = join(path, 'b.lock');
  await assert.rejects(acquireLock(diskStorage, nowhere, SELF, gone), {
    code: 'FILE_UNWRITABLE',
    message: `cannot write the lock "${nowhere}": its folder does not exist`,
  });
});
