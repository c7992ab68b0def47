import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeleteEntry } from '../../src/core/plan.js';
import { RootsweepError } from '../../src/errors.js';
import { type ApplyEvent, type ApplyOptions, applyPlan, selectEntries } from '../../src/workflows/apply.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import {
  accountOf,
  cleanEntryOf,
  deleteEntryOf,
  MFA_DEVICE,
  PASSWORD,
  planOf,
  SHA256,
} from '../core/fixtures.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { createWorld, type WorldOptions } from './world.js';

const IDS = ['222222222222', '333333333333', '444444444444'] as const;
const ENTRIES: readonly DeleteEntry[] = IDS.map((id) => deleteEntryOf({ id }));
const RUN = { id: 'run', caller: 'arn', tool: 'rootsweep 0.1.0', host: 'host', pid: 1 };
const FULL_DISK = new RootsweepError('FILE_UNWRITABLE', 'no space left');

/** Applies a plan for three accounts, one after the other. */
async function apply(options: WorldOptions = {}, change: Partial<ApplyOptions> = {}) {
  const accounts = IDS.map((id) => accountOf({ id }));
  const holds = Object.fromEntries(IDS.map((id) => [id, [PASSWORD, MFA_DEVICE]]));
  const world = createWorld({ accounts, holds, ...options });
  const told: ApplyEvent[] = [];
  const plan = planOf(ENTRIES);
  const run = applyPlan(plan, {
    ...world,
    clock: new VirtualClock(),
    run: RUN,
    digest: SHA256,
    entries: ENTRIES,
    concurrency: 1,
    stop: new AbortController().signal,
    onEvent: (event) => told.push(event),
    ...change,
  });
  return { ledger: await run, told, ...world };
}
const kinds = (ledger: Awaited<ReturnType<typeof apply>>['ledger']) =>
  ledger.lines.map(({ outcome }) => outcome.kind);

test('applyPlan empties every account and exits with 0', async () => {
  const { ledger } = await apply();
  assert.deepEqual([ledger.exitCode, ledger.credentialsDeleted], [0, 6]);
  assert.deepEqual(kinds(ledger), ['deleted', 'deleted', 'deleted']);
});

test('applyPlan writes the start of a run before it asks for anything', async () => {
  const { events, records } = await apply();
  assert.equal(events[0], 'journal run-started');
  assert.deepEqual(records[0], {
    type: 'run-started',
    at: '2026-11-23T09:00:00Z',
    run: 'run',
    plan: planOf().id,
    digest: SHA256,
    caller: 'arn',
    tool: 'rootsweep 0.1.0',
    host: 'host',
    pid: 1,
    accounts: IDS,
  });
});

test('applyPlan writes how each account and the run ended', async () => {
  const { records } = await apply();
  const at = '2026-11-23T09:00:00Z';
  assert.deepEqual(
    records.filter(({ type }) => type === 'account-ended'),
    IDS.map((account) => ({ type: 'account-ended', at, account, outcome: 'deleted' })),
  );
  assert.deepEqual(records.at(-1), { type: 'run-ended', at, run: 'run', exitCode: 0 });
});

test('applyPlan rejects, and asks for nothing, when the start of the run cannot be written', async () => {
  const events: string[] = [];
  const before = (event: string) => {
    events.push(event);
    throw FULL_DISK;
  };
  await assert.rejects(apply({ before }), FULL_DISK);
  assert.deepEqual(events, ['journal run-started']);
});

test('applyPlan tells when each account starts and ends', async () => {
  const { told } = await apply({}, { entries: ENTRIES.slice(0, 1) });
  assert.deepEqual([told.at(0)?.type, told.at(-1)?.type], ['account-started', 'account-ended']);
});

test('applyPlan touches no account but those it was given', async () => {
  const { ledger, left } = await apply({}, { entries: ENTRIES.slice(1, 2) });
  assert.deepEqual(kinds(ledger), ['deleted']);
  assert.deepEqual(
    IDS.map((id) => left(id).length),
    [2, 0, 2],
  );
});

test('applyPlan goes on, and exits with 5, when an account has drifted', async () => {
  const { ledger } = await apply({ accounts: IDS.slice(1).map((id) => accountOf({ id })) });
  assert.deepEqual(kinds(ledger), ['drifted', 'deleted', 'deleted']);
  assert.equal(ledger.exitCode, 5);
});

test('applyPlan goes on, and exits with 6, when an account is unknown', async () => {
  const before = (event: string) => {
    if (event === `list ${IDS[0]}`) throw new RootAccessFailure('denied-by-scp', 'denied');
  };
  const { ledger, left } = await apply({ before });
  assert.deepEqual(kinds(ledger), ['unknown', 'deleted', 'deleted']);
  assert.equal(ledger.exitCode, 6);
  assert.equal(left(IDS[0]).length, 2);
});

test('applyPlan starts no further account when the journal cannot be written', async () => {
  let appended = 0;
  const before = (event: string) => {
    if (event.startsWith('journal')) appended += 1;
    if (appended > 4) throw FULL_DISK;
  };
  const { ledger, left } = await apply({ before });
  assert.deepEqual(kinds(ledger), ['failed', 'not-started', 'not-started']);
  assert.equal(ledger.exitCode, 6);
  assert.deepEqual(
    IDS.map((id) => left(id).length),
    [1, 2, 2],
  );
});

test('applyPlan starts no further account when rootsweep itself is at fault', async () => {
  const before = (event: string) => {
    if (event === `list ${IDS[0]}`) throw new TypeError('defect');
  };
  const { ledger } = await apply({ before });
  assert.deepEqual(kinds(ledger), ['failed', 'not-started', 'not-started']);
});

test('applyPlan starts no further account when only the end of one cannot be written', async () => {
  const before = (event: string) => {
    if (event === 'journal account-ended') throw FULL_DISK;
  };
  const { ledger } = await apply({ before });
  assert.deepEqual(kinds(ledger), ['deleted', 'not-started', 'not-started']);
});

test('applyPlan gives the ledger, and says what is missing, when the end of the run cannot be written', async () => {
  const before = (event: string) => {
    if (event === 'journal run-ended') throw FULL_DISK;
  };
  const { ledger } = await apply({ before });
  assert.deepEqual(kinds(ledger), ['deleted', 'deleted', 'deleted']);
  assert.deepEqual([ledger.exitCode, ledger.trouble], [6, FULL_DISK.message]);
});

test('applyPlan starts nothing, and exits with 130, when it was stopped before', async () => {
  const { ledger, events } = await apply({}, { stop: AbortSignal.abort() });
  assert.deepEqual(kinds(ledger), ['not-started', 'not-started', 'not-started']);
  assert.equal(ledger.exitCode, 130);
  assert.deepEqual(events, ['journal run-started', 'journal run-ended']);
});

test('applyPlan finishes the account that it is in when it is stopped, and starts no other', async () => {
  const stop = new AbortController();
  const before = (event: string) => {
    if (event === 'delete password') stop.abort();
  };
  const { ledger, left } = await apply({ before }, { stop: stop.signal });
  assert.deepEqual(kinds(ledger), ['deleted', 'not-started', 'not-started']);
  assert.deepEqual(
    IDS.map((id) => left(id).length),
    [0, 2, 2],
  );
  assert.equal(ledger.exitCode, 130);
});

test('applyPlan works on no more accounts at a time than it may', async () => {
  const open = new Set<string>();
  let most = 0;
  const onEvent = (event: ApplyEvent) => {
    if (event.type === 'account-started') open.add(event.account);
    if (event.type === 'account-ended') open.delete(event.account);
    most = Math.max(most, open.size);
  };
  await apply({}, { concurrency: 2, onEvent });
  assert.equal(most, 2);
});

test('applyPlan keeps the order of the entries in the ledger when accounts end in another', async () => {
  const { ledger } = await apply({ staleReads: 3 }, { concurrency: 3 });
  assert.deepEqual(
    ledger.lines.map(({ account }) => account),
    IDS,
  );
});

test('applyPlan deletes nothing in an account that an earlier run emptied', async () => {
  const done = (credential: typeof PASSWORD) => ({
    type: 'deletion-proven' as const,
    at: '2026-11-23T08:30:00Z',
    account: IDS[0],
    kind: credential.kind,
    ...(credential.id === undefined ? {} : { id: credential.id }),
    requestId: 'q',
  });
  const gone = (credential: typeof PASSWORD) => ({
    ...done(credential),
    type: 'deletion-intended' as const,
    session: 's',
  });
  const { ledger, events } = await apply({
    earlier: [gone(PASSWORD), done(PASSWORD), gone(MFA_DEVICE), done(MFA_DEVICE)],
    holds: { [IDS[0]]: [], [IDS[1]]: [PASSWORD, MFA_DEVICE], [IDS[2]]: [PASSWORD, MFA_DEVICE] },
  });
  assert.deepEqual(kinds(ledger), ['already-deleted', 'deleted', 'deleted']);
  assert.ok(events.includes(`list ${IDS[0]}`));
});

const PLAN = planOf([...ENTRIES, cleanEntryOf('555555555555')]);

test('selectEntries takes every account that the plan marks delete, and no other', () => {
  assert.deepEqual(selectEntries(PLAN, undefined, new Set()), ENTRIES);
});

test('selectEntries takes only the named accounts that the plan marks delete', () => {
  const only = new Set([IDS[1], '555555555555', '999999999999']);
  assert.deepEqual(selectEntries(PLAN, only, new Set()), [ENTRIES[1]]);
});

test('selectEntries leaves out an account that is both named and excluded', () => {
  assert.deepEqual(selectEntries(PLAN, new Set([IDS[1]]), new Set([IDS[1]])), []);
});

test('selectEntries takes nothing when no account is named', () => {
  assert.deepEqual(selectEntries(PLAN, new Set(), new Set()), []);
});
