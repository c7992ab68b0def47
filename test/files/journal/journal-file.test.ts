import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JournalRecord } from '../../../src/core/apply/journal.js';
import { journalPath, openJournal } from '../../../src/files/journal/journal.js';
import { diskStorage, type JournalStorage } from '../../../src/files/journal/journal-storage.js';
import { intended, proven, RECORDS } from '../../core/apply/journal-records.js';
import { SHA256 } from '../../core/fixtures.js';
import { SIGNER, VERIFY, writeJournal } from '../../signing/journals.js';
import { createMemory, type Memory } from '../memory-storage.js';

const PATH = '/plans/a.journal.jsonl';
const LOCK = `${PATH}.lock`;
const HOLDER = {
  run: 'mine',
  caller: 'arn',
  host: 'here',
  pid: 1,
  pidSpace: 'pid:[1]',
  since: '2026-11-23T09:00:00Z',
};
const open = ({ storage }: Pick<Memory, 'storage'>, path = PATH) =>
  openJournal(storage, {
    path,
    digest: SHA256,
    holder: HOLDER,
    isRunning: () => true,
    verifyRun: VERIFY,
    signer: SIGNER,
  });
const nameOf = ({ type }: JournalRecord) => type;

const [HEAD = intended(), ...REST] = RECORDS;
/** The lines of a run. */
const linesOf = (records: readonly JournalRecord[]) => writeJournal([HEAD, ...records]);

test('journalPath lies beside the plan and carries the head of its digest', () => {
  assert.equal(journalPath('/p/a.plan.yaml', SHA256), `/p/a.plan.${'a'.repeat(12)}.journal.jsonl`);
  assert.equal(journalPath('/p/a.yml', SHA256), `/p/a.${'a'.repeat(12)}.journal.jsonl`);
  assert.equal(journalPath('/p/plan', SHA256), `/p/plan.${'a'.repeat(12)}.journal.jsonl`);
});

test('openJournal makes no file before the first record, and keeps it from others', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-journal-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.jsonl');
  const journal = await open({ storage: diskStorage }, path);
  assert.deepEqual([journal.earlier, await readdir(folder)], [[], ['a.jsonl.lock']]);
  for (const record of [HEAD, intended(), proven()]) await journal.append(record);
  await journal.close();
  assert.deepEqual(await readdir(folder), ['a.jsonl']);
  assert.equal(await readFile(path, 'utf8'), linesOf([intended(), proven()]));
  if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('openJournal gives what earlier runs wrote, and goes on behind it', async () => {
  const memory = createMemory({ [PATH]: linesOf(REST) });
  const journal = await open(memory);
  assert.deepEqual(journal.earlier.map(nameOf), RECORDS.map(nameOf));
  await journal.append(intended());
  assert.equal(String(memory.files.get(PATH)), linesOf([...REST, intended()]));
});

test('openJournal writes lines that it can read again when records are appended at the same time', async () => {
  const memory = createMemory();
  const journal = await open(memory);
  await Promise.all(RECORDS.map((record) => journal.append(record)));
  await journal.close();
  assert.equal(String(memory.files.get(PATH)), linesOf(REST));
});

test('append returns when the record is on the disk, and not before', async () => {
  const memory = createMemory();
  const journal = await open(memory);
  await journal.append(intended());
  assert.deepEqual(memory.asked.slice(-2), [`append ${PATH}`, `sync ${PATH}`]);
});

test('append waits for the disk once for all that is appended while it is busy, in the order of the appends', async () => {
  const memory = createMemory();
  const journal = await open(memory);
  const ended: number[] = [];
  const records = [HEAD, ...Array.from({ length: 20 }, () => [intended(), proven()]).flat()];
  await Promise.all(
    records.map(async (record, index) => {
      await journal.append(record);
      ended.push(index);
    }),
  );
  assert.equal(String(memory.files.get(PATH)), writeJournal(records));
  assert.deepEqual(ended, [...records.keys()]);
  const syncs = memory.asked.filter((it) => it === `sync ${PATH}`).length;
  assert(syncs <= 2, `${syncs} times`);
});

for (const torn of [
  '{',
  '{"type":"deletion-inte',
  '\u00e9',
  linesOf([intended()]).split('\n').at(-2) ?? '',
]) {
  test(`openJournal cuts a last line that a crash tore: ${torn.slice(0, 30)}`, async () => {
    const memory = createMemory({ [PATH]: linesOf([intended()]) + torn });
    const journal = await open(memory);
    assert.deepEqual(journal.earlier.map(nameOf), ['run-started', 'action-intended']);
    await journal.append(proven());
    assert.equal(String(memory.files.get(PATH)), linesOf([intended(), proven()]));
  });
}

test('openJournal leaves a torn line where it is when nothing is appended', async () => {
  const text = `${linesOf([intended()])}{`;
  const memory = createMemory({ [PATH]: text });
  await (await open(memory)).close();
  assert.equal(String(memory.files.get(PATH)), text);
});

for (const operation of ['open', 'truncate', 'append', 'sync']) {
  test(`a failed append fails every later one when "${operation}" finds the disk full, and then not`, async () => {
    const memory = createMemory();
    const journal = await open(memory);
    memory.fail(operation, 'ENOSPC');
    const full = {
      code: 'FILE_UNWRITABLE',
      message: `cannot write the journal "${PATH}": the disk is full`,
    };
    await assert.rejects(journal.append(intended()), full);
    memory.fail(operation, undefined);
    const asked = memory.asked.length;
    await assert.rejects(journal.append(proven()), full);
    assert.equal(memory.asked.length, asked);
    await journal.close();
    assert.equal(memory.files.has(LOCK), false);
  });
}

test('a failed append fails those that wait behind it', async () => {
  const memory = createMemory();
  const journal = await open(memory);
  memory.fail('append', 'ENOSPC');
  const ended = await Promise.allSettled([journal.append(intended()), journal.append(proven())]);
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(memory.asked.filter((line) => line.startsWith('append')).length, 1);
});

test('close waits for what is being appended, and gives the lock free last', async () => {
  const memory = createMemory();
  const journal = await open(memory);
  const appended = journal.append(intended());
  await journal.close();
  await appended;
  assert.deepEqual(memory.asked.slice(-4), [
    `sync ${PATH}`,
    `close ${PATH}`,
    `read ${LOCK}`,
    `remove ${LOCK}`,
  ]);
});

test('openJournal gives the lock free when the journal is invalid, or cannot be read', async () => {
  const memory = createMemory({ [PATH]: '{}\n' });
  await assert.rejects(open(memory), { code: 'JOURNAL_INVALID' });
  assert.deepEqual([...memory.files.keys()], [PATH]);
  const folder = createMemory();
  const read: JournalStorage['read'] = (path, limits) =>
    path === PATH
      ? Promise.reject(Object.assign(new Error(), { code: 'EISDIR' }))
      : folder.storage.read(path, limits);
  await assert.rejects(open({ storage: { ...folder.storage, read } }), {
    message: `cannot write the journal "${PATH}": it is a directory`,
  });
  assert.deepEqual([...folder.files.keys()], []);
});

for (const [what, damaged] of [
  [
    'its beginning is zeros',
    linesOf([intended(), proven()]).replace(/\{"type":"action-proven"/, '\0'.repeat(25)),
  ],
  ['all of it is zeros', `${linesOf([intended()])}${'\0'.repeat(200)}\n`],
] as const) {
  test(`openJournal cuts a last line that never was whole on the disk: ${what}`, async () => {
    const memory = createMemory({ [PATH]: damaged });
    const journal = await open(memory);
    assert.deepEqual(journal.earlier.map(nameOf), ['run-started', 'action-intended']);
    await journal.append(proven());
    assert.equal(String(memory.files.get(PATH)), linesOf([intended(), proven()]));
  });
}

const OTHERS = ['444444444444', '555555555555', '666666666666'];
/** A journal whose last write was about these accounts, each on a line that reads so. */
const tornWrite = (accounts: readonly string[], read: (line: string, index: number) => string) => {
  const lines = linesOf([intended(), ...accounts.map((account) => ({ ...intended(), account }))]).split('\n');
  return lines.map((line, index) => (index < 2 || line === '' ? line : read(line, index - 2))).join('\n');
};
const zeros = (line: string) => '\0'.repeat(line.length);

for (const [what, damaged] of [
  ['its first line is zeros', tornWrite(OTHERS, (line, index) => (index === 0 ? zeros(line) : line))],
  ['a line within it is zeros', tornWrite(OTHERS, (line, index) => (index === 1 ? zeros(line) : line))],
  ['all of its lines are zeros', tornWrite(OTHERS, zeros)],
] as const) {
  test(`openJournal cuts what was written at once for several accounts and never was whole: ${what}`, async () => {
    const memory = createMemory({ [PATH]: damaged });
    const journal = await open(memory);
    const kept = what.includes('within') ? 3 : 2;
    assert.equal(journal.earlier.length, kept);
    await journal.append(proven());
    assert.equal(String(memory.files.get(PATH)).split('\n').length - 1, kept + 1);
  });
}

for (const [what, damaged] of [
  [
    'of an account that has a later line',
    tornWrite(['444444444444', '444444444444', '444444444444'], (line, index) =>
      index === 0 ? zeros(line) : line,
    ),
  ],
  ['at the start', linesOf([intended(), proven()]).replace(/^.*/, zeros)],
] as const) {
  test(`openJournal refuses, and leaves as it is, a journal with a line that nobody can read ${what}`, async () => {
    const memory = createMemory({ [PATH]: damaged });
    await assert.rejects(open(memory), { code: 'JOURNAL_INVALID' });
    assert.equal(String(memory.files.get(PATH)), damaged);
  });
}

test('append cuts nothing off, and writes nothing, when somebody else wrote to the journal since it was read', async () => {
  const memory = createMemory({ [PATH]: linesOf([intended()]) });
  const journal = await open(memory);
  const foreign = linesOf([intended(), proven()]);
  memory.files.set(PATH, Buffer.from(foreign));
  await assert.rejects(journal.append(proven()), {
    code: 'JOURNAL_LOCKED',
    message: `somebody else writes to the journal "${PATH}"`,
  });
  assert.equal(String(memory.files.get(PATH)), foreign);
});

test('append writes nothing behind what somebody else wrote between two records', async () => {
  const memory = createMemory();
  const journal = await open(memory);
  await journal.append(intended());
  const foreign = `${memory.files.get(PATH)}x`;
  memory.files.set(PATH, Buffer.from(foreign));
  await assert.rejects(journal.append(proven()), { code: 'JOURNAL_LOCKED' });
  assert.equal(String(memory.files.get(PATH)), foreign);
});

test('openJournal follows no link that lies in the place of the journal', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-journal-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [victim, path] = [join(folder, 'victim'), join(folder, 'a.jsonl')];
  await writeFile(victim, 'precious, and without a line feed');
  await symlink(victim, path);
  await assert.rejects(open({ storage: diskStorage }, path), {
    code: 'FILE_UNWRITABLE',
    message: `cannot write the journal "${path}": it is a link`,
  });
  assert.equal(await readFile(victim, 'utf8'), 'precious, and without a line feed');
});

test('openJournal reads and writes nothing when another run holds the journal', async () => {
  const memory = createMemory({ [LOCK]: JSON.stringify({ ...HOLDER, run: 'theirs', pid: 2 }) });
  await assert.rejects(open(memory), { code: 'JOURNAL_LOCKED' });
  assert.deepEqual(memory.asked, [`create ${LOCK}`, `read ${LOCK}`]);
});

test('openJournal says from whom it took the journal when that run was killed', async () => {
  const killed = { ...HOLDER, run: 'theirs' };
  const memory = createMemory({ [LOCK]: JSON.stringify(killed) });
  assert.deepEqual((await open(memory)).takenFrom, killed);
});
