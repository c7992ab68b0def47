import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { CASES } from './cases.js';
import { compare } from './comparison.js';
import { renderReport, reportOf } from './report.js';
import { nameOf } from './result.js';
import type { Command, Run } from './run-case.js';
import type { Samples } from './samples.js';

/** 1,000 accounts, 5 %, 40 ms, no quotas. */
const CASE = CASES.find((it) => it.beside === 'plan');
const NAME = CASE === undefined ? '' : nameOf(CASE);

function runOf(command: Command, wall: number): Run {
  const traffic = { calls: 2_000, throttled: 0, pages: 50, described: 0, connections: 50 };
  return {
    command,
    wall,
    cpu: 500,
    rss: 100,
    traffic: { ...traffic, bound: command === 'loop' ? 0 : 2_000 },
  };
}

/** @param walls of the plans, in ms. */
function samplesOf(walls: readonly number[], loop = 50_000): Samples {
  return {
    date: '2026-11-28',
    machine: 'a machine',
    runs: { [NAME]: [...walls.map((wall) => runOf('plan', wall)), runOf('loop', loop)] },
    start: { node: [40], help: [60], version: [60] },
    verification: { size: 2 ** 20, parsing: [1_000], verifying: [1_200] },
  };
}

test('the runs of several benches are told as one', () => {
  const report = reportOf([samplesOf([2_400, 2_420, 2_440]), samplesOf([2_460, 2_480], 52_000)]);
  const [plan, loop] = report.results;
  deepEqual(plan?.overBound, { median: 1.22, least: 1.2, most: 1.24 });
  deepEqual([plan?.runs, loop?.runs, loop?.wall], [5, 2, { median: 51, least: 50, most: 52 }]);
  const lines = renderReport(report).split('\n');
  equal(
    lines[0],
    '2026-11-28, a machine; medians, with the least and the most of 2 benches, one after the other.',
  );
  const [goal] = lines.filter((line) => line.includes('times as fast as the loop'));
  deepEqual(
    goal
      ?.split('|')
      .map((cell) => cell.trim())
      .slice(2, 5),
    ['20.9 (20.2 to 21.7)', 'at least 20', 'yes'],
  );
});

test('what lies outside the spread of the earlier benches is named', () => {
  const earlier = reportOf([samplesOf([2_400, 2_420]), samplesOf([2_460, 2_480])]);
  deepEqual(compare(earlier, reportOf([samplesOf([2_300, 2_440, 2_600])])), [
    '5 of 5 ratios are within the spread of what was measured earlier',
  ]);
  deepEqual(compare(earlier, reportOf([samplesOf([2_500])])), [
    '3 of 5 ratios are within the spread of what was measured earlier',
    `outside: plan, ${NAME}: times the bound: 1.25, earlier 1.22 (1.20 to 1.24)`,
    'outside: the same, 5 % with credentials: times as fast as the loop: 20.0, earlier 20.5 (20.2 to 20.8)',
  ]);
});

test('a goal is not reached where the middle of its figures is beyond it', () => {
  const { findings } = reportOf([samplesOf([2_400, 2_600, 2_600])]);
  deepEqual(
    findings.map(({ isHeld }) => isHeld),
    [false, false, true, true, true],
  );
});
