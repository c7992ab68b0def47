/** Journals that a crash left, and journals that are none. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { parseReceipt } from '../../src/files/plan/receipt.js';
import { writeJournal } from '../signing/journals.js';
import { createApplied } from './receipts.js';
import { assertRefused } from './refused.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const read = (text: string) => parseReceipt(Buffer.from(text), 'r');

test('receipt tells a torn last line, and takes nothing from it', async (t) => {
  const { run, read: readFile, write, journal } = await createApplied(t);
  const lines = (await readFile(journal)).split('\n');
  const whole = `${lines.slice(0, 5).join('\n')}\n`;
  await write('torn.jsonl', `${whole}${lines[5]?.slice(0, 40)}`);
  const { code, stdout, stderr } = await run(['receipt', 'torn.jsonl']);
  const torn = 'The last line of the journal is torn: its 40 bytes are no part of this receipt.\n';
  assert.deepEqual([code, stderr], [0, torn]);
  assert.deepEqual(read(stdout).journal, { sha256: sha256(whole), lines: 5, tornBytes: 40 });
  const markdown = await run(['receipt', 'torn.jsonl', '--format', 'markdown', '--quiet']);
  assert.ok(markdown.stdout.includes(`\n${torn}\n`));
});

test('receipt takes nothing from a last line whose beginning a crash tore, as apply does not', async (t) => {
  const { run, read: readFile, write, journal } = await createApplied(t);
  const lines = (await readFile(journal)).split('\n').slice(0, 6);
  const whole = `${lines.slice(0, 5).join('\n')}\n`;
  const torn = `${'\0'.repeat(40)}${lines[5]?.slice(40)}\n`;
  await write('torn.jsonl', `${whole}${torn}`);
  const { code, stdout } = await run(['receipt', 'torn.jsonl', '--quiet']);
  assert.equal(code, 0);
  assert.deepEqual(read(stdout).journal, { sha256: sha256(whole), lines: 5, tornBytes: torn.length });
});

/** Of a journal cut after so many whole lines: the outcome, and what became of the password and the two devices. */
const CUT: readonly (readonly [
  lines: number,
  outcome: string,
  password: string | undefined,
  answer: string | undefined,
])[] = [
  [2, 'not-started', undefined, undefined],
  [3, 'never-ended', 'not-attempted', undefined],
  [4, 'never-ended', 'not-proven', 'none'],
  [5, 'never-ended', 'not-proven', 'done'],
  [6, 'never-ended', 'proven', 'done'],
  [13, 'done', 'proven', 'done'],
];
for (const [count, outcome, after, answer] of CUT) {
  test(`receipt claims no more than ${count} lines of a killed run say`, async (t) => {
    const { run, read: readFile, write, journal } = await createApplied(t);
    const lines = (await readFile(journal)).split('\n').slice(0, count);
    await write('cut.jsonl', `${lines.join('\n')}\n`);
    const { code, stdout } = await run(['receipt', 'cut.jsonl']);
    assert.equal(code, 0);
    const { runs, accounts } = read(stdout);
    assert.deepEqual(runs[0]?.end, { kind: 'never-ended' });
    assert.equal(accounts[0]?.outcome, outcome);
    const password = accounts[0]?.targets.find(({ kind }) => kind === 'password');
    assert.equal(password?.after.kind, after);
    assert.equal(password?.requests[0]?.answer.kind, answer);
    const markdown = (await run(['receipt', 'cut.jsonl', '--format', 'markdown'])).stdout;
    assert.match(markdown, / \| never ended \| /);
  });
}

test('receipt says which line of a journal was changed', async (t) => {
  const { run, read: readFile, write, journal, folder, calls } = await createApplied(t);
  await write(journal, (await readFile(journal)).replace('"answer":"done"', '"answer":"absent"'));
  await assertRefused(
    { run, folder, calls, deletions: () => [] },
    {
      argv: ['receipt', journal],
      code: 4,
      says: `${journal}:5:1: the journal holds a record that its run did not sign, or that was changed afterwards`,
      hint: /^restore the journal/,
    },
  );
});

const HINT = /^name the journal that lies beside the plan/;
const RESTORE = /^restore the journal that apply wrote/;
const FORGED: readonly (readonly [
  what: string,
  forge: (start: object) => readonly object[],
  says: string | RegExp,
  hint?: RegExp,
])[] = [
  [
    'another plan in a later run',
    (start) => [start, { ...start, plan: 'x' }],
    'f.jsonl:2:1: the run names another plan than the first run',
  ],
  [
    'another digest in a later run',
    (start) => [start, { ...start, digest: 'x' }],
    'f.jsonl:2:1: the run names another digest than the first run',
  ],
  [
    'no list of signers',
    (start) => [{ ...start, signers: 'me' }],
    'f.jsonl:1:1: the journal holds a record that rootsweep never writes',
    RESTORE,
  ],
  [
    'an outcome that there is not',
    (start) => [
      start,
      {
        type: 'account-ended',
        at: '2026-11-23T09:00:00Z',
        account: '333333333333',
        name: 'shop',
        outcome: 'fine',
      },
    ],
    'f.jsonl:2:1: the journal holds a record that rootsweep never writes',
    RESTORE,
  ],
  [
    'an account that is none',
    (start) => [start, { type: 'wave-started', at: '2026-11-23T09:00:00Z', wave: 1, accounts: ['<b>'] }],
    /^f\.jsonl:1:1: the journal holds what rootsweep never writes; of its receipt, \S+ would be wrong$/,
  ],
  [
    'a credential that somebody else deleted, in a recovery of passwords',
    (start) => [
      { ...start, kind: 'recovery', reason: 'locked out' },
      {
        type: 'account-ended',
        at: '2026-11-23T09:00:00Z',
        account: '333333333333',
        name: 'shop',
        outcome: 'done',
        foundGone: ['password'],
      },
    ],
    'f.jsonl:1:1: the journal holds what rootsweep never writes; of its receipt, account "333333333333" has an end that says that a credential was deleted, and the plan deletes none',
  ],
  [
    'a number for an exit code that is none',
    (start) => [
      start,
      {
        type: 'run-ended',
        at: '2026-11-23T09:00:00Z',
        run: '00000000-0000-4000-8000-000000000002',
        exitCode: '0',
      },
    ],
    'f.jsonl:2:1: the journal holds a record that rootsweep never writes',
    RESTORE,
  ],
];
for (const [what, forge, says, hint = HINT] of FORGED) {
  test(`receipt refuses a journal that holds ${what}`, async (t) => {
    const { run, read: readFile, write, journal, folder, calls, key } = await createApplied(t);
    const { body } = decodeEnvelope(Buffer.from(await readFile('org.plan.yaml')), 'p');
    const [first = ''] = (await readFile(journal)).split('\n');
    const start = JSON.parse(first) as object;
    // A chain that holds, well signed, of records that no run writes in this order or in this shape.
    const digest = sha256(body.toString());
    await write('f.jsonl', writeJournal(forge(start), { digest, operator: key, name: 'planner' }));
    const place = { run, folder, calls, deletions: () => [] };
    await assertRefused(place, { argv: ['receipt', 'f.jsonl'], code: 4, says, hint });
  });
}

const NONE: readonly (readonly [what: string, content: string, says: string])[] = [
  ['empty', '', 'x.jsonl:1:1: the journal holds no whole line'],
  ['torn in its first line', '{"type":"run-', 'x.jsonl:1:1: the journal holds no whole line'],
  ['torn at the beginning of its first line', '\0\0\0"}\n', 'x.jsonl:1:1: the journal holds no whole line'],
  ['a plan', 'version: 1\nid: x\n', 'x.jsonl:1:1: this is no journal that "rootsweep apply" wrote'],
  ['another JSON', '{"a":1}\n', 'x.jsonl:1:1: this is no journal that "rootsweep apply" wrote'],
];
for (const [what, content, says] of NONE) {
  test(`receipt refuses a file that is ${what}`, async (t) => {
    const { run, write, folder, calls } = await createApplied(t);
    await write('x.jsonl', content);
    const place = { run, folder, calls, deletions: () => [] };
    await assertRefused(place, { argv: ['receipt', 'x.jsonl'], code: 4, says, hint: HINT });
  });
}

test('receipt is refused when there is no journal, or a folder in its place', async (t) => {
  const { run, folder, calls } = await createApplied(t);
  const place = { run, folder, calls, deletions: () => [] };
  await mkdir(join(folder, 'folder'));
  await assertRefused(place, {
    argv: ['receipt', 'nowhere.jsonl'],
    code: 1,
    says: 'cannot read the journal "./nowhere.jsonl": there is no such file',
    hint: 'check the path',
  });
  await assertRefused(place, {
    argv: ['receipt', 'folder'],
    code: 1,
    says: 'the journal "./folder" is a directory',
    hint: 'name the file itself',
  });
});
