import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderProgress, renderStatus } from '../../../src/views/apply/progress.js';
import {
  beginPhase,
  foldProgress,
  type Phase,
  type ProgressEvent,
  type ProgressState,
} from '../../../src/views/apply/progress-state.js';
import { countColumns } from '../../../src/views/format/columns.js';
import { renderLines } from '../../../src/views/format/lines.js';
import { accountOf } from '../../core/fixtures.js';
import { findLive, HOSTILE } from '../hostile.js';

const LEFT_OUT: ProgressEvent = { type: 'account-left-out', account: accountOf() };
const ASSUME_ROOT = { api: 'AssumeRoot', rate: 8.04 };

/** What happens at which second. */
type Story = readonly (readonly [second: number, ...events: ProgressEvent[]])[];

function tell(phase: Phase, of: number | undefined, story: Story): ProgressState {
  let state = beginPhase(phase, 0, of);
  for (const [second, ...events] of story)
    for (const event of events) state = foldProgress(state, event, second * 1000);
  return state;
}

const logged = (state: ProgressState, second: number) =>
  renderLines([renderProgress(state, second * 1000)], false).trimEnd();
const drawn = (state: ProgressState, second: number, columns: number) =>
  renderLines([renderStatus(state, second * 1000, columns)], false).trimEnd();

const listed = (accounts: number, complete: boolean): ProgressEvent => ({
  type: 'accounts-listed',
  accounts,
  complete,
});
const throttled: ProgressEvent = { type: 'call-throttled', by: ASSUME_ROOT };
/** So many a second, each second from the first on. */
const steadily = (seconds: number, each: number): Story =>
  Array.from({ length: seconds }, (_, index) => [index + 1, ...Array<ProgressEvent>(each).fill(LEFT_OUT)]);

for (const [what, state, second, line] of [
  [
    'where nothing is counted, the time that has passed',
    tell('signing', undefined, []),
    12,
    'Signing the plan: 12 s',
  ],
  [
    'what is known so far, and no time left, before all are listed',
    tell('auditing', undefined, [[0, listed(1200, false)], ...steadily(10, 31)]),
    10,
    'Auditing: 310 of 1,200 accounts known so far · 31/s',
  ],
  [
    'the time left once all are listed',
    tell('auditing', undefined, [[0, listed(1200, true)], ...steadily(10, 31)]),
    10,
    'Auditing: 310 of 1,200 accounts · 31/s · 29 s left',
  ],
  [
    'that nothing goes on only after fifteen seconds of it',
    tell('auditing', undefined, [[0, listed(1200, true)]]),
    14,
    'Auditing: 0 of 1,200 accounts',
  ],
  [
    'neither rate nor time left in the first three seconds',
    tell('auditing', undefined, [[0, listed(1200, true)], ...steadily(2, 31)]),
    2,
    'Auditing: 62 of 1,200 accounts',
  ],
  [
    'the rate of the last fifteen seconds, not of all',
    tell('auditing', undefined, [
      [0, listed(5000, true), ...Array<ProgressEvent>(2000).fill(LEFT_OUT)],
      ...steadily(60, 10),
    ]),
    60,
    'Auditing: 2,600 of 5,000 accounts · 10/s · 4 min left',
  ],
  [
    'no time left where nothing goes on',
    tell('auditing', undefined, [[0, listed(1200, true)], ...steadily(10, 31)]),
    40,
    'Auditing: 310 of 1,200 accounts · 0/s',
  ],
  [
    'a slow rate by the minute, and a long time in hours',
    tell('auditing', undefined, [
      [0, listed(1200, true)],
      [5, LEFT_OUT],
      [10, LEFT_OUT],
    ]),
    10,
    'Auditing: 2 of 1,200 accounts · 12/min · 1 h 40 min left',
  ],
  [
    'what AWS throttled, and how many calls are sent now',
    tell('auditing', undefined, [[0, listed(1200, false)], ...steadily(10, 8), [10, throttled, throttled]]),
    12,
    'Auditing: 80 of 1,200 accounts known so far · 6.7/s · slowed by AWS: 2 throttled, now 8/s AssumeRoot',
  ],
  [
    'what AWS throttled a while ago, without the rate that nobody slows any more',
    tell('auditing', undefined, [[0, listed(1200, false)], [1, throttled], ...steadily(40, 8)]),
    40,
    'Auditing: 320 of 1,200 accounts known so far · 8/s · 1 throttled by AWS',
  ],
  [
    'what AWS throttled without a limiter',
    tell('opening', undefined, [[1, { type: 'call-throttled', by: undefined }]]),
    2,
    'Opening the organization: 2 s · slowed by AWS: 1 throttled',
  ],
  [
    'how many tags were read at the end',
    tell('auditing', undefined, [
      [9, { type: 'tags-read', accounts: 1, of: 40 }],
      [10, { type: 'tags-read', accounts: 2, of: 40 }],
    ]),
    10,
    'Comparing tags: 2 of 40 accounts',
  ],
  ['what was checked', tell('checking', 13, [[1, { type: 'step-ended' }]]), 2, 'Checking: 1 of 13'],
] as const) {
  test(`renderProgress tells ${what}`, () => {
    assert.equal(logged(state, second), line);
  });
}

const account = (id: string, name: string) => ({ account: id, name });
const action = { kind: 'delete-password' } as const;
const AT_WORK: Story = [
  [0, { type: 'wave-started', wave: 2, of: 3, accounts: 10, goesOn: false }],
  [1, { type: 'account-started', ...account('1', 'shop') }],
  [1, { type: 'account-started', ...account('2', 'legacy') }],
  [1, { type: 'account-started', ...account('3', '') }],
  [2, { type: 'action-started', account: '1', action }],
  [2, { type: 'action-started', account: '2', action }],
  [3, { type: 'proof-started', account: '1', action }],
];

test('renderStatus tells the wave, what is done in how many accounts, and in which, in the order of their beginning', () => {
  const state = tell('applying', 11, AT_WORK);
  assert.equal(
    drawn(state, 2, 100),
    'Wave 2 of 3: 0 of 11 accounts · looking at 1, deleting in 1, proving 1 · shop, legacy, 3',
  );
  const proven = foldProgress(state, { type: 'action-proven', account: '1', action }, 4000);
  const ended = foldProgress(
    proven,
    { type: 'account-ended', ...account('1', 'shop'), actions: [], outcome: { kind: 'done', proven: [] } },
    4000,
  );
  assert.equal(
    drawn(ended, 5, 100),
    'Wave 2 of 3: 1 of 11 accounts · looking at 1, deleting in 1 · 12/min · legacy, 3',
  );
  // Now as many are done as are at work, and it can be told when the rest will be.
  const more = foldProgress(
    ended,
    { type: 'account-ended', ...account('2', 'legacy'), actions: [], outcome: { kind: 'done', proven: [] } },
    8000,
  );
  assert.equal(drawn(more, 10, 100), 'Wave 2 of 3: 2 of 11 accounts · looking at 1 · 12/min · 45 s left · 3');
  const next = foldProgress(
    more,
    { type: 'wave-started', wave: 3, of: 3, accounts: 9, goesOn: false },
    10_000,
  );
  assert.equal(drawn(next, 14, 100), 'Wave 3 of 3: 2 of 11 accounts · looking at 1 · 3');
});

test('renderStatus does not count the waves of a rollout that has one', () => {
  const [, ...rest] = AT_WORK;
  const state = tell('applying', 11, [
    [0, { type: 'wave-started', wave: 1, of: 1, accounts: 11, goesOn: false }],
    ...rest,
  ]);
  assert.match(drawn(state, 2, 100), /^Applying: 0 of 11 accounts/);
});

test('renderStatus tells after the first Ctrl-C which accounts are finished, and no rate', () => {
  const state = tell('applying', 11, [...AT_WORK, [5, { type: 'stop-asked' }]]);
  assert.equal(
    drawn(state, 6, 100),
    'Stopping: finishing 3 accounts · looking at 1, deleting in 1, proving 1 · shop, legacy, 3',
  );
  assert.equal(drawn(tell('opening', undefined, [[1, { type: 'stop-asked' }]]), 2, 100), 'Stopping: 2 s');
});

test('beginPhase keeps what was throttled, and that somebody asked to stop', () => {
  const before = tell('opening', undefined, [[1, throttled, { type: 'stop-asked' }]]);
  assert.equal(
    logged(beginPhase('auditing', 2000, undefined, before), 4),
    'Stopping: 2 s · slowed by AWS: 1 throttled, now 8/s AssumeRoot',
  );
});

test('renderStatus leaves out what matters least when the terminal is narrower', () => {
  const state = tell('auditing', undefined, [
    [0, listed(2000, true), throttled],
    ...steadily(10, 31),
    [10, throttled],
  ]);
  const lines = [120, 91, 70, 52, 45, 35, 25, 20, 12, 3].map((columns) => drawn(state, 10, columns));
  assert.deepEqual(lines, [
    'Auditing: 310 of 2,000 accounts · 31/s · 55 s left · slowed by AWS: 2 throttled, now 8/s AssumeRoot',
    'Auditing: 310 of 2,000 accounts · 55 s left · 2 throttled',
    'Auditing: 310 of 2,000 accounts · 55 s left · 2 throttled',
    'Auditing: 310/2,000 · 55 s left · 2 throttled',
    'Auditing: 310/2,000 · 2 throttled',
    'Auditing: 310/2,000 · 2 throttled',
    'Auditing: 310/2,000',
    'Auditing: 310/2,000',
    '310/2,000',
    '…',
  ]);
});

test('renderStatus never takes the last column, and shows no name that a terminal would act upon', () => {
  const names = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      ...HOSTILE.map(([, text]) => text),
      '支払い-本番',
      '👩‍👩‍👧',
      'e\u0301'.repeat(40),
      '#'.repeat(50),
    ),
  );
  const happenings = fc.oneof(
    names.map((name): ProgressEvent => ({ type: 'account-started', account: name, name })),
    fc.constantFrom<ProgressEvent>(
      LEFT_OUT,
      throttled,
      { type: 'stop-asked' },
      listed(50_000, false),
      listed(50_000, true),
      { type: 'wave-started', wave: 99, of: 100, accounts: 1, goesOn: true },
    ),
  );
  const phases = fc.constantFrom<Phase>('opening', 'auditing', 'signing', 'applying', 'checking');
  fc.assert(
    fc.property(
      phases,
      fc.option(fc.nat(50_000), { nil: undefined }),
      fc.array(fc.tuple(fc.nat(100), happenings), { maxLength: 12 }),
      fc.integer({ min: 1, max: 200 }),
      (phase, of, story, columns) => {
        const line = drawn(tell(phase, of, story), 100, columns);
        assert.ok(countColumns(line) < columns, line);
        assert.deepEqual(findLive(`${line}\n`), []);
      },
    ),
    { numRuns: 2_000 },
  );
});
