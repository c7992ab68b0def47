import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Plan } from '../../src/core/plan/plan.js';
import { digestBody } from '../../src/core/signing/envelope.js';
import { emitPlan } from '../../src/files/plan/plan.js';
import { isDate } from '../../src/files/schema/calendar.js';
import { signedFile } from '../signing/keys.js';
import { BUCKET, DENIES_ALL, namedPlanOf, PASSWORD } from '../views/named-plans.js';
import { createPlanned, NO_CONFIG, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

const FILE = 'recover.plan.yaml';
const POLICY =
  'version: 1\norganization: o-exampleorgid\nnotBefore: 24h\nlimits: { accounts: 1 }\nexclude: [{ account: "200000000000", reason: kept }]\n';
const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../schemas/${name}`, import.meta.url), 'utf8'));

interface Reviewed extends Planned {
  readonly digest: string;
  /** Writes the plan with changes, under a good signature. */
  readonly sign: (changes?: Partial<Plan>) => Promise<Plan>;
}

/** A recovery or an unlock, signed by the trusted key, under a policy that would keep a plan that deletes from its accounts. */
async function createReviewed(
  t: TestContext,
  actions: Parameters<typeof namedPlanOf>[0] = [PASSWORD, PASSWORD],
): Promise<Reviewed> {
  const planned = await createPlanned(t, { policy: POLICY });
  const sha256 = createHash('sha256').update(POLICY).digest('hex');
  const planOf = (changes: Partial<Plan>) =>
    namedPlanOf(actions, { policy: { path: 'policy.yaml', sha256 }, ...changes });
  const sign = async (changes: Partial<Plan> = {}) => {
    const plan = planOf(changes);
    await planned.write(FILE, signedFile('planner', emitPlan(plan), planned.key));
    return plan;
  };
  await sign();
  return { ...planned, sign, digest: digestBody(emitPlan(planOf({}))) };
}

const VERIFY = ['verify', FILE, '--policy', 'policy.yaml', '--trust', 'trust.yaml'];

test('verify accepts a recovery, whatever the policy says about deletions', async (t) => {
  const { run, read, digest, calls } = await createReviewed(t);
  const sha256 = createHash('sha256')
    .update(await read('trust.yaml'))
    .digest('hex');
  assert.deepEqual(await run(VERIFY), {
    code: 0,
    stdout: `"${FILE}" is good until 2026-11-26T08:00:00Z.
Trust: "trust.yaml" (sha256:${sha256.slice(0, 12)})
Signed by "planner" (planner); digest sha256:${digest}
`,
    stderr: `Next: run: rootsweep apply ${FILE} --policy policy.yaml --trust trust.yaml\n`,
  });
  const { stdout } = await run([...VERIFY, '--json']);
  const { signers, verdict, ...verified } = JSON.parse(stdout.split('\n')[0] ?? '') as {
    signers: { name: string }[];
    verdict: { kind: string };
  };
  assert.equal(verdict.kind, 'good');
  assert.deepEqual(verified, {
    version: 1,
    type: 'plan-verified',
    redacted: false,
    id: '00000000-0000-4000-8000-000000000000',
    digest,
    trust: { path: 'trust.yaml', sha256 },
    expires: '2026-11-26T08:00:00Z',
    kind: 'recovery',
    totals: namedPlanOf([PASSWORD, PASSWORD]).totals,
  });
  assert.deepEqual(
    signers.map(({ name }) => name),
    ['planner'],
  );
  const junit = await run([...VERIFY, '--format', 'junit']);
  assert.equal(junit.code, 0);
  assert.match(junit.stdout, /<testsuites name="rootsweep verify" tests="1" failures="0" errors="0">/);
  assert.deepEqual(calls(), []);
});

const WRONG: readonly [
  what: string,
  changes: Partial<Plan>,
  now: string | undefined,
  code: number,
  says: string,
][] = [
  [
    'for another policy',
    { policy: { path: 'policy.yaml', sha256: 'b'.repeat(64) } },
    undefined,
    4,
    'the plan was made with another policy than "policy.yaml" is now',
  ],
  [
    'for another organization',
    { organization: 'o-anotherorgid' },
    undefined,
    4,
    'the plan is for organization "o-anotherorgid", the policy for "o-exampleorgid"',
  ],
  [
    'that is good for longer than the policy says',
    { expires: '2026-12-26T08:00:00Z' },
    undefined,
    4,
    'the plan is good from 2026-11-23T08:00:00Z to 2026-12-26T08:00:00Z, which is not the time that the policy gives it',
  ],
  ['that has expired', {}, '2026-11-26T08:00:00Z', 4, 'the plan expired at 2026-11-26T08:00:00Z'],
  [
    'of the future',
    {},
    '2026-11-23T07:00:00Z',
    4,
    'the plan was created at 2026-11-23T08:00:00Z, which is still to come',
  ],
  [
    'for a suspended account',
    {
      accounts: namedPlanOf([PASSWORD], {}, { state: 'SUSPENDED' }).accounts,
      totals: namedPlanOf([PASSWORD]).totals,
    },
    undefined,
    4,
    `"${FILE}" is no plan that rootsweep would write: account "200000000000" is to be changed although it is "SUSPENDED"`,
  ],
];
for (const [what, changes, now, code, says] of WRONG) {
  test(`verify refuses a recovery ${what}, under a good signature`, async (t) => {
    const { sign, ...harness } = await createReviewed(t);
    await sign(changes);
    await assertRefused(harness, {
      argv: VERIFY,
      code,
      says,
      hint: /./,
      ...(now === undefined ? {} : { options: { now } }),
    });
  });
}

test('verify refuses a recovery with a byte changed, or without a trusted signature', async (t) => {
  const { read, write, run, key } = await createReviewed(t);
  const file = await read(FILE);
  await write(FILE, file.replace('name: account 0', 'name: account 9'));
  assert.match((await run(VERIFY)).stderr, /^Error: [^\n]*signature/);
  assert.equal((await run(VERIFY)).code, 4);
  // Who approves does not thereby plan.
  const trust = await read('trust.yaml');
  await write('trust.yaml', trust.replace('roles: [planner, operator]', 'roles: [planner, approver]'));
  await write(FILE, signedFile('approver', emitPlan(namedPlanOf([PASSWORD])), key));
  assert.equal((await run(VERIFY)).code, 4);
});

test('verify --base is refused for a recovery, because no policy loosens one', async (t) => {
  const harness = await createReviewed(t);
  await assertRefused(harness, {
    argv: [...VERIFY, '--base', 'main'],
    code: 1,
    says: `--base is for sweeps, and "${FILE}" is a plan of kind "recovery"`,
    hint: 'see: rootsweep verify --help',
  });
});

test('show prints a recovery as text, Markdown and JSON, and whose word it is', async (t) => {
  const { run, sign, digest, calls } = await createReviewed(t, [BUCKET]);
  const plan = await sign();
  const text = await run(['show', FILE, '--trust', 'trust.yaml']);
  assert.deepEqual([text.code, text.stderr], [0, '']);
  assert.match(
    text.stdout,
    /^Signatures complete: signed by "planner" \(planner\)\. The policy was not checked\.\n\nrootsweep will unlock 1 bucket of organization o-exampleorgid\.\n/,
  );
  assert.ok(text.stdout.endsWith(`Digest sha256:${digest}\n`));

  const markdown = await run(['show', FILE, '--trust', 'trust.yaml', '--format', 'markdown']);
  assert.match(markdown.stdout, /\n## rootsweep will unlock 1 bucket\n/);
  assert.match(
    markdown.stdout,
    /^<!-- [^\n]+ -->\n\*\*Signatures complete:\*\* `signed by "planner" \(planner\)\./,
  );

  const ajv = new Ajv2020({ strict: true, strictRequired: false, formats: { date: isDate } });
  ajv.addSchema(schemaOf('plan.schema.json'));
  const validate = ajv.compile(schemaOf('show.schema.json'));
  for (const flags of [[], ['--trust', 'trust.yaml']]) {
    const { stdout } = await run(['show', FILE, '--json', ...flags], NO_CONFIG);
    const shown = JSON.parse(stdout) as { [key: string]: unknown; verdict: { kind: string } };
    assert.ok(validate(shown), JSON.stringify(validate.errors));
    assert.deepEqual(
      [shown.type, shown.digest, shown.verdict.kind, shown.plan],
      ['plan', digest, flags.length === 0 ? 'unverified' : 'good', JSON.parse(JSON.stringify(plan))],
    );
  }
  assert.deepEqual(calls(), []);
});

for (const [format, actions, shows] of [
  [
    'csv',
    [PASSWORD],
    /\n"200000000000","account 0",[^\n]*,"recover","named by the planner",[^\n]*,"","","unverified","password: can be recovered"\n/,
  ],
  ['html', [BUCKET], /<h1>rootsweep will unlock 1 bucket<\/h1>/],
  ['sarif', [{ ...BUCKET, document: '{}' }], /"ruleId":"policy-not-locking"/],
] as const) {
  test(`show --format ${format} shows a recovery or an unlock`, async (t) => {
    const { run } = await createReviewed(t, actions);
    const { code, stdout, stderr } = await run(['show', FILE, '--format', format], NO_CONFIG);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, shows);
  });
}

test('approve shows a recovery, asks, and adds a signature that verify counts', async (t) => {
  const { run, read, write, digest } = await createReviewed(t, [BUCKET]);
  const { stdout } = await run([
    ...['keygen', '--out', 'ada.pem', '--name', 'ada', '--role', 'approver', '--quiet'],
  ]);
  const [, planner] = (await read('trust.yaml')).split('keys:\n');
  await write('trust.yaml', `version: 1\nthreshold: { planner: 1, approver: 1 }\nkeys:\n${planner}${stdout}`);
  assert.equal((await run(VERIFY)).code, 7);

  const approve = ['approve', FILE, '--trust', 'trust.yaml', '--key', 'ada.pem'];
  const declined = await run(approve, { typed: 'no' });
  assert.equal(declined.code, 8);
  assert.equal((await run(VERIFY)).code, 7);
  const { code, stderr } = await run(approve, { typed: 'yes' });
  assert.equal(code, 0);
  assert.match(stderr, /^rootsweep will unlock 1 bucket of organization o-exampleorgid\.\n/);
  assert.match(stderr, /\n {6}- {3}"Version": "2012-10-17",\n/);
  assert.ok(stderr.includes('; good until 2026-11-26T08:00:00Z.\n'));
  assert.ok(stderr.includes(`\nDigest sha256:${digest}\n`));
  assert.equal((await run(VERIFY)).code, 0);
});

test('approve refuses a recovery that has expired', async (t) => {
  const { run } = await createReviewed(t);
  const { code, stderr } = await run(['approve', FILE, '--trust', 'trust.yaml', '--key', 'key.pem'], {
    now: '2026-11-26T08:00:00Z',
  });
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the plan expired at 2026-11-26T08:00:00Z\n/);
});

test('diff of two unlocks shows how their policies differ', async (t) => {
  const { run, read, write, sign } = await createReviewed(t, [BUCKET]);
  await write('old.plan.yaml', await read(FILE));
  const document = DENIES_ALL.replace('"s3:*"', '"s3:Get*"');
  await sign(namedPlanOf([{ ...BUCKET, document }]));
  const same = await run(['diff', 'old.plan.yaml', 'old.plan.yaml', '--detailed-exitcode'], NO_CONFIG);
  assert.equal(same.code, 0);
  const text = await run(['diff', 'old.plan.yaml', FILE, '--detailed-exitcode'], NO_CONFIG);
  assert.equal(text.code, 2);
  assert.match(text.stdout, /\n {4}--- bucket logs in eu-west-1\n/);
  assert.match(text.stdout, /\n {4}-.*"s3:\*".*\n {4}\+.*"s3:Get\*"/);
  const markdown = await run(['diff', 'old.plan.yaml', FILE, '--format', 'markdown'], NO_CONFIG);
  assert.match(markdown.stdout, /\n```diff\n--- bucket logs in eu-west-1\n/);
});

test('diff refuses plans of two kinds', async (t) => {
  const harness = await createReviewed(t, [BUCKET]);
  await harness.write('old.plan.yaml', await harness.read(FILE));
  await harness.sign(namedPlanOf([PASSWORD]));
  await assertRefused(harness, {
    argv: ['diff', 'old.plan.yaml', FILE],
    code: 4,
    says: 'the plans are of two kinds, "unlock" and "recovery"',
    hint: 'compare plans of one kind',
  });
});

for (const argv of [
  ['notice', FILE],
  ['explain', '200000000000', '--policy', 'policy.yaml', '--plan', FILE],
]) {
  test(`${argv[0]} refuses a recovery`, async (t) => {
    const harness = await createReviewed(t);
    await assertRefused(harness, {
      argv,
      code: 1,
      says: `"${FILE}" is a plan of kind "recovery", which deletes no root credential`,
      hint: `read it with: rootsweep show ${FILE}`,
    });
  });
}
