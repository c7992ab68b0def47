/** Which refusal comes first: exit code 7 says that nothing but signatures is missing, and so everything else beats it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import { signatureOf } from '../signing/keys.js';
import { assertAttackFails, FILE, readPlan, replaceSignatures } from './attacks.js';
import { approving, createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { withReceipt } from './receipts.js';
import { assertRefused, type Refusal } from './refused.js';

const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const BLOCKING = 'version: 1\nexclude: [{ account: "999999999999", reason: never existed }]\n';
const MISSING = {
  code: 7,
  says: `"${FILE}" needs 1 more approver signature; signed so far: "planner" (planner)`,
  hint: `have an approver sign: rootsweep approve ${FILE} --key KEY`,
};

/** A plan that nobody has approved, under a trust file that demands it. */
async function createUnapproved(
  t: TestContext,
  settings: Parameters<typeof createPlanned>[1] = {},
): Promise<Planned> {
  const planned = await createPlanned(t, settings);
  await planned.plan();
  const argv = ['keygen', '--out', 'ada.pem', '--name', 'ada', '--role', 'approver', '--quiet'];
  const { stdout } = await planned.run(argv);
  const trust = (await planned.read('trust.yaml')).replace('planner: 1', 'planner: 1, approver: 1');
  await planned.write('trust.yaml', `${trust}${stdout}`);
  planned.forget();
  return planned;
}

async function assertBoth(
  planned: Planned,
  refusal: Pick<Refusal, 'code' | 'says' | 'hint' | 'options'>,
): Promise<void> {
  for (const argv of [
    ['verify', FILE, ...TRUSTED],
    ['apply', FILE, ...TRUSTED, '--confirm', ORGANIZATION],
  ]) {
    await assertRefused(planned, { argv, ...refusal });
  }
  assert.deepEqual(planned.calls(), []);
}

const revoke = async (planned: Planned) => {
  const digest = digestBody((await readPlan(planned)).body);
  const trust = await planned.read('trust.yaml');
  await planned.write('trust.yaml', `${trust}revoked: [{ plan: "${digest}", reason: an owner objected }]\n`);
};
const REVOKED = {
  code: 4,
  says: `"${FILE}" is revoked by "trust.yaml": "an owner objected"`,
  hint: 'plan again; a revoked plan is never applied',
};

test('verify and apply end with 7 when nothing but an approval is missing', async (t) => {
  await assertBoth(await createUnapproved(t), MISSING);
});

test('apply ends with 7 when an approval is missing and the wait is not over, which the approval starts', async (t) => {
  await assertBoth(await createUnapproved(t, { policy: 'version: 1\nnotBefore: 24h\n' }), MISSING);
});

const STRONGER: readonly {
  readonly what: string;
  readonly policy?: string;
  readonly breakIt?: (planned: Planned) => Promise<unknown>;
  readonly refusal: Pick<Refusal, 'code' | 'says' | 'options'>;
}[] = [
  {
    what: 'the plan is blocked',
    policy: BLOCKING,
    refusal: { code: 3, says: 'the plan is blocked by 1 finding' },
  },
  {
    what: 'the plan has expired',
    refusal: {
      code: 4,
      says: 'the plan expired at 2026-11-26T09:00:00Z',
      options: { now: '2026-11-26T09:00:00Z' },
    },
  },
  {
    what: 'the policy is another',
    breakIt: (it) => it.write('policy.yaml', 'version: 1\nblocking: account\n'),
    refusal: { code: 4, says: 'the plan was made with another policy than "policy.yaml" is now' },
  },
  {
    what: 'the plan lives longer than its policy lets plans live',
    breakIt: (it) => it.resign((plan) => ({ ...plan, expires: '2026-11-27T09:00:00Z' })),
    refusal: { code: 4, says: /^the plan .+ which is not / },
  },
  {
    what: 'no planner signed',
    breakIt: (it) => replaceSignatures(it, (_, body) => [signatureOf('approver', body, it.key)]),
    refusal: {
      code: 4,
      says: `"${FILE}" has no signature by a planner that "trust.yaml" trusts; "planner" may not sign as approver`,
    },
  },
  { what: 'the plan is revoked', breakIt: revoke, refusal: REVOKED },
];
for (const { what, policy, breakIt = async () => undefined, refusal } of STRONGER) {
  test(`verify and apply end with ${refusal.code}, and not with 7, when an approval is missing and ${what}`, async (t) => {
    const planned = await createUnapproved(t, policy === undefined ? {} : { policy });
    await breakIt(planned);
    await assertBoth(planned, { ...refusal, hint: /./ });
  });
}

test('revoked plan: it is refused although all that are needed have signed it', async (t) => {
  const planned = await createUnapproved(t);
  const digest = digestBody((await readPlan(planned)).body);
  await planned.run(approving('ada.pem', '--confirm', digest));
  assert.equal((await planned.verify()).code, 0);
  await revoke(planned);
  await assertAttackFails(planned, REVOKED);
});

test('revoked plan: another plan of the same policy is taken', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  await revoke(planned);
  assert.equal((await planned.verify()).code, 4);
  await planned.resign((plan) => ({ ...plan, plannedBy: 'arn:aws:iam::111111111111:user/other' }));
  assert.equal((await planned.verify()).code, 0);
});

test('show, journal and receipt say when an approver and a witness signed', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const people = (['approver', 'witness'] as const).map((role) => ({
    role,
    ...generateKeyPairSync('ed25519'),
  }));
  const lines = people.map(({ role, publicKey }) => {
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    return `  - { name: ${role}, publicKey: ${spki}, roles: [${role}] }\n`;
  });
  const trust = await planned.read('trust.yaml');
  const threshold = 'planner: 1, approver: 1, witness: 1';
  await planned.write('trust.yaml', `${trust.replace('planner: 1', threshold)}${lines.join('')}`);
  const at = '2026-11-23T09:00:00Z';
  await replaceSignatures(planned, (signatures, body) => [
    ...signatures,
    ...people.map(({ role, privateKey }) => signatureOf(role, body, privateKey, at)),
  ]);
  const expected = [
    ['planner', undefined],
    ['approver', at],
    ['witness', at],
  ];
  const shown = JSON.parse((await planned.run(['show', FILE, '--json', '--trust', 'trust.yaml'])).stdout);
  const times = ({ signers }: { signers: { role: string; at?: string }[] }) =>
    signers.map((signer) => [signer.role, signer.at]);
  assert.deepEqual(times(shown.verdict), expected);

  assert.equal((await planned.apply()).code, 0);
  const applied = withReceipt(planned);
  const started = (await planned.read(applied.journal)).split('\n')[0] ?? '';
  assert.deepEqual(times(JSON.parse(started)), expected);
  const receipt = await applied.sign();
  assert.match(
    receipt,
    /role: approver, at: 2026-11-23T09:00:00Z \}\n.*role: witness, at: 2026-11-23T09:00:00Z \}\n/,
  );
  const { code, stderr } = await applied.verifyReceipt('--journal', applied.journal);
  assert.equal(code, 0, stderr);
  const { stdout } = await applied.receipt('--format', 'markdown');
  assert.match(stdout, /`witness` as witness at `2026-11-23T09:00:00Z` \(/);
});
