import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../../src/core/plan/plan.js';
import { FINDING_CODES } from '../../../src/core/policy/findings.js';
import { emitPlan } from '../../../src/files/plan/plan.js';
import { renderPlanSarif } from '../../../src/views/plan/plan-sarif.js';
import { findLive } from '../hostile.js';
import { largePlan } from '../large-plan.js';
import { ENTRIES, planOf } from '../plans.js';
import { GOOD, reviewOf } from '../reviews.js';
import { findSarifFaults } from '../sarif-schema.js';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number };
      };
    },
  ];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
}

interface Log {
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[];
        };
      };
      readonly results: readonly Result[];
    },
  ];
}

const render = (plan: Plan, file = 'org.plan.yaml') =>
  renderPlanSarif(reviewOf(plan, { verdict: GOOD }), emitPlan(plan), file);
const resultsOf = (sarif: string) => (JSON.parse(sarif) as Log).runs[0].results;

test('SARIF of 2,000 hostile accounts fits the official schema, with a result for each finding', () => {
  const plan = largePlan({ accounts: 2_000, full: 100, blocked: 3 });
  const sarif = render(plan);
  assert.deepEqual(findLive(sarif), []);
  assert.deepEqual(findSarifFaults(JSON.parse(sarif)), []);
  const { block, warn, info } = plan.totals.findings;
  const levels = resultsOf(sarif).map(({ level }) => level);
  const count = (level: string) => levels.filter((it) => it === level).length;
  assert.deepEqual([count('error'), count('warning'), count('note')], [block, warn, info]);
});

test('the official schema of SARIF refuses what is none', () => {
  const log = JSON.parse(render(planOf(ENTRIES)));
  assert.deepEqual(findSarifFaults({ ...log, version: '2.2.0' }), [
    '/version must be equal to one of the allowed values',
  ]);
  log.runs[0].results[0].level = 'fatal';
  log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = 'a b';
  assert.equal(findSarifFaults(log).length, 2);
});

test('each SARIF result points to the line of the plan file where its finding stands', () => {
  const plan = largePlan({ accounts: 300, full: 100, blocked: 3 });
  const lines = emitPlan(plan).toString().split('\n');
  const findings = [
    ...plan.findings.map((finding) => ({ id: undefined, finding })),
    ...plan.accounts.flatMap((entry) =>
      entry.decision === 'clean' ? [] : entry.findings.map((finding) => ({ id: entry.id, finding })),
    ),
  ];
  const results = resultsOf(render(plan));
  assert.equal(results.length, findings.length);
  for (const [index, { id, finding }] of findings.entries()) {
    const line = results[index]?.locations[0].physicalLocation.region.startLine ?? 0;
    assert.match(
      lines[line - 1] ?? '',
      new RegExp(`^ +- \\{ code: ${finding.code}, severity: ${finding.severity}, `),
    );
    const above = lines.slice(0, line).findLast((it) => /^ {2}- (?:\{ )?id: /.test(it));
    assert.equal(above?.match(/\d{12}/)?.[0], id);
  }
});

test('every finding is a rule with help, and every result names one', () => {
  const sarif = render(planOf(ENTRIES));
  const [{ tool, results }] = (JSON.parse(sarif) as Log).runs;
  assert.deepEqual(
    tool.driver.rules.map(({ id }) => id),
    [...FINDING_CODES, 'plan-refused', 'plan-signatures-missing', 'plan-unverified'],
  );
  for (const { help } of tool.driver.rules) assert.match(help.text, /\w\.$/);
  assert.ok(results.length > 0);
  for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
});

test('links and arguments in a SARIF message are spelled so that no reader finds any', () => {
  const [entry] = ENTRIES.filter(({ id }) => id === '333333333333');
  assert.ok(entry !== undefined && entry.decision !== 'clean');
  const plan = planOf([{ ...entry, name: '[a](javascript:x) {0} \u202e' }]);
  const [result] = resultsOf(render(plan));
  assert.equal(
    result?.message.text,
    'Account 333333333333 (\\[a\\](javascript:x) {{0}} \\\\u{{202e}}): Access key AKIAIOSFODNN7EXAMPLE',
  );
});

test('a fingerprint stays when other accounts come before it, and differs between findings', () => {
  const fingerprints = (plan: Plan) =>
    new Map(
      resultsOf(render(plan)).map((it) => [it.message.text, it.partialFingerprints.primaryLocationLineHash]),
    );
  const few = fingerprints(planOf(ENTRIES));
  const more = fingerprints(planOf([...ENTRIES, ...largePlan({ accounts: 50 }).accounts.slice(1)]));
  assert.equal(new Set(few.values()).size, few.size);
  for (const [text, hash] of few) assert.equal(more.get(text), hash);
});

for (const [file, uri] of [
  ['./plans/org.plan.yaml', 'plans/org.plan.yaml'],
  ['plans\\my org.plan.yaml', 'plans/my%20org.plan.yaml'],
  ['/tmp/org.plan.yaml', 'file:///tmp/org.plan.yaml'],
] as const) {
  test(`SARIF calls the file ${file} ${uri}`, () => {
    assert.equal(
      resultsOf(render(planOf(ENTRIES), file))[0]?.locations[0].physicalLocation.artifactLocation.uri,
      uri,
    );
  });
}
