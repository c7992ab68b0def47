import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'csv-parse/sync';
import type { Plan } from '../../src/core/plan/plan.js';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { emitPlan, parsePlan } from '../../src/files/plan/plan.js';
import { isDate } from '../../src/files/schema/calendar.js';
import { signedFile } from '../signing/keys.js';
import { largePlan } from '../views/large-plan.js';
import { findSarifFaults } from '../views/sarif-schema.js';
import { createPlanned, NO_CONFIG, type Planned } from './planned.js';

const FILE = 'org.plan.yaml';
const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../schemas/${name}`, import.meta.url), 'utf8'));

/** A repository in which the plan is one of 2,000 accounts with hostile names, signed by the trusted key. */
async function createLarge(t: TestContext): Promise<Planned & { readonly large: Plan }> {
  const planned = await createPlanned(t);
  const large = largePlan({ accounts: 2_000, full: 100 });
  await planned.write(FILE, signedFile('planner', emitPlan(large), planned.key));
  return { ...planned, large };
}

test('show --json and --format json fit schemas/show.schema.json, for 2,000 accounts and without a trust file', async (t) => {
  const { run, large } = await createLarge(t);
  const ajv = new Ajv2020({ strict: true, formats: { date: isDate } });
  ajv.addSchema(schemaOf('plan.schema.json'));
  const validate = ajv.compile(schemaOf('show.schema.json'));
  for (const flags of [
    ['--json'],
    ['--format', 'json'],
    ['--json', '--format', 'json', '--trust', 'trust.yaml'],
  ]) {
    const { code, stdout } = await run(['show', FILE, ...flags]);
    assert.equal(code, 0);
    const shown = JSON.parse(stdout) as { plan: Plan };
    assert.ok(validate(shown), JSON.stringify(validate.errors));
    assert.deepEqual(shown.plan, JSON.parse(JSON.stringify(large)));
  }
  assert.ok(!validate({ version: 2, type: 'plan', verdict: {}, redacted: false, digest: '', plan: {} }));
});

test('show writes 2,000 accounts in every format, and only Markdown leaves any out', async (t) => {
  const { run, large } = await createLarge(t);
  const show = async (...flags: string[]) => {
    const { code, stdout, stderr } = await run(['show', FILE, ...flags], NO_CONFIG);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  const markdown = await show('--format', 'markdown');
  assert.ok(markdown.length < 65_536);
  assert.match(markdown, /\*\*\d+ accounts are not shown here: /);
  const summary = await show('--format', 'markdown', '--limit', 'step-summary');
  assert.ok(Buffer.byteLength(summary) < 2 ** 20);
  assert.doesNotMatch(summary, /not shown/);
  assert.equal(await show('--format', 'markdown', '--limit', 'none'), summary);
  assert.ok(Buffer.byteLength(await show('--format', 'markdown', '--limit', '300000')) <= 300_000);

  const rows = parse(await show('--format', 'csv'), { columns: true }) as { account: string }[];
  assert.equal(rows.length, large.accounts.length);
  const sarif = JSON.parse(await show('--format', 'sarif'));
  assert.deepEqual(findSarifFaults(sarif), []);
  const { block, warn, info } = large.totals.findings;
  // It is blocked: the findings say so, and there is no further result.
  assert.equal(sarif.runs[0].results.length, block + warn + info);
  const text = await show('--format', 'text');
  for (const entry of large.accounts) assert.ok(text.includes(`${entry.id} `));
});

test('show --format markdown says whether signatures were checked, and by whom', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const show = (...flags: string[]) =>
    planned.run(['show', FILE, '--format', 'markdown', ...flags], NO_CONFIG);
  assert.match(
    (await show()).stdout,
    /^<!-- [^\n]+ -->\n\*\*Unverified:\*\* `Signatures were not checked, because no trust file was found\.` /,
  );
  assert.match(
    (await show('--trust', 'trust.yaml')).stdout,
    /^<!-- [^\n]+ -->\n\*\*Signatures complete:\*\* `signed by "planner" \(planner\)\. /,
  );
});

test('show --format sarif points to the line of the plan file', async (t) => {
  const planned = await createPlanned(t, {
    policy: 'version: 1\nexclude: [{ account: "999999999999", reason: never existed }]\n',
  });
  await planned.plan();
  const { stdout } = await planned.run(['show', FILE, '--format', 'sarif']);
  // It is blocked, and that is no result of its own.
  const [result] = JSON.parse(stdout).runs[0].results;
  const { startLine } = result.locations[0].physicalLocation.region;
  const line = (await planned.read(FILE)).split('\n')[startLine - 1];
  assert.match(line ?? '', /^ {2}- \{ code: selector-unmatched, /);
});

for (const [flags, says] of [
  [['--format', 'xml'], /^Error: --format takes "text", "json", .* or "sarif", not "xml"\n {2}→ /],
  [
    ['--json', '--format', 'csv'],
    /^Error: --json prints JSON, and --format csv would print something else\n {2}→ /,
  ],
  [['--limit', 'comment'], /^Error: --limit is for --format markdown, and the format is text\n {2}→ /],
  [
    ['--format', 'markdown', '--limit', 'tweet'],
    /^Error: --limit takes a whole number from 4000 to 999999999, not "tweet"\n {2}→ /,
  ],
] as const) {
  test(`show ${flags.join(' ')} is refused with one sentence and one hint`, async (t) => {
    const planned = await createPlanned(t);
    await planned.plan();
    const { code, stderr } = await planned.run(['show', FILE, ...flags]);
    assert.equal(code, 1);
    assert.match(stderr, says);
    assert.equal(stderr.split('\n').length, 3);
  });
}

test('show --format markdown refuses a limit in which no room is for every blocker', async (t) => {
  const planned = await createPlanned(t);
  const plan = largePlan({ accounts: 2_000, full: 100, blocked: 8 });
  await planned.write(FILE, signedFile('planner', emitPlan(plan), planned.key));
  const { code, stdout, stderr } = await planned.run([
    'show',
    FILE,
    '--format',
    'markdown',
    '--limit',
    '10000',
  ]);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(
    stderr,
    /^Error: there is no room to name all 16\d\d findings that block this plan\n {2}→ pass --limit /,
  );
});

test('the formats show the plan that is signed, and change nothing', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const before = await planned.read(FILE);
  const { body } = decodeEnvelope(Buffer.from(before), FILE);
  planned.forget();
  for (const format of ['markdown', 'html', 'csv', 'sarif']) {
    const { stdout } = await planned.run(['show', FILE, '--format', format]);
    for (const { id, decision } of parsePlan(body, FILE).accounts)
      assert.ok(decision === 'clean' || format === 'sarif' || stdout.includes(id));
  }
  assert.equal(await planned.read(FILE), before);
  assert.deepEqual(planned.calls(), []);
});
