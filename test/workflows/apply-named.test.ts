import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RootsweepError } from '../../src/errors.js';
import {
  applyRemedies,
  type RemediesEvent,
  type RemediesOptions,
} from '../../src/workflows/apply-remedies.js';
import { accountOf, MEMBER, SHA256 } from '../core/fixtures.js';
import { remedyIntended } from '../core/journal-records.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { PASSWORD, remedyPlanOf } from '../views/named-plans.js';
import { BROKEN, FULL_DISK, failing } from './account-run.js';
import { RUN } from './apply-run.js';
import { createRemedyWorld, entryOf, type RemedySituation } from './named-run.js';

const IDS = [MEMBER, '333333333333', '444444444444'];

async function run(situation: RemedySituation = {}, change: Partial<RemediesOptions> = {}) {
  const accounts = IDS.map((id) => accountOf({ id }));
  const world = createRemedyWorld({ accounts, ...situation });
  const plan = { ...remedyPlanOf([PASSWORD]), accounts: IDS.map((id) => entryOf(PASSWORD, id)) };
  const told: RemediesEvent[] = [];
  const ledger = await applyRemedies(plan, {
    ...world,
    planId: plan.id,
    clock: new VirtualClock(),
    run: RUN,
    narrowing: {},
    checkStillGood: () => {},
    stop: new AbortController().signal,
    onEvent: (event) => told.push(event),
    ...change,
  });
  return { ...world, plan, ledger, told, kinds: ledger.lines.map(({ outcome }) => outcome.kind) };
}

test('applyRemedies works on one account after the other, and writes its run down', async () => {
  const { ledger, kinds, records, plan, events } = await run();
  assert.deepEqual([kinds, ledger.exitCode, ledger.trouble], [Array(3).fill('done'), 0, undefined]);
  const opened = events.filter((event) => event.startsWith('open ')).map((event) => event.split(' ')[1]);
  assert.deepEqual(opened, IDS);
  const [start, ...rest] = records;
  assert.deepEqual(start, {
    type: 'run-started',
    at: '2026-11-23T09:00:00Z',
    run: 'run',
    plan: plan.id,
    digest: SHA256,
    created: plan.created,
    organization: plan.organization,
    remedy: 'allow-password-recovery',
    reason: plan.reason,
    policy: plan.policy.sha256,
    signers: RUN.signers,
    caller: 'arn',
    tool: 'rootsweep 0.1.0',
    host: 'host',
    pid: 1,
    operator: RUN.operator,
  });
  const one = ['action-intended', 'action-answered', 'action-proven', 'account-ended'];
  assert.deepEqual(
    rest.map(({ type }) => type),
    [...one, ...one, ...one, 'run-ended'],
  );
});

test('applyRemedies works on those accounts only that the flags leave', async () => {
  const [first, second, third] = IDS as [string, string, string];
  const { ledger, records } = await run({}, { narrowing: { only: [first, second], exclude: [first] } });
  assert.deepEqual(
    ledger.lines.map(({ account }) => account),
    [second],
  );
  assert(!JSON.stringify(records).includes(third));
});

test('applyRemedies starts no further account after the first that fails', async () => {
  for (const [what, kind] of [
    [`carry-out ${IDS[1]}`, 'failed'],
    [`look ${IDS[1]}`, 'unknown'],
  ] as const) {
    const { kinds, ledger, events } = await run({ before: failing(what, BROKEN) });
    assert.deepEqual(kinds, ['done', kind, 'not-started']);
    assert.deepEqual([ledger.exitCode, ledger.trouble], [6, 'the first failure stops a plan of remedies']);
    assert(!events.includes(`account ${IDS[2]}`));
  }
});

test('applyRemedies goes on after an account that drifted', async () => {
  const accounts = IDS.map((id, index) => accountOf({ id, ...(index === 0 ? { name: 'renamed' } : {}) }));
  const { kinds, ledger, records } = await run({ accounts });
  assert.deepEqual([kinds, ledger.exitCode], [['drifted', 'done', 'done'], 5]);
  const end = records.find((record) => record.type === 'account-ended');
  assert(end?.type === 'account-ended' && end.drift?.found.includes('name: renamed'));
});

test('applyRemedies starts no further account when somebody asked to stop', async () => {
  const stop = new AbortController();
  const { kinds, ledger } = await run(
    {
      before: (event) => {
        if (event.startsWith('carry-out')) stop.abort();
      },
    },
    { stop: stop.signal },
  );
  assert.deepEqual([kinds, ledger.exitCode], [['done', 'not-started', 'not-started'], 130]);
});

test('applyRemedies starts no account, and says why, when the plan is good no more', async () => {
  const { kinds, ledger, events } = await run(
    {},
    {
      checkStillGood: () => {
        throw new RootsweepError('PLAN_EXPIRED', 'the plan expired', { hint: 'plan again' });
      },
    },
  );
  assert.deepEqual(kinds, Array(3).fill('not-started'));
  assert.deepEqual([ledger.exitCode, ledger.trouble], [6, 'the plan expired; plan again']);
  assert(!events.some((event) => event.startsWith('account ')));
});

test('applyRemedies starts no further account when the journal cannot be written', async () => {
  const { kinds, ledger } = await run({ before: failing('journal action-proven password', FULL_DISK) });
  assert.deepEqual(kinds, ['failed', 'not-started', 'not-started']);
  assert.deepEqual([ledger.exitCode, ledger.trouble], [6, 'no space left']);
});

test('applyRemedies changes nothing when not even its start can be written', async () => {
  const started = failing('journal run-started', FULL_DISK);
  await assert.rejects(run({ before: started }), FULL_DISK);
});

test('applyRemedies tells its ledger when a listener fails', async () => {
  let fails = true;
  const { ledger } = await run(
    {},
    {
      onEvent: (event) => {
        if (event.type !== 'account-ended' || !fails) return;
        fails = false;
        throw new Error('the pipe is closed');
      },
    },
  );
  assert.deepEqual([ledger.exitCode, ledger.trouble], [6, 'the pipe is closed']);
});

test('applyRemedies goes by what the journal says of earlier runs', async () => {
  const { kinds, standing } = await run({
    earlier: [remedyIntended()],
    standing: '2026-11-23T08:30:01Z',
  });
  assert.deepEqual([kinds, standing()], [Array(3).fill('done'), '2026-11-23T08:30:01Z']);
});
