import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Plan } from '../../src/core/plan/plan.js';
import { RootsweepError } from '../../src/errors.js';
import { type JunitReport, renderJunit } from '../../src/views/plan/junit.js';
import { findLive } from '../views/hostile.js';
import { largePlan } from '../views/large-plan.js';
import { ENTRIES, planOf } from '../views/plans.js';
import { createPlanned } from './planned.js';

const FILE = 'org.plan.yaml';
const JUNIT = ['verify', FILE, '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--format', 'junit'];
const BLOCKED = 'version: 1\nexclude: [{ account: "999999999999", reason: never existed }]\n';

function blockedReport(file: string, plan: Plan): JunitReport {
  const error = new RootsweepError('PLAN_BLOCKED', 'the plan is blocked');
  return { file, plan, redacted: false, verdict: { kind: 'blocked', findings: 2 }, error };
}

interface Case {
  readonly classname: string;
  readonly name: string;
  readonly failure?: { readonly type: string; readonly message: string };
  readonly error?: { readonly type: string; readonly message: string };
}

/** The test cases of a report, which must be well-formed and count them rightly. */
function readCases(xml: string): Case[] {
  assert.equal(XMLValidator.validate(xml), true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: { maxTotalExpansions: 1_000_000 },
    isArray: (name) => name === 'testcase',
  });
  const { testsuites } = parser.parse(xml);
  const cases = testsuites.testsuite.testcase as Case[];
  for (const counts of [testsuites, testsuites.testsuite]) {
    assert.equal(Number(counts.tests), cases.length);
    assert.equal(Number(counts.failures), cases.filter(({ failure }) => failure !== undefined).length);
    assert.equal(Number(counts.errors), cases.filter(({ error }) => error !== undefined).length);
  }
  return cases;
}

test('verify --format junit of a good plan is one test that passes', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { code, stdout, stderr } = await planned.run(JUNIT);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="rootsweep verify" tests="1" failures="0" errors="0">
  <testsuite name="org.plan.yaml" tests="1" failures="0" errors="0">
    <properties>
      <property name="verdict" value="Can be applied: signed by &quot;planner&quot; (planner)." />
    </properties>
    <testcase classname="rootsweep.verify" name="org.plan.yaml is as it was signed, and in force" />
  </testsuite>
</testsuites>
`,
  );
});

test('verify --format junit of a blocked plan has a failure for each blocking finding, and exits with 3', async (t) => {
  const planned = await createPlanned(t, { policy: BLOCKED });
  await planned.plan();
  const { code, stdout, stderr } = await planned.run(JUNIT);
  assert.equal(code, 3);
  assert.match(stderr, /^Error: the plan is blocked by 1 finding\n/);
  const [whole, blocker, ...more] = readCases(stdout);
  assert.deepEqual(more, []);
  assert.equal(whole?.failure, undefined);
  assert.deepEqual([blocker?.classname, blocker?.failure?.type], ['rootsweep.policy', 'selector-unmatched']);
});

test('verify --format junit of a refused plan is one failure with the code of the refusal, and exits with 4', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { code, stdout } = await planned.run(JUNIT, { now: '2026-12-24T09:00:00Z' });
  assert.equal(code, 4);
  assert.deepEqual(
    readCases(stdout).map(({ failure }) => failure?.type),
    ['PLAN_EXPIRED'],
  );
});

test('verify --format junit of a plan that is not there is one error, and exits with 1', async (t) => {
  const { run } = await createPlanned(t);
  const { code, stdout } = await run(JUNIT);
  assert.equal(code, 1);
  assert.deepEqual(
    readCases(stdout).map(({ error }) => error?.type),
    ['FILE_NOT_FOUND'],
  );
});

test('a plan that is blocked and untrusted is refused, and its findings are not believed', async (t) => {
  const planned = await createPlanned(t, { policy: BLOCKED });
  await planned.plan();
  const signed = await planned.read(FILE);
  await planned.write(
    FILE,
    signed.replace('never existed', 'never existed!').replace('matches no', 'matches  no'),
  );
  const { code, stdout } = await planned.run(JUNIT);
  assert.equal(code, 4);
  assert.deepEqual(
    readCases(stdout).map(({ failure }) => failure?.type),
    ['PLAN_SIGNATURE_INVALID'],
  );
});

test('JUnit of 2,000 hostile accounts is well-formed and names every blocker', () => {
  const plan = largePlan({ accounts: 2_000, full: 100, blocked: 8 });
  const xml = renderJunit(blockedReport('<plan> & "more".yaml', plan));
  assert.deepEqual(findLive(xml), []);
  assert.equal(readCases(xml).length, plan.totals.findings.block + 1);
});

test('JUnit names the account of each blocker', () => {
  const cases = readCases(renderJunit(blockedReport(FILE, planOf(ENTRIES))));
  assert.deepEqual(
    cases.map(({ classname, failure }) => [classname, failure?.type]),
    [
      ['rootsweep.verify', undefined],
      ['rootsweep.account.333333333333', 'access-key-present'],
      ['rootsweep.account.555555555555', 'audit-unknown'],
    ],
  );
});

test('verify refuses --json together with --format junit', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { code, stderr } = await planned.run([...JUNIT, '--json']);
  assert.equal(code, 1);
  assert.match(stderr, /^Error: --json prints JSON, and --format junit would print something else\n/);
});
