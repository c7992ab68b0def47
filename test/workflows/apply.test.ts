import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApplyEvent, selectEntries } from '../../src/workflows/apply.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { deleted } from '../core/apply/journal-records.js';
import { accountOf, cleanEntryOf, deleteEntryOf, MFA_DEVICE, planOf, SHA256 } from '../core/fixtures.js';
import { FULL_DISK, HELD, IDS, RUN, rolloutOf, runApply } from './apply-run.js';
import type { WorldOptions } from './world.js';

test('applyPlan empties every account and exits with 0', async () => {
  const { ledger, kinds } = await runApply();
  assert.deepEqual([ledger.exitCode, ledger.actionsProven], [0, 6]);
  assert.deepEqual(kinds, ['done', 'done', 'done']);
});

test('applyPlan writes the start of a run before it asks for anything', async () => {
  const { events, records } = await runApply();
  assert.equal(events[0], 'journal run-started');
  assert.deepEqual(records[0], {
    type: 'run-started',
    at: '2026-11-23T09:00:00Z',
    run: 'run',
    plan: planOf().id,
    digest: SHA256,
    created: planOf().created,
    kind: 'sweep',
    organization: 'o-exampleorgid',
    policy: SHA256,
    signers: [{ name: 'planner', keyid: 'k', role: 'planner' }],
    caller: 'arn',
    tool: 'rootsweep 0.1.0',
    host: 'host',
    pid: 1,
    operator: RUN.operator,
  });
});

test('applyPlan writes how each account and the run ended', async () => {
  const { records } = await runApply();
  const at = '2026-11-23T09:00:00Z';
  assert.deepEqual(
    records.filter(({ type }) => type === 'account-ended'),
    IDS.map((account) => ({ type: 'account-ended', at, account, name: 'shop', outcome: 'done' })),
  );
  assert.deepEqual(records.at(-1), { type: 'run-ended', at, run: 'run', exitCode: 0 });
});

test('applyPlan writes planned against found of an account that drifted', async () => {
  const accounts = [accountOf({ id: IDS[0], name: 'shoq' })];
  const { records } = await runApply({ ids: [IDS[0]], accounts });
  const end = records.find((record) => record.type === 'account-ended');
  assert(end?.type === 'account-ended');
  assert.deepEqual([end.name, end.outcome], ['shop', 'drifted']);
  assert.deepEqual(Object.keys(end.drift ?? {}), ['planned', 'found']);
  assert.deepEqual([end.drift?.planned[0], end.drift?.found[0]], ['name: shop', 'name: shoq']);
});

test('applyPlan writes what somebody else had deleted', async () => {
  const before: WorldOptions['before'] = (event, hold) => {
    if (event === 'delete password') hold(IDS[0], [MFA_DEVICE]);
  };
  const { records } = await runApply({ ids: [IDS[0]], before });
  const end = records.find((record) => record.type === 'account-ended');
  assert.deepEqual(end?.type === 'account-ended' && [end.outcome, end.foundGone], ['done', ['password']]);
});

test('applyPlan writes what it was narrowed to, and works on the rest alone', async () => {
  const narrowing = { only: [IDS[0], IDS[1]], exclude: [IDS[0]] };
  const { records, ledger, left } = await runApply({}, { narrowing });
  const [head] = records;
  assert.deepEqual(head?.type === 'run-started' && [head.only, head.exclude], [
    narrowing.only,
    narrowing.exclude,
  ]);
  assert.deepEqual(
    ledger.lines.map(({ account }) => account),
    [IDS[1]],
  );
  assert.deepEqual(
    IDS.map((id) => left(id).length),
    [2, 0, 2],
  );
});

test('applyPlan rejects, and asks for nothing, when the start of the run cannot be written', async () => {
  const events: string[] = [];
  const before = (event: string) => {
    events.push(event);
    throw FULL_DISK;
  };
  await assert.rejects(runApply({ before }), FULL_DISK);
  assert.deepEqual(events, ['journal run-started']);
});

test('applyPlan tells when a wave, an account and each deletion start and end', async () => {
  const { told } = await runApply({}, { narrowing: { only: [IDS[0]] } });
  const types = told.map(({ type }) => type);
  assert.deepEqual(types, [
    'wave-started',
    'account-started',
    'action-started',
    'proof-started',
    'action-proven',
    'action-started',
    'proof-started',
    'action-proven',
    'account-ended',
  ]);
});

test('applyPlan touches no account but those that it was narrowed to', async () => {
  const { kinds, left } = await runApply({}, { narrowing: { only: [IDS[1]] } });
  assert.deepEqual(kinds, ['done']);
  assert.deepEqual(
    IDS.map((id) => left(id).length),
    [2, 0, 2],
  );
});

test('applyPlan goes on, and exits with 5, when an account has drifted', async () => {
  const { ledger, kinds } = await runApply({ accounts: IDS.slice(1).map((id) => accountOf({ id })) });
  assert.deepEqual(kinds, ['drifted', 'done', 'done']);
  assert.equal(ledger.exitCode, 5);
});

test('applyPlan goes on, and exits with 6, when an account is unknown and the policy bears one', async () => {
  const before = (event: string) => {
    if (event === `list ${IDS[0]}`) throw new RootAccessFailure('denied-by-scp', 'denied');
  };
  const rollout = rolloutOf(['100%'], 2);
  const { ledger, kinds, left } = await runApply({ before }, { rollout });
  assert.deepEqual(kinds, ['unknown', 'done', 'done']);
  assert.equal(ledger.exitCode, 6);
  assert.equal(left(IDS[0]).length, 2);
});

test('applyPlan works on no more accounts at a time than it may', async () => {
  const open = new Set<string>();
  let most = 0;
  const onEvent = (event: ApplyEvent) => {
    if (event.type === 'account-started') open.add(event.account);
    if (event.type === 'account-ended') open.delete(event.account);
    most = Math.max(most, open.size);
  };
  await runApply({}, { concurrency: 2, onEvent });
  assert.equal(most, 2);
});

test('applyPlan keeps the order of the entries in the ledger when accounts end in another', async () => {
  const { ledger } = await runApply({ staleReads: 3 }, { concurrency: 3 });
  assert.deepEqual(
    ledger.lines.map(({ account }) => account),
    IDS,
  );
});

test('applyPlan deletes nothing in an account that an earlier run emptied', async () => {
  const { kinds, events } = await runApply({
    earlier: deleted(IDS[0], HELD),
    holds: { [IDS[0]]: [], [IDS[1]]: HELD, [IDS[2]]: HELD },
  });
  assert.deepEqual(kinds, ['done-earlier', 'done', 'done']);
  assert.ok(events.includes(`list ${IDS[0]}`));
});

const ENTRIES = IDS.map((id) => deleteEntryOf({ id }));
const PLAN = planOf([...ENTRIES, cleanEntryOf('555555555555')]);

test('selectEntries takes every account that the plan marks delete, and no other', () => {
  assert.deepEqual(selectEntries(PLAN, {}), ENTRIES);
});

test('selectEntries takes only the named accounts that the plan marks delete', () => {
  const only = [IDS[1], '555555555555', '999999999999'];
  assert.deepEqual(selectEntries(PLAN, { only }), [ENTRIES[1]]);
});

test('selectEntries leaves out an account that is both named and excluded', () => {
  assert.deepEqual(selectEntries(PLAN, { only: [IDS[1]], exclude: [IDS[1]] }), []);
});

test('selectEntries takes nothing when no account is named', () => {
  assert.deepEqual(selectEntries(PLAN, { only: [] }), []);
});
