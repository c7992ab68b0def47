import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  foldJournal,
  isActionRecord,
  type JournalRecord,
  type RunStarted,
} from '../../../src/core/apply/journal.js';
import { decodeJournal, encodeRecord } from '../../../src/core/apply/journal-line.js';
import { OUTCOME_KINDS } from '../../../src/core/apply/ledger.js';
import { foldReceipt } from '../../../src/core/apply/receipt.js';
import { RootsweepError } from '../../../src/errors.js';
import {
  KEYS,
  newSigner,
  STRANGER,
  signLine,
  signRaw,
  VERIFY,
  writeJournal,
  writeLine,
} from '../../signing/journals.js';
import { ACCESS_KEY, assertRefused, CERTIFICATE, MEMBER, MFA_DEVICE, PASSWORD, SHA256 } from '../fixtures.js';
import {
  answered,
  ended,
  failed,
  intended,
  placedAnswered,
  placedFailed,
  placedIntended,
  placedProven,
  proven,
  RECORDS,
} from './journal-records.js';

const read = (text: string | Buffer, digest: string | undefined = SHA256) =>
  decodeJournal(Buffer.from(text), digest, 'a.journal.jsonl', VERIFY);
const JOURNAL = writeJournal(RECORDS);

test('decodeJournal reads back what encodeRecord wrote', async () => {
  const signer = newSigner();
  let [text, previous] = ['', SHA256];
  for (const record of RECORDS) {
    previous = await encodeRecord(record, previous, signer);
    text += `${previous}\n`;
  }
  assert.deepEqual(read(text).records.map(withoutProof), RECORDS);
});

/** What `apply` wanted written, of what a line holds. */
function withoutProof(record: JournalRecord): object {
  const { previous: _, key: __, signature: ___, ...told } = { ...record } as Record<string, unknown>;
  if (record.type !== 'run-started') return told;
  const { name, keyid, algorithm } = record.operator;
  return { ...told, operator: { name, keyid, algorithm } };
}

test('decodeJournal reads what the format says, written by other code', () => {
  assert.deepEqual(
    read(JOURNAL).records.map(({ type }) => type),
    RECORDS.map(({ type }) => type),
  );
});

test('decodeJournal gives the last line, which the next record covers', () => {
  assert.equal(`${read(JOURNAL).last}\n`, JOURNAL.slice(JOURNAL.lastIndexOf('{')));
});

test('decodeJournal gives the digest of the plan when the journal is empty', () => {
  assert.deepEqual(read(''), { records: [], last: SHA256 });
});

test('encodeRecord writes one line when a record holds a line break', async () => {
  const trouble = 'a\nb\u2028';
  const ended = { type: 'run-ended', at: 't', run: 'r', exitCode: 6, trouble } as const;
  const line = await encodeRecord(ended, SHA256, newSigner());
  assert.equal(line.includes('\n'), false);
});

test('decodeJournal refuses the journal of another plan', () => {
  const message = assertRefused('JOURNAL_INVALID', () => read(JOURNAL, 'b'.repeat(64)));
  assert.equal(message, 'a.journal.jsonl:1:1: the journal belongs to another plan');
});

test('decodeJournal takes the digest of the plan from the first line where it is not known', () => {
  assert.equal(decodeJournal(Buffer.from(JOURNAL), undefined, 'j', VERIFY).records.length, RECORDS.length);
  const other = writeJournal(RECORDS, { digest: 'b'.repeat(64) });
  assertRefused('JOURNAL_INVALID', () => decodeJournal(Buffer.from(other), undefined, 'j', VERIFY));
});

test('decodeJournal names the line that was changed', () => {
  const changed = JOURNAL.replace('ASIAEXAMPLE', 'ASIAEXAMPLF');
  const message = assertRefused('JOURNAL_INVALID', () => read(changed));
  assert.equal(
    message,
    'a.journal.jsonl:4:1: the journal holds a record that its run did not sign, or that was changed afterwards',
  );
});

test('decodeJournal refuses any other character anywhere', () => {
  const end = JOURNAL.length - 2;
  const character = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\n', ' ', '"'),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: end }), character, (index, other) => {
      fc.pre(JOURNAL[index] !== other);
      assertRefused('JOURNAL_INVALID', () =>
        read(JOURNAL.slice(0, index) + other + JOURNAL.slice(index + 1)),
      );
    }),
    { numRuns: 500 },
  );
});

const LINES = JOURNAL.split('\n').slice(0, -1);
const join = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
/** The second line, spelled otherwise by the run itself. */
function respell(from: string, to: string): string {
  const text = (LINES[1] ?? '').replace(/,"signature":"[^"]+"\}$/, '}');
  const other = text.replace(from, to);
  assert.notEqual(other, text);
  return signRaw(other, KEYS);
}
const TAMPERED: readonly [what: string, lines: readonly string[]][] = [
  ['a line taken out', LINES.toSpliced(2, 1)],
  ['its first line taken out', LINES.slice(1)],
  ['two lines swapped', [...LINES.slice(0, 1), ...LINES.slice(1, 3).reverse(), ...LINES.slice(3)]],
  ['a line put in twice', LINES.toSpliced(2, 0, ...LINES.slice(1, 2))],
  ['an empty line put in', LINES.toSpliced(2, 0, '')],
  ['a line that is no JSON', [...LINES, 'x']],
  ['a line that is no object', [...LINES, '"previous type"']],
  ['a line that is null', [...LINES, 'null']],
  ['a record that is not signed', [...LINES, JSON.stringify(RECORDS.at(-1))]],
  ['a record without a hash', [...LINES, signLine(RECORDS.at(-1) ?? {}, KEYS)]],
  ['a record signed by another key', [...LINES, writeLine(intended(), LINES.at(-1) ?? '', STRANGER)]],
  ['no head', [writeLine(RECORDS[1] ?? {}, SHA256)]],
  ['a head by a stranger', [...LINES, writeLine(RECORDS[0] ?? {}, LINES.at(-1) ?? '', STRANGER)]],
  ['all of it by a stranger', writeJournal(RECORDS, STRANGER).split('\n').slice(0, -1)],
  [
    'a head that names the operator and is signed by a stranger',
    [writeLine(RECORDS[0] ?? {}, SHA256, { ...STRANGER, claimed: KEYS.operator })],
  ],
  ['a space in a line, well signed', [LINES[0] ?? '', respell(',"at"', ', "at"')]],
  ['a key twice in a line, well signed', [LINES[0] ?? '', respell('"wave":1', '"wave":7,"wave":1')]],
  [
    'a character spelled as an escape, well signed',
    [LINES[0] ?? '', respell('wave-started', '\\u0077ave-started')],
  ],
];
for (const [what, lines] of TAMPERED) {
  test(`decodeJournal refuses a journal with ${what}`, () => {
    assertRefused('JOURNAL_INVALID', () => read(join(lines)));
  });
}

/** A journal that ends with a record as some program wrote it, well chained and signed. */
function endWith(record: object): string {
  return JOURNAL + join([writeLine(record, LINES.at(-1) ?? '')]);
}
const BUCKET = { kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1' } as const;
const PLACED = [
  placedIntended(BUCKET, '{}'),
  placedAnswered(BUCKET),
  placedFailed('unknown', BUCKET),
  placedProven(BUCKET, '{}'),
];
const nameSample = (record: JournalRecord) =>
  isActionRecord(record) ? `${record.type} of ${record.kind}` : record.type;
const samples = new Map([...RECORDS, ...PLACED, ended('drifted')].map((it) => [nameSample(it), it]));
/** Fields that a record may lack: tested below. */
const OPTIONAL = ['standing'];
const REFUSAL = 'a.journal.jsonl:11:1: the journal holds a record that rootsweep never writes';

for (const [type, record] of samples) {
  for (const field of Object.keys(record)) {
    for (const [what, value] of [
      ['has no', undefined],
      ['has something else as its', { 0: 'x' }],
    ] as const) {
      if (value === undefined && OPTIONAL.includes(field)) continue;
      test(`decodeJournal refuses ${type} when it ${what} ${field}`, () => {
        assert.doesNotThrow(() => read(endWith(record)));
        const message = assertRefused('JOURNAL_INVALID', () => read(endWith({ ...record, [field]: value })));
        assert.equal(message, REFUSAL);
      });
    }
  }
}

const LISTED = samples.get('account-listed');
const STARTED = samples.get('run-started');
const UNLOCK_RUN = { ...(STARTED as RunStarted), kind: 'unlock', reason: 'locked out' } as const;
const key = { kind: 'access-key', id: 'A', created: 't' };
const listing = (...credentials: readonly unknown[]) => ({ ...LISTED, credentials });
const MALFORMED: readonly [what: string, record: object][] = [
  ['an answer that there is not', { ...answered(), answer: 'gone' }],
  ['an effect that there is not', { ...failed('none'), effect: 'some' }],
  ['a request id that is none', { ...failed('none'), requestId: 7 }],
  ['an end of an account that was not begun', { ...ended('done'), outcome: 'not-started' }],
  ['an outcome that there is not', { ...ended('done'), outcome: 'fine' }],
  ['an outcome of the name of a method', { ...ended('done'), outcome: 'toString' }],
  ['a credential of a kind that there is not', { ...intended(), kind: 'passkey' }],
  ['an access key without an id', { ...intended(), kind: 'access-key' }],
  ['a password with an id', { ...proven(), id: 'A' }],
  ['an id that is a number', { ...intended({ kind: 'access-key', id: 'A' }), id: 7 }],
  ['a drift of an account that did not drift', { ...ended('drifted'), outcome: 'failed' }],
  ['a drift without what was found', { ...ended('drifted'), drift: { planned: [] } }],
  ['a drift of lines that are none', { ...ended('drifted'), drift: { planned: [], found: [1] } }],
  [
    'names of what was found gone that are none',
    { ...ended('done'), foundGone: [{ kind: 'delete-password' }] },
  ],
  ['an action that there is not', { ...placedIntended(), kind: 'unlock-topic' }],
  ['a run of a kind that there is not', { ...UNLOCK_RUN, kind: 'unlock-topic' }],
  ['a run of an unlock without a reason', { ...UNLOCK_RUN, reason: undefined }],
  ['a reason to delete', { ...STARTED, reason: 'x' }],
  ['the recovery of a password in a bucket', { ...placedIntended(), name: 'logs' }],
  ['the unlocking of no bucket', { ...placedIntended(BUCKET), name: undefined }],
  ['an unlocking whose effect there is not', { ...placedFailed('none'), effect: 'some' }],
  ['an unlocking of what was gone', { ...placedAnswered(BUCKET), answer: 'absent' }],
  ['what stood there, of a deletion', { ...intended(), standing: '{}' }],
  ['the deletion of a bucket', { ...intended(), name: 'logs', region: 'eu-west-1' }],
  ['what stands there that is no text', { ...placedProven(BUCKET), standing: {} }],
  ['a message that is none', { ...ended('failed'), message: ['m'] }],
  ['a wave that is a text', { ...samples.get('wave-started'), wave: '1' }],
  ['accounts that are numbers', { ...samples.get('wave-started'), accounts: [1] }],
  ['an exit code that is a text', { ...samples.get('run-ended'), exitCode: '0' }],
  ['half an exit code', { ...samples.get('run-ended'), exitCode: 0.5 }],
  ['trouble that is none', { ...samples.get('run-ended'), trouble: null }],
  ['a process id below zero', { ...STARTED, pid: -1 }],
  ['signers that are texts', { ...STARTED, signers: ['planner'] }],
  ['a signer without a key', { ...STARTED, signers: [{ name: 'planner' }] }],
  ['one text for what --only named', { ...STARTED, only: MEMBER }],
  ['numbers for what --exclude named', { ...STARTED, exclude: [1] }],
  ['a listing of null', listing(null)],
  ['a listing of a credential of no kind', listing({ ...key, kind: undefined })],
  ['a listing of a credential without a date', listing({ ...key, created: undefined })],
  ['a listing of a credential whose status is none', listing({ ...key, status: 1 })],
  ['a listing of a use that there is not', listing({ ...key, lastUsed: { kind: 'once' } })],
  ['a listing of a use without a date', listing({ ...key, lastUsed: { kind: 'used' } })],
  [
    'a listing of a use that never was, with a date',
    listing({ ...key, lastUsed: { kind: 'never', at: 't' } }),
  ],
];
for (const [what, record] of MALFORMED) {
  test(`decodeJournal refuses a record with ${what}`, () => {
    assert.equal(
      assertRefused('JOURNAL_INVALID', () => read(endWith(record))),
      REFUSAL,
    );
  });
}

test('decodeJournal accepts every record that apply may write', () => {
  const records: readonly object[] = [
    { ...STARTED, only: [MEMBER], exclude: [], signers: [] },
    { ...samples.get('wave-started'), wave: 0, accounts: [] },
    listing(),
    listing(PASSWORD, ACCESS_KEY, CERTIFICATE, MFA_DEVICE, key),
    listing({ ...PASSWORD, lastUsed: { kind: 'used', at: 't' } }),
    listing({ ...ACCESS_KEY, lastUsed: { kind: 'used', at: 't', service: 's3', region: 'r' } }),
    ...[PASSWORD, ACCESS_KEY, CERTIFICATE, MFA_DEVICE].map((it) => intended(it)),
    answered(PASSWORD, MEMBER, 'absent'),
    failed('none'),
    { ...failed('none'), requestId: 'q' },
    UNLOCK_RUN,
    ...PLACED,
    placedIntended(),
    placedFailed('none'),
    { ...placedFailed('none'), requestId: 'q' },
    placedProven(),
    placedProven({}, 't'),
    ended('done'),
    ended('done-earlier'),
    ...OUTCOME_KINDS.filter((kind) => kind !== 'not-started').map((kind) => ended(kind)),
    { ...ended('done'), foundGone: ['password'] },
    { ...ended('failed'), message: 'm', foundGone: ['password'] },
    { ...samples.get('run-ended'), trouble: 'x' },
    { ...samples.get('run-ended'), a: 'field of a later version' },
  ];
  for (const record of records) assert.doesNotThrow(() => read(endWith(record)), JSON.stringify(record));
});

test('decodeJournal never throws but to refuse, and what it accepts can be read, when a record is any value', () => {
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('password', 'done', 'drifted', MEMBER),
  );
  const change = fc.constantFrom(...samples.values()).chain((record) =>
    fc
      .subarray(Object.keys(record), { minLength: 1 })
      .chain((fields) => fc.record(Object.fromEntries(fields.map((field) => [field, values]))))
      .map((changed) => ({ ...record, ...changed })),
  );
  fc.assert(
    fc.property(change, (record) => {
      let records: readonly JournalRecord[];
      try {
        records = read(endWith(record)).records;
      } catch (error) {
        assert.ok(error instanceof RootsweepError);
        return;
      }
      foldJournal(records);
      const facts = { sha256: SHA256, lines: 11, tornBytes: 0 };
      foldReceipt(STARTED as RunStarted, records, facts);
      foldReceipt(UNLOCK_RUN, records, facts);
    }),
    { numRuns: 2000 },
  );
});

for (const type of ['toString', 'run-paused', '', 7]) {
  test(`decodeJournal refuses a record when its type is ${JSON.stringify(type)}`, () => {
    assertRefused('JOURNAL_INVALID', () => read(endWith({ ...RECORDS.at(-1), type })));
  });
}
