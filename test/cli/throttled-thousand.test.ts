/** A thousand accounts behind an AWS that throttles, loses answers and shows what is gone: slow, and not wrong. */
import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import type { Context } from '../../src/context.js';
import type { Fault, FaultRule } from '../../src/emulator/faults/rule.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { diskStorage } from '../../src/files/journal-storage.js';
import { main } from '../../src/main.js';
import { Simulation } from '../search/simulation.js';
import { openTransport } from '../search/transport.js';
import { NOW } from './harness.js';
import { openJudge } from './judge.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { CONFIRMED, type Ending, PLAN } from './spawned.js';

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

/** Runs one command in virtual time. The harness keeps no more of its output than a pipe holds. */
async function run(
  { folder, emulator }: Planned,
  simulation: Simulation,
  argv: readonly string[],
): Promise<Ending> {
  const texts = { stdout: '', stderr: '' };
  const collect = (name: keyof typeof texts) =>
    new Writable({
      write: (chunk, _encoding, done) => {
        texts[name] += String(chunk);
        done();
      },
    });
  const context: Context = {
    stdin: new PassThrough(),
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    terminal: { stdin: false, stdout: false, stderr: false },
    env: {},
    cwd: folder,
    homeFolder: folder,
    host: 'test-host',
    pid: 4242,
    isRunning: () => false,
    journals: diskStorage,
    clock: { now: simulation.now, sleep: simulation.sleep, random: createRandom() },
    newId: () => '00000000-0000-4000-8000-000000000001',
    stop: new AbortController().signal,
    aws: {
      endpoint: 'http://emulator.invalid',
      region: 'us-east-1',
      credentials: emulator.callerCredentials(),
      // Twenty thousand calls over sockets would be most of the time that the test takes.
      requestHandler: openTransport(emulator, simulation),
    },
  };
  return { code: await simulation.drive(main(argv, context)), signal: null, ...texts };
}

/** The same every time, so that the run is. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

// Before the first test: the hooks by which node:test follows every promise would almost double the time.
const cleanUps: (() => Promise<void>)[] = [];
const collector = { after: (cleanUp: () => Promise<void>) => cleanUps.push(cleanUp) };
const planned = await createPlanned(collector as never, { scenario: SCENARIO });
const { emulator } = planned;
const simulation = new Simulation(new Date(NOW));
planned.setAwsTime(simulation.now);
const begun = performance.now();
const looked = await run(planned, simulation, [...PLAN, '--quiet', '--concurrency', '200']);
emulator.setFaults(FAULTS);
planned.forget();
const judge = openJudge(emulator, [planned.folder]);
const start = simulation.time;
const between = performance.now();
const applied = await run(planned, simulation, [...CONFIRMED, '--quiet', '--concurrency', '200']);
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
