/** A thousand accounts behind an AWS that throttles, loses answers and shows what is gone: slow, and not wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault, FaultRule } from '../../src/emulator/faults/rule.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { Simulation } from '../search/simulation.js';
import { NOW } from './harness.js';
import { openJudge } from './judge.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { runSimulated } from './simulated.js';
import { CONFIRMED, PLAN } from './spawned.js';

const ACCOUNTS = 1_000;

const SCENARIO: Scenario = {
  seed: 1,
  organization: { id: ORGANIZATION, managementAccount: '111111111111', rootId: 'r-ab12' },
  accounts: [
    { id: '111111111111', name: 'management', root: { password: true, mfaDevices: 1 } },
    ...Array.from({ length: ACCOUNTS }, (_, index) => ({
      id: String(200_000_000_000 + index),
      name: `account-${index}`,
      root: { password: true, mfaDevices: 1 },
    })),
  ],
};

const FAULTS: FaultRule[] = [
  { match: { probability: 0.1 }, fault: { kind: 'throttle' } },
  { match: { probability: 0.02 }, fault: { kind: 'drop', when: 'after-effect' } },
  { match: { operation: 'Delete*' }, fault: { kind: 'delayed-visibility', milliseconds: 500 } },
  { match: { operation: 'Deactivate*' }, fault: { kind: 'delayed-visibility', milliseconds: 500 } },
];

// Before the first test: the hooks by which node:test follows every promise would almost double the time.
const cleanUps: (() => Promise<void>)[] = [];
const collector = { after: (cleanUp: () => Promise<void>) => cleanUps.push(cleanUp) };
const planned = await createPlanned(collector as never, { scenario: SCENARIO });
const { emulator } = planned;
const simulation = new Simulation(new Date(NOW));
planned.setAwsTime(simulation.now);
const begun = performance.now();
const looked = await runSimulated(planned, simulation, [...PLAN, '--quiet', '--concurrency', '200']);
emulator.setFaults(FAULTS);
planned.forget();
const judge = openJudge(emulator, [planned.folder]);
const start = simulation.time;
const between = performance.now();
const applied = await runSimulated(planned, simulation, [...CONFIRMED, '--quiet', '--concurrency', '200']);
const ended = performance.now();
for (const cleanUp of cleanUps) await cleanUp();

test('apply deletes and proves everything when a thousand accounts are throttled and answers are lost', (t) => {
  const { calls } = emulator;
  const share = (kind: Fault['kind']) =>
    calls.filter(({ faults }) => faults?.includes(kind)).length / calls.length;
  const percent = (kind: Fault['kind']) => `${(share(kind) * 100).toFixed(1)} %`;
  t.diagnostic(
    `${calls.length} calls, ${percent('throttle')} throttled, ${percent('drop')} dropped; ${Math.round((simulation.time - start) / 1000)} s by the virtual clock, plan ${Math.round(between - begun)} ms and apply ${Math.round(ended - between)} ms by the real one`,
  );
  assert.ok(share('throttle') > 0.08 && share('drop') > 0.01 && share('delayed-visibility') > 0);
  assert.equal(looked.code, 0, looked.stderr);
  assert.equal(applied.code, 0, applied.stderr);
  assert.deepEqual(judge.problems(), []);
  assert.deepEqual(judge.left(), []);
  assert.deepEqual(judge.ledgerProblems(applied.stdout, applied.code, 0), []);
  assert.equal(judge.deletions.length, 2 * ACCOUNTS);
});
