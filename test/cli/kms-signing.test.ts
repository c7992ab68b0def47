/** Keys that never leave KMS, from plan to receipt; the trust file pins their public halves. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import type { IamPolicyDocument } from '../../src/emulator/policy/document.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import type { KmsKeySpec, Scenario } from '../../src/emulator/scenario/scenario.js';
import { UNTRUSTED } from './attacks.js';
import type { Result, RunOptions } from './harness.js';
import { approving, createPlanned, ORGANIZATION, type Planned, SCENARIO } from './planned.js';
import { readBlock, readPhrase } from './readme.js';
import { withReceipt } from './receipts.js';
import { assertRefused } from './refused.js';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER_ID = '1234abcd-12ab-34cd-56ef-1234567890ac';
const ARN = `arn:aws:kms:us-east-1:111111111111:key/${OTHER_ID}`;
const KEYS: readonly KmsKeySpec[] = [
  { id: ID, alias: 'alias/plans' },
  { id: OTHER_ID, alias: 'alias/approvals' },
  { alias: 'alias/disabled', state: 'Disabled' },
  { alias: 'alias/larger', spec: 'ECC_NIST_P384' },
  { alias: 'alias/symmetric', spec: 'SYMMETRIC_DEFAULT' },
];
const PLAN = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key'];

interface Kept extends Planned {
  readonly planBy: (key: string, options?: RunOptions) => Promise<Result>;
  readonly approveBy: (key: string) => Promise<Result>;
  /** The calls of KMS so far, by operation and key. */
  readonly signing: () => string[];
}

/** An organization with keys in KMS, and a trust file that pins one for plans and another for approvals. */
async function createKept(t: TestContext, more: Partial<Scenario> = {}): Promise<Kept> {
  const scenario = { ...parseScenario(SCENARIO, 'scenario.yaml'), kmsKeys: KEYS, ...more };
  const planned = await createPlanned(t, { scenario });
  const { run, read, write, emulator } = planned;
  const pin = async (name: string, key: string, ...roles: readonly string[]) => {
    const flags = roles.flatMap((role) => ['--role', role]);
    const argv = ['keygen', '--from', key, '--name', name, ...flags, '--quiet'];
    const { code, stdout, stderr } = await run(argv);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const pinned = [
    await pin('pipeline', 'awskms:alias/plans', 'planner', 'operator'),
    await pin('lead', ARN, 'approver'),
  ];
  await write('trust.yaml', `version: 1\nthreshold: { planner: 1, approver: 1 }\nkeys:\n${pinned.join('')}`);
  planned.forget();
  return {
    ...planned,
    planBy: (key, options) => run([...PLAN, key], options),
    approveBy: async (key) => {
      const text = await read('org.plan.yaml');
      const digest = digestBody(Buffer.from(text.slice(0, text.indexOf('---\n'))));
      return run(approving(key, '--confirm', digest));
    },
    signing: () =>
      emulator.calls
        .filter(({ service }) => service === 'kms')
        .map(({ operation, parameters }) => `${operation} ${parameters.KeyId}`),
  };
}

const assertDone = ({ code, stdout, stderr }: Result) => assert.equal(code, 0, stdout + stderr);

test('plan, approve, apply and receipt sign with keys of KMS, and verify calls nobody', async (t) => {
  const kept = await createKept(t);
  const { planBy, approveBy, signing, verify, apply, calls, forget, deletions, read } = kept;
  assertDone(await planBy('awskms:alias/plans'));
  assert.deepEqual(signing(), ['GetPublicKey alias/plans', 'Sign alias/plans']);
  forget();
  assertDone(await approveBy(ARN));
  assert.deepEqual(signing(), [`GetPublicKey ${ARN}`, `Sign ${ARN}`]);
  assert.equal(calls().length, 2);
  const text = await read('org.plan.yaml');
  assert.deepEqual(text.match(/algorithm: .+/g), Array(2).fill('algorithm: ecdsa-p256-sha256'));

  forget();
  const verified = await verify({ aws: {} });
  assertDone(verified);
  assert.match(verified.stdout, /\nSigned by "pipeline" \(planner\), "lead" \(approver\); /);
  assert.deepEqual(calls(), []);

  assertDone(await apply(['--confirm', ORGANIZATION, '--key', 'awskms:alias/plans']));
  // The head of the run; every record is signed by the key of the run.
  assert.deepEqual(signing(), ['GetPublicKey alias/plans', 'Sign alias/plans']);
  assert.equal(deletions().length, 3);

  forget();
  const { receipt, verifyReceipt, journal } = withReceipt(kept);
  assertDone(await receipt('--trust', 'trust.yaml', '--key', `awskms:${ID}`, '--out', 'org.receipt.yaml'));
  assert.deepEqual(calls().length, 2);
  assert.deepEqual(signing(), [`GetPublicKey ${ID}`, `Sign ${ID}`]);
  forget();
  assertDone(await verifyReceipt('--journal', journal));
  assert.deepEqual(calls(), []);
});

test('plan takes the key of KMS that ROOTSWEEP_KEY names', async (t) => {
  const { run, signing } = await createKept(t);
  assertDone(await run(PLAN.slice(0, -1), { env: { NO_COLOR: '1', ROOTSWEEP_KEY: 'awskms:alias/plans' } }));
  assert.deepEqual(signing(), ['GetPublicKey alias/plans', 'Sign alias/plans']);
});

test('the ARN of an alias names a key, and its region goes before --region', async (t) => {
  const { run, approveBy, planBy } = await createKept(t);
  assertDone(await planBy('arn:aws:kms:us-east-1:111111111111:alias/plans'));
  assertDone(await approveBy('awskms:arn:aws:kms:us-east-1:111111111111:alias/approvals'));
  const far = 'arn:aws:kms:eu-west-1:111111111111:alias/plans';
  assertDone(await run([...PLAN, far, '--region', 'us-west-2']));
});

test('verify and apply refuse a plan when the alias names another key than the one that is pinned', async (t) => {
  const kept = await createKept(t);
  const { planBy, approveBy, calls, forget } = kept;
  assertDone(await planBy('awskms:alias/approvals'));
  assert.equal((await approveBy('awskms:alias/plans')).code, 4);
  forget();
  for (const command of ['verify', 'apply']) {
    await assertRefused(kept, {
      argv: [command, 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
      code: 4,
      says: /^"org\.plan\.yaml" has no signature by a planner that "trust\.yaml" trusts; "lead" may not sign as planner$/,
      hint: UNTRUSTED.hint,
    });
  }
  assert.deepEqual(calls(), []);
});

test('approve refuses the key of KMS that planned, whatever it is called by', async (t) => {
  const { planBy, approveBy } = await createKept(t);
  assertDone(await planBy('awskms:alias/plans'));
  const { code, stderr } = await approveBy(`awskms:${ID}`);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /\nError: this key already signed "org\.plan\.yaml" as planner, and each key counts once\n/,
  );
});

const UNUSABLE: readonly (readonly [key: string, code: number, says: RegExp, hint: RegExp])[] = [
  ['awskms:alias/nobody', 1, /^KMS has no key "alias\/nobody": /, /^look for it with: aws kms list-aliases/],
  [
    'awskms:alias/disabled',
    4,
    /^KMS key "alias\/disabled" is disabled$/,
    /^enable it with: aws kms enable-key/,
  ],
  ['awskms:alias/larger', 4, /^KMS key "alias\/larger" has the spec ECC_NIST_P384$/, /ECC_NIST_P256/],
  ['awskms:alias/symmetric', 4, /^KMS key "alias\/symmetric" cannot sign: /, /ECC_NIST_P256/],
  [
    'arn:aws:kms:nowhere',
    4,
    /^"arn:aws:kms:nowhere" is not the ARN of a KMS key$/,
    /^it looks like arn:aws:kms:/,
  ],
];
for (const [key, code, says, hint] of UNUSABLE) {
  test(`plan refuses ${key} before it looks at anything`, async (t) => {
    const kept = await createKept(t);
    await assertRefused(kept, { argv: [...PLAN, key], code, says, hint, calls: true });
    assert.deepEqual(
      kept.calls().filter((call) => !call.startsWith('kms ')),
      [],
    );
  });
}

/** The policy that the README gives, for the account and key that stand in it. */
const SIGN = JSON.parse(readBlock('policy: sign')) as IamPolicyDocument;
const PLAN_POLICY = JSON.parse(readBlock('policy: plan')) as IamPolicyDocument;
const statementsOf = ({ Statement }: IamPolicyDocument) => [Statement].flat();
const ACTIONS = statementsOf(SIGN).flatMap(({ Action }) => Action ?? []);

/** Callers with the README's policies, one of them with all, and the others without one action. */
async function createAllowed(t: TestContext) {
  const allow = (Action: readonly string[]) => ({
    policy: {
      Statement: [
        ...statementsOf(PLAN_POLICY),
        ...statementsOf(SIGN).map((statement) => ({ ...statement, Action })),
      ],
    },
  });
  const [, account = '', id = ''] = /:(\d{12}):key\/([^"]+)"/.exec(JSON.stringify(SIGN)) ?? [];
  const lacking = ACTIONS.map((action) => [
    `without ${action}`,
    allow(ACTIONS.filter((other) => other !== action)),
  ]);
  const planned = await createPlanned(t, {
    scenario: {
      ...parseScenario(SCENARIO.replaceAll('111111111111', account), 'scenario.yaml'),
      callers: { operator: allow(ACTIONS), ...Object.fromEntries(lacking) },
      kmsKeys: [{ id, alias: 'alias/plans' }, { alias: 'alias/other' }],
    },
  });
  return {
    ...planned,
    as: (caller: string) => ({
      aws: planned.awsAs(caller),
    }),
  };
}

test('the IAM policy of the README is enough to sign with that key, and not with another', async (t) => {
  const { run, as } = await createAllowed(t);
  assertDone(await run([...PLAN, 'awskms:alias/plans'], as('operator')));
  const { code, stderr } = await run([...PLAN, 'awskms:alias/other'], as('operator'));
  assert.equal(code, 1);
  assert.match(stderr, /^Error: the caller is not allowed to call kms:GetPublicKey: /);
});

for (const action of ACTIONS) {
  test(`plan says that ${action} is missing`, async (t) => {
    const { run, as } = await createAllowed(t);
    const { code, stderr } = await run([...PLAN, 'awskms:alias/plans'], as(`without ${action}`));
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`Error: the caller is not allowed to call ${action}: `));
  });
}

test("the README's commands for a key of KMS do what they say", async (t) => {
  const { run, signing, write, verify } = await createKept(t);
  const argvOf = (pattern: RegExp) => readPhrase(pattern).split(' ').slice(1);
  const { stdout } = await run(argvOf(/rootsweep keygen --from awskms:\S+ --name \w+ --role \w+/));
  assert.deepEqual(signing(), ['GetPublicKey alias/plans']);
  await write('trust.yaml', `version: 1\nthreshold: { planner: 1 }\nkeys:\n${stdout}`);
  assertDone(await run(argvOf(/rootsweep plan .+ --key awskms:\S+/)));
  assert.match((await verify()).stdout, /\nSigned by "pipeline" \(planner\); /);
});
