import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { makeVisible } from '../../../src/core/base/text.js';
import { renderCsv } from '../../../src/views/format/csv.js';
import { PLAN_COLUMNS, renderPlanCsv } from '../../../src/views/plan/plan-csv.js';
import { findLive } from '../hostile.js';
import { LIVE_TEXTS, largePlan } from '../large-plan.js';
import { ENTRIES, planOf } from '../plans.js';
import { reviewOf } from '../reviews.js';

type Row = Readonly<Record<string, string>>;
const read = (csv: string): Row[] => parse(csv, { columns: true, relax_quotes: false }) as Row[];

test('CSV of 2,000 hostile accounts reads back as one row for each, and no cell begins as a formula does', () => {
  const plan = largePlan({ accounts: 2_000 });
  const csv = renderPlanCsv(reviewOf(plan));
  assert.deepEqual(findLive(csv), []);
  const rows = read(csv);
  assert.deepEqual(
    rows.map(({ account }) => account),
    plan.accounts.map(({ id }) => id),
  );
  for (const row of rows) {
    assert.deepEqual(Object.keys(row), PLAN_COLUMNS);
    for (const [column, cell] of Object.entries(row))
      assert.doesNotMatch(
        cell,
        /(?:^|[;,|])[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/,
        `${column} of ${row.account}`,
      );
  }
  for (const entry of plan.accounts) {
    if (entry.decision === 'clean') continue;
    const name = rows.find(({ account }) => account === entry.id)?.name ?? '';
    // An apostrophe is all that was put in; "##" is another matter.
    assert.equal(
      name.replaceAll("'", ''),
      makeVisible(entry.name)
        .replace(/##(?=\w*\[)/g, '#\\u{23}')
        .replaceAll("'", ''),
    );
  }
});

for (const text of LIVE_TEXTS) {
  test(`a cell ${JSON.stringify(text)} is quoted and begins no formula, wherever a spreadsheet splits it`, () => {
    const csv = renderCsv([[text, 'next']]);
    assert.match(csv, /^"[^\n]*","next"\n$/);
    const [[cell = '']] = parse(csv) as [string[]];
    for (const part of cell.split(/[;,|\t]/))
      assert.doesNotMatch(part, /^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
  });
}

test('CSV says what was seen and what goes, and leaves counts empty that nobody knows', () => {
  const rows = new Map(read(renderPlanCsv(reviewOf(planOf(ENTRIES)))).map((row) => [row.account, row]));
  const pick = (id: string, ...columns: string[]) => columns.map((column) => rows.get(id)?.[column]);
  const counts = ['access_keys', 'signing_certificates', 'passwords', 'mfa_devices'];
  assert.deepEqual(pick('222222222222', 'decision', 'observed', ...counts), [
    'delete',
    'listing',
    '0',
    '0',
    '1',
    '1',
  ]);
  assert.deepEqual(pick('222222222222', 'deletes'), [
    'password; mfa-device arn:aws:iam::222222222222:mfa/root-account-mfa-device',
  ]);
  assert.deepEqual(pick('333333333333', 'decision', 'findings'), [
    'blocked',
    'block access-key-present: Access key AKIAIOSFODNN7EXAMPLE',
  ]);
  assert.deepEqual(pick('444444444444', 'reason', 'until', 'observed', ...counts), [
    'break-glass',
    '2027-03-31',
    'not audited',
    ...['', '', '', ''],
  ]);
  assert.deepEqual(pick('555555555555', 'observed', ...counts), ['unknown: denied-by-scp', '', '', '', '']);
  assert.deepEqual(pick('666666666666', 'decision', 'observed', ...counts), [
    'clean',
    'summary',
    '0',
    '0',
    '0',
    '0',
  ]);
});
