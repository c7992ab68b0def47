import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolloutOf } from '../../src/core/plan/rollout.js';
import { RootsweepError } from '../../src/errors.js';
import { type ApplyEvent, type ApplyOptions, applyPlan } from '../../src/workflows/apply.js';
import { placedIntended } from '../core/apply/journal-records.js';
import { accountOf, MEMBER, policyOf, SHA256 } from '../core/fixtures.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { namedPlanOf, PASSWORD } from '../views/named-plans.js';
import { BROKEN, FULL_DISK, failing, UNGUARDED } from './account-run.js';
import { RUN } from './apply-run.js';
import { createNamedWorld, entryOf, type NamedSituation } from './named-run.js';

const IDS = [MEMBER, '333333333333', '444444444444'];

async function run(situation: NamedSituation = {}, change: Partial<ApplyOptions> = {}) {
  const accounts = IDS.map((id) => accountOf({ id }));
  const world = createNamedWorld({ accounts, ...situation });
  const plan = { ...namedPlanOf([PASSWORD]), accounts: IDS.map((id) => entryOf(PASSWORD, id)) };
  const told: ApplyEvent[] = [];
  const ledger = await applyPlan(plan, {
    ...world,
    planId: plan.id,
    clock: new VirtualClock(),
    run: RUN,
    narrowing: {},
    judge: UNGUARDED,
    rollout: rolloutOf(plan, policyOf()),
    concurrency: 10,
    checkStillGood: () => {},
    stop: new AbortController().signal,
    onEvent: (event) => told.push(event),
    ...change,
  });
  return { ...world, plan, ledger, told, kinds: ledger.lines.map(({ outcome }) => outcome.kind) };
}

test('applyPlan works on one account after the other, and writes its run down', async () => {
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
    kind: 'recovery',
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
    ['wave-started', ...one, ...one, ...one, 'run-ended'],
  );
});

test('applyPlan works on those accounts only that the flags leave', async () => {
  const [first, second, third] = IDS as [string, string, string];
  const { ledger, records } = await run({}, { narrowing: { only: [first, second], exclude: [first] } });
  assert.deepEqual(
    ledger.lines.map(({ account }) => account),
    [second],
  );
  assert(!JSON.stringify(records).includes(third));
});

test('applyPlan starts no further account after the first that fails', async () => {
  for (const [what, kind] of [
    [`perform ${IDS[1]}`, 'failed'],
    [`observe ${IDS[1]}`, 'unknown'],
  ] as const) {
    const { kinds, ledger, events } = await run({ before: failing(what, BROKEN) });
    assert.deepEqual(kinds, ['done', kind, 'not-started']);
    assert.deepEqual([ledger.exitCode, ledger.trouble], [6, 'the rollout stopped after 1 failure']);
    assert(!events.includes(`account ${IDS[2]}`));
  }
});

test('applyPlan goes on after an account that drifted', async () => {
  const accounts = IDS.map((id, index) => accountOf({ id, ...(index === 0 ? { name: 'renamed' } : {}) }));
  const { kinds, ledger, records } = await run({ accounts });
  assert.deepEqual([kinds, ledger.exitCode], [['drifted', 'done', 'done'], 5]);
  const end = records.find((record) => record.type === 'account-ended');
  assert(end?.type === 'account-ended' && end.drift?.found.includes('name: renamed'));
});

test('applyPlan starts no further account when somebody asked to stop', async () => {
  const stop = new AbortController();
  const { kinds, ledger } = await run(
    {
      before: (event) => {
        if (event.startsWith('perform')) stop.abort();
      },
    },
    { stop: stop.signal },
  );
  assert.deepEqual([kinds, ledger.exitCode], [['done', 'not-started', 'not-started'], 130]);
});

test('applyPlan starts no account, and says why, when the plan is good no more', async () => {
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

test('applyPlan starts no further account when the journal cannot be written', async () => {
  const { kinds, ledger } = await run({ before: failing('journal action-proven password', FULL_DISK) });
  assert.deepEqual(kinds, ['failed', 'not-started', 'not-started']);
  assert.deepEqual([ledger.exitCode, ledger.trouble], [6, 'no space left']);
});

test('applyPlan changes nothing when not even its start can be written', async () => {
  const started = failing('journal run-started', FULL_DISK);
  await assert.rejects(run({ before: started }), FULL_DISK);
});

test('applyPlan tells its ledger when a listener fails', async () => {
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

test('applyPlan goes by what the journal says of earlier runs', async () => {
  const { kinds, standing } = await run({
    earlier: [placedIntended()],
    standing: '2026-11-23T08:30:01Z',
  });
  assert.deepEqual([kinds, standing()], [Array(3).fill('done'), '2026-11-23T08:30:01Z']);
});
