import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'csv-parse/sync';
import { makeVisible } from '../../src/core/base/text.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import type { AuditReport } from '../../src/workflows/audit-report.js';
import { findLive } from '../views/hostile.js';
import { LIVE_TEXTS } from '../views/large-plan.js';
import { listElements } from '../views/parsed-html.js';
import { createHarness, type Harness } from './harness.js';
import { createPlanned, ORGANIZATION } from './planned.js';

const MIXED = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management, root: { password: true } }
  - { id: "222222222222", name: empty, ou: /Security }
  - id: "333333333333"
    name: shop
    ou: /Workloads/Prod
    root: { password: { created: 2019-02-04T00:00:00Z }, mfaDevices: [{ serial: GAKT12345678, enabled: 2019-02-05T00:00:00Z }] }
  - { id: "444444444444", name: keys, ou: /Workloads, root: { accessKeys: 2, password: true } }
  - { id: "555555555555", name: closed, state: SUSPENDED, root: { password: true } }
  - { id: "666666666666", name: dark, root: { password: true } }
`;

function deny({ emulator }: Harness): void {
  emulator.setFaults([
    {
      match: { operation: 'AssumeRoot', account: '666666666666' },
      fault: { kind: 'access-denied', message: 'no' },
    },
  ]);
}

function validate(report: unknown): void {
  const schema = JSON.parse(
    readFileSync(new URL('../../../schemas/audit.schema.json', import.meta.url), 'utf8'),
  );
  const check = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);
  assert.ok(check(report), JSON.stringify(check.errors));
}

test('audit --format json is one report, which fits its schema, with each control and each account', async (t) => {
  const harness = await createHarness(t, MIXED);
  deny(harness);
  const { code, stdout, stderr } = await harness.run(['audit', '--format', 'json']);
  assert.deepEqual([code, stderr], [6, '']);
  assert.equal(stdout.indexOf('\n'), stdout.length - 1);
  const report = JSON.parse(stdout) as AuditReport;
  validate(report);
  assert.match(report.at, /^2026-11-23T09:0\d:\d\dZ$/);
  assert.equal(report.auditedBy, 'arn:aws:iam::111111111111:user/operator');
  assert.deepEqual(report.totals, {
    accounts: 6,
    audited: 3,
    unknown: 1,
    notAudited: 2,
    credentials: { 'access-key': 2, 'signing-certificate': 0, password: 2, 'mfa-device': 1 },
  });
  assert.deepEqual(
    report.controls.map(({ id, cis, accounts }) => [id, cis['v5.0.0'], Object.values(accounts)]),
    [
      ['IAM.4', '1.3', [2, 1, 0, 3]],
      ['IAM.6', '1.5', [1, 1, 1, 3]],
      ['IAM.9', '1.4', [1, 1, 1, 3]],
    ],
  );
  assert.deepEqual(
    report.accounts.map(({ id, notAudited, controls }) => [id, notAudited, ...Object.values(controls)]),
    [
      ['111111111111', 'management account', 'not-known', 'not-known', 'not-known'],
      ['222222222222', undefined, 'met', 'not-applicable', 'not-applicable'],
      ['333333333333', undefined, 'met', 'met', 'met'],
      ['444444444444', undefined, 'not-met', 'not-met', 'not-met'],
      ['555555555555', 'not active', 'not-known', 'not-known', 'not-known'],
      ['666666666666', undefined, 'not-known', 'not-known', 'not-known'],
    ],
  );
});

test('audit --format csv has a row for each account, and no count where nobody knows', async (t) => {
  const harness = await createHarness(t, MIXED);
  deny(harness);
  const { code, stdout } = await harness.run(['audit', '--format', 'csv']);
  assert.equal(code, 6);
  const rows = parse(stdout, { columns: true }) as Record<string, string>[];
  assert.deepEqual(
    rows.map((row) => [
      row.account,
      row.observed,
      row.passwords,
      row.access_keys,
      row['IAM.4'],
      row['IAM.9'],
    ]),
    [
      ['111111111111', 'not audited: management account', '', '', 'not-known', 'not-known'],
      ['222222222222', 'summary', '0', '0', 'met', 'not-applicable'],
      ['333333333333', 'listing', '1', '0', 'met', 'met'],
      ['444444444444', 'listing', '1', '2', 'not-met', 'not-met'],
      ['555555555555', 'not audited: not active', '', '', 'not-known', 'not-known'],
      [
        '666666666666',
        'unknown: caller-not-allowed: AssumeRoot failed: AccessDenied: no',
        '',
        '',
        'not-known',
        'not-known',
      ],
    ],
  );
});

test('audit --format html is one page without a script, with each control and each account', async (t) => {
  const harness = await createHarness(t, MIXED);
  deny(harness);
  const { code, stdout } = await harness.run(['audit', '--format', 'html']);
  assert.equal(code, 6);
  const elements = listElements(stdout);
  assert.deepEqual(
    elements.filter(({ name }) => ['script', 'img', 'iframe'].includes(name)),
    [],
  );
  const rows = elements.filter(({ name }) => name === 'tr').map(({ text }) => text);
  assert.equal(rows.length, 1 + 3 + 1 + 6);
  assert.match(
    rows.find((row) => row.startsWith('444444444444')) ?? '',
    /^444444444444keys\/WorkloadsACTIVEaccess-key \w+: Active, .*not metnot metnot met$/,
  );
  assert.match(
    rows.find((row) => row.startsWith('666666666666')) ?? '',
    /not known: AssumeRoot failed: .*not knownnot knownnot known$/,
  );
  assert.match(rows.find((row) => row.startsWith('IAM.4')) ?? '', /1\.31\.41\.41\.122103$/);
});

test('audit before and after apply files the difference: every control is met, or does not apply', async (t) => {
  const planned = await createPlanned(t);
  const audit = async () => {
    const { stdout } = await planned.run(['audit', '--format', 'json']);
    const { accounts } = JSON.parse(stdout) as AuditReport;
    return Object.values(accounts.find(({ id }) => id === '333333333333')?.controls ?? {});
  };
  assert.deepEqual(await audit(), ['met', 'not-met', 'met']);
  await planned.plan();
  assert.equal((await planned.apply()).code, 0);
  assert.deepEqual(await audit(), ['met', 'not-applicable', 'not-applicable']);
});

test('no form of the report acts upon a name', async (t) => {
  const scenario: Scenario = {
    organization: { id: ORGANIZATION, managementAccount: '111111111111' },
    accounts: [
      { id: '111111111111' },
      ...LIVE_TEXTS.map((name, index) => ({
        id: String(300_000_000_000 + index),
        name,
        ou: `/${name.replaceAll('%', '%25').replaceAll('/', '%2F')}`,
        root: { password: true },
      })),
    ],
  };
  const { run } = await createHarness(t, scenario);
  const outputs = new Map<string, string>();
  for (const format of ['json', 'csv', 'html']) {
    const { code, stdout } = await run(['audit', '--format', format]);
    assert.equal(code, 0);
    assert.deepEqual(findLive(stdout), []);
    outputs.set(format, stdout);
  }
  const report = JSON.parse(outputs.get('json') ?? '') as AuditReport;
  validate(report);
  assert.deepEqual(
    report.accounts.slice(1).map(({ name }) => name),
    LIVE_TEXTS,
  );
  const rows = parse(outputs.get('csv') ?? '') as string[][];
  for (const cell of rows.flat()) assert.doesNotMatch(cell, /(?:^|[;,|])[\s"]*[=+\-@\uff1d]/);
  const elements = listElements(outputs.get('html') ?? '');
  const own =
    'html head meta link title style body header h1 dl dt dd main section h2 div table thead tr th tbody td p bdi span footer br wbr'.split(
      ' ',
    );
  assert.deepEqual(
    elements.filter(({ name }) => !own.includes(name)),
    [],
  );
  const shown = new Set(elements.filter(({ name }) => name === 'bdi').map(({ text }) => text));
  for (const text of LIVE_TEXTS) assert.ok(shown.has(makeVisible(text)), text);
});

for (const [flags, says] of [
  [['--format', 'pdf'], /^Error: --format takes "text", "json", "csv" or "html", not "pdf"\n/],
  [
    ['--json', '--format', 'html'],
    /^Error: --json prints JSON, and --format html would print something else\n/,
  ],
] as const) {
  test(`audit ${flags.join(' ')} is refused before anybody is called`, async (t) => {
    const { run, calls } = await createHarness(t, MIXED);
    const { code, stderr } = await run(['audit', ...flags]);
    assert.equal(code, 1);
    assert.match(stderr, says);
    assert.deepEqual(calls(), []);
  });
}

test('audit --format text prints what audit prints', async (t) => {
  const { run } = await createHarness(t, MIXED);
  assert.equal((await run(['audit', '--format', 'text'])).stdout, (await run(['audit'])).stdout);
});
