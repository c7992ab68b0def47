/** Every view of a plan says first what its checks come to (promises 12 and 14). */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parse as parseCsv } from 'csv-parse/sync';
import { createPlanned, NO_CONFIG, type Planned } from './planned.js';

const FILE = 'org.plan.yaml';
const TRUST = ['--trust', 'trust.yaml'];
const CHECKS = ['--policy', 'policy.yaml', ...TRUST];

/** A plan that needs an approver, whose key is ada.pem. */
async function createReviewed(t: TestContext, policy = 'version: 1\n'): Promise<Planned> {
  const planned = await createPlanned(t, { policy });
  const { run, read, write } = planned;
  const keygen = ['keygen', '--out', 'ada.pem', '--name', 'ada', '--role', 'approver', '--quiet'];
  const { stdout } = await run(keygen);
  const trust = (await read('trust.yaml')).replace('{ planner: 1 }', '{ planner: 1, approver: 1 }');
  await write('trust.yaml', `${trust}${stdout}`);
  await planned.plan();
  return planned;
}

async function approve({ run, read }: Planned): Promise<void> {
  const { stdout } = await run(['show', FILE, '--json']);
  const { digest } = JSON.parse(stdout) as { digest: string };
  const approved = await run(['approve', FILE, '--key', 'ada.pem', ...TRUST, '--confirm', digest]);
  assert.equal(approved.code, 0, approved.stderr);
  assert.ok((await read(FILE)).includes('role: approver'));
}

async function editByte({ read, write }: Planned): Promise<void> {
  const text = await read(FILE);
  await write(FILE, text.replace('name: shop', 'name: shap'));
}

async function signByStranger({ run }: Planned): Promise<void> {
  await run(['keygen', '--out', 'stranger.pem', '--name', 'stranger', '--quiet']);
  const plan = ['plan', '--policy', 'policy.yaml', '--out', FILE, '--key', 'stranger.pem'];
  assert.equal((await run(plan)).code, 0);
}

/** The first thing that each format says. */
const FIRST: Readonly<Record<string, (planned: Planned) => Promise<string>>> = {
  text: async ({ run }) => (await run(['show', FILE, ...TRUST])).stdout.split('\n')[0] ?? '',
  markdown: async ({ run }) => {
    const { stdout } = await run(['show', FILE, ...TRUST, '--format', 'markdown']);
    const lines = stdout.split('\n').filter((line) => line !== '> [!CAUTION]');
    assert.match(lines[0] ?? '', /^<!-- rootsweep plan /);
    return lines[1] ?? '';
  },
  html: async ({ run }) => {
    const { stdout } = await run(['show', FILE, ...TRUST, '--format', 'html']);
    const header = stdout.slice(stdout.indexOf('<header>'));
    return /^<header>\n(<strong class="verdict [^\n]+)\n/.exec(header)?.[1] ?? '';
  },
  sarif: async ({ run }) => {
    const { stdout } = await run(['show', FILE, ...TRUST, '--format', 'sarif']);
    const [log] = JSON.parse(stdout).runs;
    return JSON.stringify([log.properties.verdict, log.results[0]]);
  },
  json: async ({ run }) => {
    const { stdout } = await run(['show', FILE, ...TRUST, '--json']);
    return /^\{"version":1,"type":"plan","verdict":(\{.*?\}),"redacted"/.exec(stdout)?.[1] ?? '';
  },
  junit: async ({ run }) => {
    const { stdout } = await run(['verify', FILE, ...CHECKS, '--format', 'junit']);
    return /<property name="verdict" value="([^"]*)"/.exec(stdout)?.[1] ?? '';
  },
};

const PLANS: readonly {
  readonly name: string;
  readonly make: (planned: Planned) => Promise<void>;
  readonly says: RegExp;
  readonly kind: string;
  readonly code: number;
}[] = [
  {
    name: 'edited by one byte',
    make: editByte,
    says: /REFUSED:.*does not fit/,
    kind: 'refused',
    code: 4,
  },
  {
    name: 'signed by a stranger',
    make: signByStranger,
    says: /REFUSED:.*signed by no planner|REFUSED:.*no signature by a planner/,
    kind: 'refused',
    code: 4,
  },
  {
    name: 'waiting for its approver',
    make: async () => undefined,
    says: /Signatures missing:.*needs 1 more approver signature; signed so far: .*planner/,
    kind: 'needs-signatures',
    code: 7,
  },
  {
    name: 'complete',
    make: approve,
    says: /(?:Can be applied|Signatures complete):.*planner.*ada.*approver at 2026-11-23T09:00:00Z/,
    kind: 'good',
    code: 0,
  },
];

for (const [format, first] of Object.entries(FIRST)) {
  if (format === 'json') continue;
  test(`four plans give four different first lines in ${format}`, async (t) => {
    const lines: string[] = [];
    for (const { make, says } of PLANS) {
      const planned = await createReviewed(t);
      await make(planned);
      const line = await first(planned);
      assert.match(line, says);
      lines.push(line);
    }
    assert.equal(new Set(lines).size, PLANS.length);
  });
}

for (const { name, make, kind, code } of PLANS) {
  test(`show and verify --json tell by the field verdict that a plan is ${kind} when it is ${name}`, async (t) => {
    const planned = await createReviewed(t);
    await make(planned);
    const shown = await planned.run(['show', FILE, ...TRUST, '--json']);
    assert.equal(shown.code, 0);
    const verified = await planned.run(['verify', FILE, ...CHECKS, '--json']);
    assert.equal(verified.code, code);
    const [ofShow, ofVerify] = [shown, verified].map(({ stdout }) => JSON.parse(stdout).verdict);
    assert.equal(ofShow.kind, kind);
    assert.deepEqual({ ...ofShow, policyChecked: undefined }, { ...ofVerify, policyChecked: undefined });
    if (kind === 'needs-signatures')
      assert.deepEqual(ofVerify.missing, { planner: 0, approver: 1, witness: 0 });
  });

  test(`"can be applied" stands in no view of a plan that is ${name}, unless it is`, async (t) => {
    const planned = await createReviewed(t);
    await make(planned);
    for (const format of ['text', 'markdown', 'html', 'sarif', 'csv', 'json']) {
      const { stdout } = await planned.run(['show', FILE, ...CHECKS, '--format', format]);
      const shown = format === 'html' ? stdout.replace(/<script>.*<\/script>/s, '') : stdout;
      const says = /can be applied/i.test(shown);
      assert.equal(says, kind === 'good' && !['csv', 'json'].includes(format), format);
      if (kind === 'refused') assert.doesNotMatch(shown, /rootsweep will /);
    }
  });
}

test('each row of a CSV carries the verdict, and of a refused plan the code', async (t) => {
  const verdicts: string[] = [];
  for (const { make } of PLANS) {
    const planned = await createReviewed(t);
    await make(planned);
    const { stdout } = await planned.run(['show', FILE, ...TRUST, '--format', 'csv']);
    const rows = parseCsv(stdout, { columns: true }) as { readonly verdict: string }[];
    assert.equal(rows.length, 3);
    const [verdict = '', ...others] = new Set(rows.map((row) => row.verdict));
    assert.deepEqual(others, []);
    verdicts.push(verdict);
  }
  assert.deepEqual(verdicts, [
    'refused: PLAN_SIGNATURE_INVALID',
    'refused: PLAN_SIGNATURE_UNTRUSTED',
    'needs-signatures',
    'good',
  ]);
});

test('show says in red that a plan is refused, where there is colour, and adds the command that adds a signature', async (t) => {
  const planned = await createReviewed(t);
  const waiting = await planned.run(['show', FILE, ...TRUST]);
  assert.match(
    waiting.stdout,
    /^Signatures missing: .*\n {2}→ have an approver sign: rootsweep approve org\.plan\.yaml --key KEY\n\n/,
  );
  await editByte(planned);
  const { stdout } = await planned.run(['show', FILE, ...TRUST], { env: { FORCE_COLOR: '1' } });
  assert.ok(stdout.startsWith('\u001b[31mREFUSED:\u001b[39m '), JSON.stringify(stdout.slice(0, 40)));
});

test('SARIF of a refused plan has one result of level error first, and Markdown draws it as a caution', async (t) => {
  const planned = await createReviewed(t);
  await editByte(planned);
  const sarif = JSON.parse((await planned.run(['show', FILE, ...TRUST, '--format', 'sarif'])).stdout);
  const { results, tool } = sarif.runs[0];
  assert.deepEqual([results[0].ruleId, results[0].level], ['plan-refused', 'error']);
  assert.equal(tool.driver.rules[results[0].ruleIndex].id, 'plan-refused');
  assert.equal(results.filter(({ ruleId }: { ruleId: string }) => ruleId === 'plan-refused').length, 1);
  const markdown = (await planned.run(['show', FILE, ...TRUST, '--format', 'markdown'])).stdout;
  assert.match(markdown, /^<!-- [^\n]+ -->\n> \[!CAUTION\]\n> \*\*REFUSED:\*\* `/);
});

for (const [what, change, now, code] of [
  ['expired', undefined, '2026-12-24T09:00:00Z', 'PLAN_EXPIRED'],
  ['not yet valid', undefined, '2026-11-20T09:00:00Z', 'PLAN_NOT_YET_VALID'],
  ['revoked', 'revoke', undefined, 'PLAN_REVOKED'],
  ['approved at a time that is to come', 'approve', '2026-11-23T08:56:00Z', 'PLAN_SIGNATURE_TIME'],
] as const) {
  test(`show says of a plan that is ${what} that it is refused, with the sentence of verify`, async (t) => {
    const planned = await createReviewed(t);
    const { run } = planned;
    if (change === 'revoke') await run(['trust', 'revoke', FILE, '--reason', 'an owner objected', ...TRUST]);
    const options = now === undefined ? {} : { now };
    if (change === 'approve') {
      const { stdout } = await run(['show', FILE, '--json']);
      const { digest } = JSON.parse(stdout) as { digest: string };
      const later = { now: '2026-11-23T09:04:00Z' };
      await run(['approve', FILE, '--key', 'ada.pem', ...TRUST, '--confirm', digest], later);
    }
    const verified = await run(['verify', FILE, ...CHECKS, '--json'], options);
    assert.equal(verified.code, 4);
    const { message, hint } = JSON.parse(verified.stdout.trim());
    const shown = await run(['show', FILE, ...TRUST, '--json'], options);
    assert.equal(shown.code, 0);
    const { verdict } = JSON.parse(shown.stdout);
    assert.deepEqual(
      [verdict.kind, verdict.code, verdict.reason, verdict.hint],
      ['refused', code, message, hint],
    );
  });
}

test('show without a trust file says that signatures were not checked, and never looks good', async (t) => {
  const planned = await createReviewed(t);
  const { code, stdout } = await planned.run(['show', FILE], NO_CONFIG);
  assert.equal(code, 0);
  assert.match(stdout, /^Unverified: Signatures were not checked, because no trust file was found\.\n/);
  assert.match(
    (await planned.run(['show', FILE], { ...NO_CONFIG, now: '2026-12-24T09:00:00Z' })).stdout,
    /^REFUSED: the plan expired at /,
  );
});

test('show uses the trust file of ROOTSWEEP_TRUST without a flag', async (t) => {
  const planned = await createReviewed(t);
  const env = { NO_COLOR: '1', ROOTSWEEP_TRUST: `${planned.folder}/trust.yaml` };
  assert.match((await planned.run(['show', FILE], { env })).stdout, /^Signatures missing: /);
});

test('show --policy refuses what the policy does not yield, and says of a good plan when it can be applied', async (t) => {
  const planned = await createReviewed(t, 'version: 1\nnotBefore: 24h\n');
  await approve(planned);
  const shown = await planned.run(['show', FILE, ...CHECKS]);
  assert.match(shown.stdout, /^Can be applied from 2026-11-24T09:00:00Z: signed by "planner" /);
  await planned.write('policy.yaml', 'version: 1\n');
  const other = await planned.run(['show', FILE, ...CHECKS]);
  assert.equal(other.code, 0);
  assert.match(other.stdout, /^REFUSED: the plan was made with another policy than "policy\.yaml" is now\./);
});

test('verify --format junit of a plan that lacks a signature passes the plan, and fails the signature', async (t) => {
  const planned = await createReviewed(t);
  const { code, stdout } = await planned.run(['verify', FILE, ...CHECKS, '--format', 'junit']);
  assert.equal(code, 7);
  assert.match(stdout, /tests="2" failures="1" errors="0"/);
  assert.match(
    stdout,
    /<testcase classname="rootsweep\.signatures" name="org\.plan\.yaml needs 1 more approver signature">\n {6}<failure type="PLAN_SIGNATURES_TOO_FEW" /,
  );
});

test('diff says first of each plan what its checks come to', async (t) => {
  const planned = await createReviewed(t);
  await planned.write('old.plan.yaml', await planned.read(FILE));
  await editByte(planned);
  const { code, stdout } = await planned.run(['diff', 'old.plan.yaml', FILE, ...TRUST]);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^"old\.plan\.yaml" Signatures missing: .*\n.*\n"org\.plan\.yaml" REFUSED: .*does not fit/,
  );
  const json = JSON.parse((await planned.run(['diff', 'old.plan.yaml', FILE, ...TRUST, '--json'])).stdout);
  assert.deepEqual([json.old.verdict.kind, json.new.verdict.kind], ['needs-signatures', 'refused']);
  const markdown = await planned.run(['diff', 'old.plan.yaml', FILE, ...TRUST, '--format', 'markdown']);
  assert.match(
    markdown.stdout,
    /^- `"?old\.plan\.yaml"?` \*\*Signatures missing:\*\* `[^\n]+\n- `"?org\.plan\.yaml"?` \*\*REFUSED:\*\* `[^\n]+does not fit/,
  );
});
