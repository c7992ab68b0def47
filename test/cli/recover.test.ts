/** `recover`: plans that named accounts can set a root password again, and whatever is no case for that. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { maskEmail } from '../../src/core/account/masked-email.js';
import { CONFIG, createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused, listFiles } from './refused.js';

const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
callers:
  operator: {}
  blind: { deny: ["sts:AssumeRoot"] }
accounts:
  - { id: "111111111111", name: management, root: { password: true } }
  - { id: "222222222222", name: twin }
  - { id: "333333333333", name: shop, email: shop@example.com, ou: /Workloads/Prod }
  - { id: "444444444444", name: twin, root: { password: { created: 2019-02-04T00:00:00Z } } }
  - { id: "555555555555", name: closed, state: SUSPENDED }
  - { id: "666666666666", name: bank }
`;

const create = (t: TestContext, policy?: string): Promise<Planned> =>
  createPlanned(t, { scenario: SCENARIO, ...(policy === undefined ? {} : { policy }) });

const RECOVER = (...accounts: string[]) => [
  ...['recover', ...accounts, '--policy', 'policy.yaml', '--out', 'recover.plan.yaml', '--key', 'key.pem'],
  ...['--reason', 'billing needs the root user'],
];

const HEAD_OF_BODY = `version: 1
id: 00000000-0000-4000-8000-000000000001
kind: recovery
reason: billing needs the root user
`;

test('recover writes a signed plan, by account id, of accounts that were named by id and by name', async (t) => {
  const { run, read, deletions, calls, forget } = await create(t);
  forget();
  const { code, stderr } = await run(RECOVER('bank', '333333333333', 'bank'));
  assert.equal(code, 0, stderr);
  const [body = ''] = (await read('recover.plan.yaml')).split('\n---\n');
  assert.ok(body.startsWith(HEAD_OF_BODY), body);
  const { id, accounts, policy } = parse(body) as { id: string; accounts: unknown[]; policy: unknown };
  assert.deepEqual(Object.keys(policy as object), ['path', 'sha256']);
  assert.deepEqual(accounts[0], {
    id: '333333333333',
    decision: 'recover',
    rule: 'named by the planner',
    name: 'shop',
    email: maskEmail('shop@example.com', '333333333333', id),
    state: 'ACTIVE',
    ou: '/Workloads/Prod',
    parents: (accounts[0] as { parents: unknown }).parents,
    joined: (accounts[0] as { joined: unknown }).joined,
    joinedMethod: 'CREATED',
    findings: [],
    actions: [{ kind: 'allow-password-recovery' }],
  });
  assert.equal((accounts[1] as { id: string }).id, '666666666666');
  assert.equal(accounts.length, 2);
  assert.deepEqual(deletions(), []);
  // It looks, and has no session in which anything could be created.
  assert.deepEqual(
    calls().filter((call) => call.startsWith('sts AssumeRoot')),
    ['sts AssumeRoot 333333333333', 'sts AssumeRoot 666666666666'],
  );
  assert.ok(!calls().some((call) => call.includes('CreateLoginProfile')));
});

test('recover names the signature that comes next when the trust file demands an approver', async (t) => {
  const { run, read, write } = await create(t);
  const keygen = ['keygen', '--out', 'ada.pem', '--name', 'ada', '--role', 'approver', '--quiet'];
  const trust = `${await read('trust.yaml')}${(await run(keygen)).stdout}`;
  await write(`${CONFIG}/trust.yaml`, trust.replace('{ planner: 1 }', '{ planner: 1, approver: 1 }'));
  const { code, stderr } = await run(RECOVER('333333333333'));
  assert.equal(code, 0);
  assert.equal(
    stderr.split('\n').at(-2),
    'Next: have an approver sign: rootsweep approve recover.plan.yaml --key KEY',
  );
});

test('recover says what it planned and what comes next, as JSON too', async (t) => {
  const { run } = await create(t);
  const { stderr } = await run(RECOVER('333333333333'));
  assert.match(
    stderr,
    /\nThe plan is in "recover\.plan\.yaml" \(sha256:[0-9a-f]{64}, good until 2026-11-26T09:00:\d\dZ\)\.\nNext: have it reviewed, then run: rootsweep apply recover\.plan\.yaml --policy policy\.yaml\n$/,
  );
  const json = await run([...RECOVER('333333333333'), '--json']);
  const { digest, expires, ...written } = JSON.parse(json.stdout) as Record<string, unknown>;
  assert.match(String(digest), /^[0-9a-f]{64}$/);
  assert.match(String(expires), /^2026-11-26T09:00:\d\dZ$/);
  assert.deepEqual(written, {
    version: 1,
    type: 'plan-written',
    path: 'recover.plan.yaml',
    id: '00000000-0000-4000-8000-000000000002',
    kind: 'recovery',
    reason: 'billing needs the root user',
    accounts: [{ id: '333333333333', name: 'shop', target: 'password', findings: [] }],
  });
});

test('recover plans whatever the policy excludes, limits, guards or delays: these are about deletions', async (t) => {
  const { run, read } = await create(
    t,
    `version: 1
exclude: [{ account: "333333333333", reason: break-glass }]
limits: { accounts: 1 }
notBefore: 24h
expiresAfter: 48h
`,
  );
  const { code, stderr } = await run(RECOVER('333333333333', 'bank'));
  assert.equal(code, 0, stderr);
  const plan = await read('recover.plan.yaml');
  assert.match(plan, /\nexpires: 2026-11-25T09:00:\d\dZ\n/);
  assert.doesNotMatch(plan, /notBefore/);
});

const REFUSED: readonly (readonly [what: string, accounts: readonly string[], says: string, hint: RegExp])[] =
  [
    [
      'the management account',
      ['333333333333', '111111111111'],
      'account "111111111111" is the management account, in which no root session can be opened',
      /sign-in page of AWS alone/,
    ],
    [
      'an account that is not active',
      ['closed'],
      'account "555555555555" is "SUSPENDED", and only active accounts can be changed',
      /AWS Support/,
    ],
    [
      'an account of nobody',
      ['999999999999'],
      `account "999999999999" is not in organization "${ORGANIZATION}"`,
      /list-accounts/,
    ],
    [
      'an account that has a password',
      ['333333333333', '444444444444'],
      'account "444444444444" has a root password already, of 2019-02-04T00:00:00Z',
      /"Forgot password\?"/,
    ],
  ];
for (const [what, accounts, says, hint] of REFUSED) {
  test(`recover refuses ${what}`, async (t) => {
    const planned = await create(t);
    await assertRefused(planned, { argv: RECOVER(...accounts), code: 4, says, hint, calls: true });
  });
}

test('recover refuses "all" and more than ten accounts before it calls AWS', async (t) => {
  const planned = await create(t);
  await assertRefused(planned, {
    argv: RECOVER('all'),
    code: 4,
    says: 'all accounts cannot be named at once',
    hint: 'name the accounts that need it, at most 10, by id or by name',
  });
  const many = Array.from({ length: 11 }, (_, index) => String(200000000000 + index));
  await assertRefused(planned, {
    argv: RECOVER(...many),
    code: 4,
    says: '11 accounts are named, and one such plan holds at most 10',
    hint: /each plan is reviewed and applied by itself$/,
  });
});

test('recover refuses a name that two accounts share, and one that none has', async (t) => {
  const planned = await create(t);
  await assertRefused(planned, {
    argv: RECOVER('twin'),
    code: 1,
    says: '2 accounts are called "twin": 222222222222, 444444444444',
    hint: 'pass the id of the one that you mean',
    calls: true,
  });
  await assertRefused(planned, {
    argv: RECOVER('shopp'),
    code: 1,
    says: 'the organization has no account called "shopp"; did you mean "shop"?',
    hint: /or pass the account id$/,
    calls: true,
  });
});

test('recover refuses an account that cannot be looked at: unknown is not "no password"', async (t) => {
  const planned = await create(t);
  await assertRefused(planned, {
    argv: RECOVER('333333333333'),
    code: 1,
    says: /^account "333333333333" \("shop"\) could not be looked at: AssumeRoot failed: AccessDenied: /,
    hint: /^allow the caller sts:AssumeRoot on this account/,
    calls: true,
    options: {
      aws: planned.awsAs('blind'),
    },
  });
});

test('recover refuses an empty reason, and an --out that is the policy or the key', async (t) => {
  const planned = await create(t);
  await assertRefused(planned, {
    argv: [...RECOVER('333333333333'), '--reason', '  '],
    code: 1,
    says: 'the reason is empty',
    hint: /--reason "/,
  });
  for (const file of ['policy.yaml', 'key.pem']) {
    await assertRefused(planned, {
      argv: [...RECOVER('333333333333'), '--out', `./${file}`],
      code: 1,
      says: `cannot write "./${file}": it exists, and is no plan`,
      hint: /^rootsweep never overwrites it/,
    });
  }
});

test('recover needs an account, a reason, a policy and a place for the plan', async (t) => {
  const planned = await create(t);
  await assertRefused(planned, {
    argv: ['recover', '--policy', 'policy.yaml'],
    code: 1,
    says: '"rootsweep recover" needs ACCOUNT and --out and --reason',
    hint: 'see: rootsweep recover --help',
  });
  await assertRefused(planned, {
    argv: ['recover', '333333333333', '666666666666', '--policy', 'policy.yaml', '--out', 'p.yaml'],
    code: 1,
    says: '"rootsweep recover" needs --reason',
    hint: 'see: rootsweep recover --help',
  });
});

test('recover refuses the policy of another organization', async (t) => {
  const planned = await create(t, 'version: 1\norganization: o-anotherorgid\n');
  await assertRefused(planned, {
    argv: RECOVER('333333333333'),
    code: 4,
    says: `the policy "policy.yaml" is for organization "o-anotherorgid", the credentials are for "${ORGANIZATION}"`,
    hint: /^use credentials of that organization/,
    calls: true,
  });
});

test('recover says which account has kept MFA devices: its owner needs one', async (t) => {
  const scenario = SCENARIO.replace('name: bank }', 'name: bank, root: { mfaDevices: 2 } }');
  const { run } = await createPlanned(t, { scenario });
  const { code, stderr } = await run(RECOVER('bank'));
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^Account 666666666666 has 2 MFA devices: whoever signs in as its root user is asked for one\.\n/,
  );
});

test('recover writes nothing where somebody asked to stop', async (t) => {
  const { run, folder } = await create(t);
  const files = listFiles(folder);
  const { code, stdout, stderr } = await run(RECOVER('bank'), { stop: AbortSignal.abort() });
  assert.deepEqual([code, stdout, stderr], [130, '', 'Error: interrupted; nothing was written\n']);
  assert.deepEqual(listFiles(folder), files);
});
