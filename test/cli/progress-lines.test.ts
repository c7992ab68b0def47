/** Where there is no terminal: a line every ten seconds, by a clock of the test's own. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Context } from '../../src/context.js';
import type { FaultRule } from '../../src/emulator/faults/rule.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { Simulation } from '../search/simulation.js';
import { NOW } from './harness.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { runSimulated } from './simulated.js';
import { CONFIRMED, type Ending, PLAN } from './spawned.js';

const SCENARIO: Scenario = {
  seed: 1,
  organization: { id: ORGANIZATION, managementAccount: '111111111111', rootId: 'r-ab12' },
  accounts: [
    { id: '111111111111', name: 'management' },
    ...Array.from({ length: 119 }, (_, index) => ({
      id: String(200_000_000_000 + index),
      name: `account-${index}`,
      root: { password: index < 12 },
    })),
  ],
};

/** Two calls for each account: five accounts a second at most. */
const SLOWLY = ['--max-rate', '10'];

/** However it begins: not what else is told of waves. */
const PROGRESS = /^\r?(?:Opening|Auditing|Signing|Wave \d of \d: \d+ of)/;

interface Told extends Ending {
  /** What stderr says of progress, and after how many seconds. */
  readonly lines: readonly (readonly [seconds: number, line: string])[];
}

async function openRuns(t: TestContext, faults: readonly FaultRule[] = []) {
  const planned = await createPlanned(t, { scenario: SCENARIO });
  const simulation = new Simulation(new Date(NOW));
  planned.setAwsTime(simulation.now);
  planned.emulator.setFaults(faults);
  return async (argv: readonly string[], more: Partial<Context> = {}): Promise<Told> => {
    const start = simulation.time;
    const lines: [number, string][] = [];
    const stderr = new Writable({
      write: (chunk, _encoding, done) => {
        const text = stripVTControlCharacters(String(chunk)).trimEnd();
        if (PROGRESS.test(text)) lines.push([(simulation.time - start) / 1000, text]);
        done();
      },
    });
    return { ...(await runSimulated(planned, simulation, argv, { stderr, ...more })), lines };
  };
}

test('plan tells every ten seconds how far it has come, the first time after ten', async (t) => {
  const run = await openRuns(t);
  const { code, lines } = await run([...PLAN, '--json', ...SLOWLY]);
  assert.equal(code, 0);
  assert.deepEqual(lines, [
    [10, 'Auditing: 28 of 60 accounts known so far · 2.9/s'],
    [20, 'Auditing: 58 of 100 accounts known so far · 2.9/s'],
    [30, 'Auditing: 112 of 120 accounts · 4.8/s · 2 s left'],
  ]);
});

test('apply tells every ten seconds which wave it is at, and what is done in how many accounts', async (t) => {
  const run = await openRuns(t);
  await run([...PLAN, '--quiet']);
  const { code, lines } = await run([...CONFIRMED, '--max-rate', '3', '--concurrency', '2']);
  assert.equal(code, 0);
  const [[begun] = [0]] = lines;
  assert.deepEqual(
    lines.map(([seconds, line]) => [Math.round(seconds - begun), line]),
    [
      [0, 'Wave 2 of 3: 1 of 12 accounts · deleting in 1, proving 1'],
      [10, 'Wave 2 of 3: 3 of 12 accounts · looking at 1, proving 1 · 7.8/min · 2 min left'],
      [20, 'Wave 2 of 3: 5 of 12 accounts · looking at 2 · 7.5/min · 56 s left'],
      [30, 'Wave 2 of 3: 7 of 12 accounts · looking at 2 · 7.2/min · 42 s left'],
      [40, 'Wave 3 of 3: 10 of 12 accounts · looking at 1, deleting in 1'],
    ],
  );
});

test('plan tells what AWS throttles, and how many calls it sends because of that', async (t) => {
  const run = await openRuns(t, [
    { match: { operation: 'AssumeRoot', every: 2 }, fault: { kind: 'throttle' } },
  ]);
  const { lines } = await run([...PLAN, '--json']);
  const [seconds, line] = lines[0] ?? [];
  assert.equal(seconds, 10);
  assert.match(line ?? '', / · slowed by AWS: \d+ throttled, now [\d.]+\/s AssumeRoot$/);
});

test('plan tells that it waits while nobody answers', async (t) => {
  const run = await openRuns(t, [
    { match: { operation: 'DescribeOrganization' }, fault: { kind: 'latency', milliseconds: 25_000 } },
  ]);
  const { lines } = await run([...PLAN, '--json']);
  assert.deepEqual(lines, [
    [10, 'Opening the organization: 10 s'],
    [20, 'Opening the organization: 20 s'],
  ]);
});

for (const [what, flags, more, told] of [
  ['--quiet is given', ['--quiet'], {}, 0],
  ['a terminal can only print', [], { terminal: 'stderr', env: { TERM: 'dumb' } }, 3],
  ['a CI system pretends to be a terminal', [], { terminal: 'stderr', env: { CI: 'true' } }, 3],
  ['a terminal is there', [], { terminal: 'stderr', env: {} }, 0],
] as const) {
  test(`plan tells its progress in ${told} lines when ${what}, and writes the same to stdout`, async (t) => {
    const run = await openRuns(t);
    const terminal = { stdin: false, stdout: false, stderr: 'terminal' in more };
    const env = 'env' in more ? more.env : {};
    const { stdout, lines } = await run([...PLAN, '--json', ...SLOWLY, ...flags], { terminal, env });
    assert.equal(lines.filter(([, line]) => !line.includes('\r')).length, told);
    assert.equal(
      lines.some(([, line]) => line.includes('\r')),
      what === 'a terminal is there',
    );
    const piped = await run([...PLAN, '--json', ...SLOWLY, '--quiet']);
    const withoutDates = (text: string) => text.replace(/"(?:expires|digest)":"[^"]*"/g, '');
    assert.equal(withoutDates(stdout), withoutDates(piped.stdout));
  });
}
