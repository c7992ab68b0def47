/** AWS's quotas, kept: a client that is throttled wastes calls which the rest of the company needs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import type { QuotasSpec } from '../../src/emulator/scenario/scenario.js';
import { Simulation } from '../search/simulation.js';
import { NOW } from './harness.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { runSimulated } from './simulated.js';
import { CONFIRMED, PLAN } from './spawned.js';

const ACCOUNTS = 2_000;
/** Seconds until the rate of AssumeRoot, which nobody documents, is found. */
const SEARCHED_FOR = 15;

interface Run {
  readonly planned: Awaited<ReturnType<typeof createPlanned>>;
  readonly simulation: Simulation;
  /** Throttled calls as a share of all, at first and from then on. */
  readonly throttled: (from: number) => number;
}

/** What the calls of one `plan` came to. */
async function plan(quotas: QuotasSpec, flags: readonly string[] = []): Promise<Run> {
  const scenario = generateScenario({
    accounts: ACCOUNTS,
    seed: 3,
    credentialShare: 0.05,
    accessKeyShare: 0,
  });
  const planned = await createPlanned(collector as never, {
    scenario: { ...scenario, quotas, organization: { ...scenario.organization, id: ORGANIZATION } },
  });
  const simulation = new Simulation(new Date(NOW));
  planned.setAwsTime(simulation.now);
  const begun = simulation.time;
  const { code, stderr } = await runSimulated(planned, simulation, [...PLAN, '--quiet', ...flags]);
  assert.equal(code, 0, stderr);
  return {
    planned,
    simulation,
    throttled: (from) => {
      const calls = planned.emulator.calls.filter(({ at }) => Date.parse(at) - begun >= from * 1000);
      return calls.filter(({ errorCode = '' }) => /Throttl|TooMany/.test(errorCode)).length / calls.length;
    },
  };
}

// Before the first test: the hooks by which node:test follows every promise would almost double the time.
const cleanUps: (() => Promise<void>)[] = [];
const collector = { after: (cleanUp: () => Promise<void>) => cleanUps.push(cleanUp) };
const documented = await plan('documented');
const took = documented.simulation.time - Date.parse(NOW);
const pages = documented.planned.emulator.calls.filter(
  ({ operation }) => operation === 'ListAccounts',
).length;
// People review the plan; apply lists the accounts again, as another process with quotas of its own.
documented.simulation.advance(60_000);
await runSimulated(documented.planned, documented.simulation, [...CONFIRMED, '--quiet']);
const narrow = await plan({ base: 'documented', operations: { AssumeRoot: { perSecond: 40, burst: 40 } } });
const unlimited = await plan('documented', ['--quota-share', 'unlimited']);
const polite = await plan('off', ['--max-rate', '50', '--quota-share', '50']);
for (const cleanUp of cleanUps) await cleanUp();

test('plan and apply are never throttled by the quotas that AWS documents', () => {
  assert.equal(documented.throttled(0), 0);
});

test('plan takes little longer than AWS needs to list the accounts', (t) => {
  // 8 pages a second after a burst of 12.
  const bound = ((pages - 12) / 8) * 1000;
  t.diagnostic(
    `${pages} pages in ${took} ms by the virtual clock, ${(took / bound).toFixed(3)} times the bound`,
  );
  assert(took / bound <= 1.15, `${took} ms, the bound is ${bound} ms`);
});

test('plan finds the rate of AssumeRoot, and is throttled for less than 1 % of its calls from then on', (t) => {
  const [all, steady] = [narrow.throttled(0), narrow.throttled(SEARCHED_FOR)];
  t.diagnostic(
    `${(all * 100).toFixed(2)} % throttled, ${(steady * 100).toFixed(2)} % after ${SEARCHED_FOR} s`,
  );
  assert(all > 0, 'the quota was not felt');
  assert(steady < 0.01, `${steady * 100} %`);
});

test('plan keeps the documented quotas once AWS throttles, although it was told that there are none', (t) => {
  const steady = unlimited.throttled(3);
  t.diagnostic(
    `${(unlimited.throttled(0) * 100).toFixed(2)} % throttled, ${(steady * 100).toFixed(2)} % later`,
  );
  assert(unlimited.throttled(0) > 0);
  assert(steady < 0.01, `${steady * 100} %`);
});

test('plan --max-rate keeps all calls together below the rate that was asked for', () => {
  const times = polite.planned.emulator.calls.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
  const inOneSecond = times.map((from, index) => times.slice(index).findIndex((at) => at - from >= 1000));
  assert(Math.max(...inOneSecond) <= 51, `${Math.max(...inOneSecond)} calls in a second`);
});
