/** Attacks with plans that were good once, or somewhere else, or under another policy. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertAttackFails, createTarget, FILE } from './attacks.js';
import { ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

/** `show` shows what is signed, and leaves it to the others whether it is still good. */
const JUDGES = ['verify', 'apply'] as const;
const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const APPLY = ['apply', FILE, ...TRUSTED, '--confirm', ORGANIZATION];
const ASK_SIGNER = 'plan again; do not apply this plan, and ask its signer where it comes from';

/** All that is asked before the organization is known: who calls, in which organization, and with what enabled. */
const openingOf = (account: string) => [
  `sts GetCallerIdentity ${account}`,
  `organizations DescribeOrganization ${account}`,
  `iam ListOrganizationsFeatures ${account}`,
];

test('expired plan: from the second at which it ends, the plan is refused', async (t) => {
  const target = await createTarget(t);
  assert.equal((await target.verify({ now: '2026-11-26T08:59:58Z' })).code, 0);
  for (const now of ['2026-11-26T09:00:00Z', '2027-11-26T09:00:00Z']) {
    await assertAttackFails(target, {
      readers: [...JUDGES, 'approve'],
      options: { now },
      says: 'the plan expired at 2026-11-26T09:00:00Z',
      hint: 'plan again; policies set the time with expiresAfter',
    });
  }
});

test('expired plan: one that a trusted key makes good for longer than the policy says is refused', async (t) => {
  const target = await createTarget(t);
  await target.resign((plan) => ({ ...plan, expires: '2036-11-26T09:00:00Z' }));
  await assertAttackFails(target, {
    readers: JUDGES,
    says: 'the plan is good from 2026-11-23T09:00:00Z to 2036-11-26T09:00:00Z, which is not the time that the policy gives it',
    hint: ASK_SIGNER,
  });
});

test('plan of another organization: apply refuses it after three calls that change nothing', async (t) => {
  const target = await createTarget(t);
  const other = await createTarget(t, {
    scenario:
      'organization: { id: o-otherorgid00, managementAccount: "999999999999" }\naccounts: [{ id: "222222222222" }]\n',
  });
  const { server, emulator, calls, deletions } = other;
  const aws = { endpoint: server.url, region: 'us-east-1', credentials: emulator.callerCredentials() };
  await assertRefused(
    { ...target, calls, deletions },
    {
      argv: APPLY,
      options: { aws },
      code: 4,
      calls: true,
      says: `the plan is for organization "${ORGANIZATION}", the credentials are for "o-otherorgid00"`,
      hint: 'use credentials of the organization that the plan was made for',
    },
  );
  assert.deepEqual(calls().sort(), [...openingOf('999999999999'), ...openingOf('999999999999')].sort());
});

test('plan of another organization: where the policy names one, verify and apply refuse it without a call', async (t) => {
  const target = await createTarget(t, { policy: `version: 1\norganization: ${ORGANIZATION}\n` });
  await target.resign((plan) => ({ ...plan, organization: 'o-otherorgid00' }));
  await assertAttackFails(target, {
    readers: JUDGES,
    says: `the plan is for organization "o-otherorgid00", the policy for "${ORGANIZATION}"`,
    hint: 'plan again for the organization that the policy names',
  });
});

for (const [what, change, says] of [
  ['partition', { partition: 'aws-us-gov' }, 'partition "aws-us-gov", the credentials are for "aws"'],
  [
    'management account',
    { managementAccount: '222222222222' },
    'management account "222222222222", it is now "111111111111"',
  ],
] as const) {
  test(`plan of another ${what}: apply refuses it after three calls that change nothing`, async (t) => {
    const target = await createTarget(t);
    await target.resign((plan) => ({
      ...plan,
      ...change,
      accounts: plan.accounts.filter(({ id }) => id === '333333333333'),
    }));
    target.forget();
    await assertRefused(target, {
      argv: APPLY,
      code: 4,
      calls: true,
      says: `the plan is for ${says}`,
      hint: 'use credentials of the organization that the plan was made for',
    });
    assert.deepEqual(
      target.calls().sort(),
      [...openingOf('111111111111'), ...openingOf('111111111111')].sort(),
    );
  });
}

/** A newer plan of the same policy has run; the older one is back in its place, and good for two days more. */
async function replay(target: Planned): Promise<void> {
  const older = await target.read(FILE);
  const argv = ['plan', '--policy', 'policy.yaml', '--out', FILE, '--key', 'key.pem'];
  assert.equal((await target.run(argv, { now: '2026-11-23T10:00:00Z' })).code, 0);
  assert.equal((await target.apply(undefined, { now: '2026-11-23T10:05:00Z' })).code, 0);
  await target.write(FILE, older);
  target.forget();
}

test('older plan replayed after a newer one ran: apply refuses it', async (t) => {
  const target = await createTarget(t);
  await replay(target);
  await assertAttackFails(target, {
    readers: ['apply'],
    options: { now: '2026-11-23T10:10:00Z' },
    says: /^a newer plan of organization "o-exampleorgid", made at 2026-11-23T10:00:00Z, was applied already \("org\.plan\.\w{12}\.journal\.jsonl"\)$/,
    hint: 'plan again; an older plan is never applied after a newer one',
  });
});

test('older plan replayed under another name: apply refuses it', async (t) => {
  const target = await createTarget(t);
  await replay(target);
  await copyFile(join(target.folder, FILE), join(target.folder, 'new.plan.yaml'));
  await assertRefused(target, {
    argv: ['apply', 'new.plan.yaml', ...TRUSTED, '--confirm', ORGANIZATION],
    options: { now: '2026-11-23T10:10:00Z' },
    code: 4,
    says: /^a newer plan of organization "o-exampleorgid", made at 2026-11-23T10:00:00Z, was applied already/,
    hint: 'plan again; an older plan is never applied after a newer one',
  });
  assert.deepEqual(target.calls(), []);
});

test('older plan replayed where no journal lies: apply finds that the accounts have changed', async (t) => {
  const target = await createTarget(t);
  await replay(target);
  await mkdir(join(target.folder, 'elsewhere'));
  await copyFile(join(target.folder, FILE), join(target.folder, 'elsewhere', FILE));
  const { code, stdout } = await target.run(
    ['apply', `elsewhere/${FILE}`, ...TRUSTED, '--confirm', ORGANIZATION],
    { now: '2026-11-23T10:10:00Z' },
  );
  assert.equal(code, 5);
  assert.match(stdout, /333333333333 shop: changed since the plan, left alone\n/);
  assert.deepEqual(target.deletions(), []);
});

const LOOSER = 'version: 1\nblocking: account\nlimits: { percent: 100 }\n';
const OTHER_POLICY = {
  says: 'the plan was made with another policy than "policy.yaml" is now',
  hint: 'plan again with this policy, or pass the policy that the plan names',
};

for (const [how, policy] of [
  ['by a looser one', LOOSER],
  ['by one that means the same', 'version: 1 \n'],
  ['by one with a comment', 'version: 1\n# reviewed\n'],
] as const) {
  test(`policy swapped after planning ${how}: verify and apply refuse the plan`, async (t) => {
    const target = await createTarget(t);
    await target.write('policy.yaml', policy);
    await assertAttackFails(target, { readers: JUDGES, ...OTHER_POLICY });
  });
}

test('policy swapped after planning: a trusted key that signs its digest makes it no policy of the plan', async (t) => {
  const target = await createTarget(t);
  const policy = 'version: 1\nexclude: [{ account: "333333333333", reason: break-glass }]\n';
  await target.write('policy.yaml', policy);
  const sha256 = createHash('sha256').update(policy).digest('hex');
  await target.resign((plan) => ({ ...plan, policy: { ...plan.policy, sha256 } }));
  await assertAttackFails(target, {
    readers: JUDGES,
    says: 'the policy does not allow what the plan deletes in account "333333333333"',
    hint: ASK_SIGNER,
  });
});
