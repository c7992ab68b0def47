import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeEnvelope, digestBody } from '../../src/core/signing/envelope.js';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import { emitPlan, parsePlan } from '../../src/files/plan/plan.js';
import { fastClock } from './fast-clock.js';
import { CONFIG, createPlanned, NO_CONFIG, ORGANIZATION, type Planned, SCENARIO } from './planned.js';

const FILE = 'org.plan.yaml';
const EMPTY = `organization: { id: ${ORGANIZATION} }\naccounts: [{ id: "222222222222" }]\n`;
const BLOCKING = 'version: 1\nexclude: [{ account: "999999999999", reason: never existed }]\n';

async function readBody({ read }: Pick<Planned, 'read'>): Promise<Buffer> {
  return decodeEnvelope(Buffer.from(await read(FILE)), FILE).body;
}

for (const [what, given, flags, code] of [
  ['deletes something', {}, ['--detailed-exitcode'], 2],
  ['deletes nothing', { scenario: EMPTY }, ['--detailed-exitcode'], 0],
  ['is blocked', { policy: BLOCKING }, ['--detailed-exitcode'], 3],
  ['deletes something, without --detailed-exitcode', {}, [], 0],
  ['is blocked, without --detailed-exitcode', { policy: BLOCKING }, [], 3],
] as const) {
  test(`plan exits with ${code} when its plan ${what}`, async (t) => {
    const planned = await createPlanned(t, given);
    assert.equal((await planned.plan(...flags)).code, code);
    assert.match(await planned.read(FILE), new RegExp(`\\napplicable: ${code !== 3}\\n`));
    assert.deepEqual(planned.deletions(), []);
  });
}

test('plan says on stdout what it will do, and on stderr where it is and what comes next', async (t) => {
  const planned = await createPlanned(t);
  const { stdout, stderr } = await planned.plan();
  const digest = digestBody(await readBody(planned));
  assert.equal(
    stdout,
    `rootsweep will delete root credentials in 1 of 3 accounts of organization o-exampleorgid.

  - root credentials to delete
  ~ excluded, left alone

~ 111111111111 management  /
    management account

- 333333333333 shop  /Workloads/Prod
    every member account
    -  password                                         created 2019-02-04T00:00:00Z
    -  mfa-device arn:aws:iam::333333333333:mfa/first   created 2019-02-05T00:00:00Z
    -  mfa-device arn:aws:iam::333333333333:mfa/second  created 2019-02-06T00:00:00Z

Plan: credentials to delete in 1 account (1 password, 2 MFA devices, 0 access keys, 0 signing certificates); 0 blocked, 0 unknown, 0 kept, 1 excluded, 0 not active, 1 clean.
`,
  );
  assert.equal(
    stderr,
    `
The plan is in "org.plan.yaml" (sha256:${digest}, good until 2026-11-26T09:00:00Z).
Next: have it reviewed, then run: rootsweep apply org.plan.yaml --policy policy.yaml
`,
  );
});

const APPLY = 'have it reviewed, then run: rootsweep apply org.plan.yaml --policy policy.yaml';

for (const [demands, trusts, next] of [
  ['no other signature', [], APPLY],
  ['an approver', ['approver'], 'have an approver sign: rootsweep approve org.plan.yaml --key KEY'],
  [
    'a witness',
    ['witness'],
    'have a witness sign: rootsweep witness org.plan.yaml --policy policy.yaml --key KEY',
  ],
  [
    'an approver and a witness',
    ['approver', 'witness'],
    'have an approver sign: rootsweep approve org.plan.yaml --key KEY',
  ],
] as const) {
  test(`plan names the next step when the trust file demands ${demands}`, async (t) => {
    const planned = await createPlanned(t);
    let trust = await planned.read('trust.yaml');
    for (const role of trusts) {
      const keygen = ['keygen', '--out', `${role}.pem`, '--name', role, '--role', role, '--quiet'];
      trust += (await planned.run(keygen)).stdout;
    }
    const threshold = ['planner', ...trusts].map((role) => `${role}: 1`).join(', ');
    await planned.write(`${CONFIG}/trust.yaml`, trust.replace('{ planner: 1 }', `{ ${threshold} }`));
    const { code, stderr } = await planned.plan();
    const digest = digestBody(await readBody(planned));
    assert.equal(code, 0);
    assert.equal(
      stderr,
      `
The plan is in "org.plan.yaml" (sha256:${digest}, good until 2026-11-26T09:00:00Z).
Next: ${next}
`,
    );
  });
}

const ADD = 'rootsweep trust add --from KEY --name NAME --role';
for (const [what, change, next] of [
  [
    'demands an approver and holds none',
    (trust: string) => trust.replace('{ planner: 1 }', '{ planner: 1, approver: 1 }'),
    `the trust file holds too few keys that may sign as approver; add one: ${ADD} approver`,
  ],
  [
    'does not let the signer plan',
    (trust: string) => trust.replace(/roles: .*/, 'roles: [approver]'),
    `if the signer is to be trusted, run: ${ADD} planner`,
  ],
  ['is none', () => 'nothing: at all\n', APPLY],
] as const) {
  test(`plan names the next step when the trust file ${what}`, async (t) => {
    const planned = await createPlanned(t);
    await planned.write(`${CONFIG}/trust.yaml`, change(await planned.read('trust.yaml')));
    const { code, stderr } = await planned.plan();
    assert.equal(code, 0);
    assert.equal(stderr.split('\n').at(-2), `Next: ${next}`);
  });
}

test('plan names apply as the next step when there is no trust file', async (t) => {
  const planned = await createPlanned(t);
  const argv = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'];
  const { code, stderr } = await planned.run(argv, NO_CONFIG);
  assert.equal(code, 0);
  assert.equal(stderr.split('\n').at(-2), `Next: ${APPLY}`);
});

test('plan --quiet prints one line on stdout and nothing on stderr', async (t) => {
  const { plan } = await createPlanned(t);
  const { code, stdout, stderr } = await plan('--quiet');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^Plan: credentials to delete in 1 account [^\n]+\n$/);
});

test('plan --json prints one object and nothing else', async (t) => {
  const planned = await createPlanned(t);
  const { code, stdout, stderr } = await planned.plan('--json');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^[^\n]+\n$/);
  const { totals, ...object } = JSON.parse(stdout) as { totals: { decisions: object }; id: string };
  assert.deepEqual(object, {
    version: 1,
    type: 'plan-written',
    path: FILE,
    id: object.id,
    digest: digestBody(await readBody(planned)),
    expires: '2026-11-26T09:00:00Z',
    applicable: true,
  });
  assert.deepEqual(totals.decisions, {
    delete: 1,
    recover: 0,
    unlock: 0,
    blocked: 0,
    unknown: 0,
    kept: 0,
    excluded: 1,
    'not-active': 0,
    clean: 1,
  });
});

test('plan --json says of a blocked plan that it is not applicable', async (t) => {
  const { plan } = await createPlanned(t, { policy: BLOCKING });
  const { code, stdout } = await plan('--json');
  assert.equal(code, 3);
  assert.equal((JSON.parse(stdout) as { applicable: boolean }).applicable, false);
});

/** What may differ between two plans of one organization: when, and by which number. */
function withoutMoment(body: Buffer): string {
  return body.toString().replace(/^(id|created|expires): .*$/gm, '$1: …');
}

const ARGV = ['plan', '--policy', 'policy.yaml', '--out', FILE, '--key', 'key.pem'];
const GENERATED = generateScenario({ accounts: 60, seed: 7 });

test('plan writes the same bytes for the same organization but for its id and times', async (t) => {
  const planned = await createPlanned(t, { scenario: GENERATED });
  await planned.run(ARGV, { clock: fastClock() });
  const first = await readBody(planned);
  await planned.run(ARGV, { clock: fastClock('2026-12-01T00:00:00Z') });
  const second = await readBody(planned);
  assert.notDeepEqual(second, first);
  assert.equal(withoutMoment(second), withoutMoment(first));
});

for (const concurrency of ['1', '7', '200']) {
  test(`plan writes the same bytes with --concurrency ${concurrency} as with 20`, async (t) => {
    const faults = [{ fault: { kind: 'latency', milliseconds: { from: 0, to: 3 } } }] as const;
    const planned = await createPlanned(t, { scenario: { ...GENERATED, faults } });
    await planned.run([...ARGV, '--concurrency', '20'], { clock: fastClock() });
    const first = await readBody(planned);
    await planned.run([...ARGV, '--concurrency', concurrency], { clock: fastClock() });
    assert.equal(withoutMoment(await readBody(planned)), withoutMoment(first));
  });
}

test('plan writes the same bytes when AWS lists the accounts in another order', async (t) => {
  const parsed = parseScenario(SCENARIO, 'scenario.yaml');
  // With everything given, nothing is made up by the place in the list.
  const accounts = (parsed.accounts ?? []).map((account) => ({
    ...account,
    email: `${account.id}@example.com`,
    joined: '2019-01-01T00:00:00Z',
  }));
  const one = await createPlanned(t, { scenario: { ...parsed, accounts } });
  const other = await createPlanned(t, { scenario: { ...parsed, accounts: accounts.toReversed() } });
  await one.plan();
  await other.plan();
  assert.equal(withoutMoment(await readBody(one)), withoutMoment(await readBody(other)));
});

const EXAMPLES = new URL('../../../examples/', import.meta.url);
for (const example of readdirSync(EXAMPLES)) {
  const path = new URL(`${example}/expected/org.plan.yaml`, EXAMPLES);
  if (!existsSync(path)) continue;
  test(`emitPlan(parsePlan(body)) is the body of the plan of example ${example}`, () => {
    const file = readFileSync(path);
    const { body } = decodeEnvelope(file, FILE);
    assert.equal(emitPlan(parsePlan(body, FILE)).toString(), body.toString());
  });
}

const POLICIES = [
  'version: 1\n',
  'version: 1\nexclude: [{ tags: { stage: prod }, reason: "prod: \\"later\\" # maybe", until: 2027-03-31 }]\n',
  'version: 1\ninclude: [{ ou: /Workloads/** }]\nfindings: { access-key-present: warn }\nblocking: account\n',
];
for (const seed of [1, 2, 3, 4, 5]) {
  test(`emitPlan(parsePlan(body)) is the body of plans of a generated organization, seed ${seed}`, async (t) => {
    const scenario = generateScenario({ accounts: 25, seed, accessKeyShare: 0.5, inactiveShare: 0.2 });
    const planned = await createPlanned(t, { scenario });
    planned.emulator.setFaults([
      {
        match: { operation: 'ListMFADevices', every: 7 },
        fault: { kind: 'access-denied', message: 'no: "way"' },
      },
    ]);
    for (const policy of POLICIES) {
      await planned.write('policy.yaml', policy);
      assert.notEqual((await planned.run(ARGV, { clock: fastClock() })).code, 1);
      const body = await readBody(planned);
      assert.equal(emitPlan(parsePlan(body, FILE)).toString(), body.toString());
    }
  });
}
