/** `unlock bucket` and `unlock queue`: what they plan, what they warn of, and what they refuse. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { locked, SCENARIO, SHOP, unlock } from './locked.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

const create = (t: TestContext, scenario = SCENARIO): Promise<Planned> => createPlanned(t, { scenario });

interface Read {
  readonly kind: string;
  readonly accounts: readonly {
    readonly id: string;
    readonly findings: readonly object[];
    readonly actions: readonly Readonly<Record<string, string>>[];
  }[];
}

async function readPlan({ read }: Planned): Promise<Read> {
  const [body = ''] = (await read('unlock.plan.yaml')).split('\n---\n');
  return parse(body) as Read;
}

test('unlock bucket finds the region of the bucket, and plans the policy as it stands there', async (t) => {
  const planned = await create(t);
  const { run, deletions, forget, calls } = planned;
  forget();
  const { code, stdout, stderr } = await run(unlock('bucket', SHOP, 'logs'));
  assert.equal(code, 0, stderr);
  const { kind, accounts } = await readPlan(planned);
  assert.equal(kind, 'unlock');
  assert.deepEqual(
    accounts.map(({ id, actions }) => [id, actions]),
    [[SHOP, [{ kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1', document: locked('s3') }]]],
  );
  assert.match(stdout, /^rootsweep will unlock 1 bucket of organization o-exampleorgid\.\n/);
  assert.match(stdout, /now statement "Lock" denies everyone s3:\*\n/);
  assert.match(stdout, /\n {6}- {3}"Version": "2012-10-17",\n/);
  assert.doesNotMatch(stdout, /warn/);
  assert.match(
    stderr,
    /\nNext: have it reviewed, then run: rootsweep apply unlock\.plan\.yaml --policy policy\.yaml\n$/,
  );
  assert.deepEqual(deletions(), []);
  assert.ok(!calls().some((call) => /(?:Put|Delete)BucketPolicy/.test(call)), calls().join('\n'));
});

for (const [what, queue, region] of [
  ['its name, in the region that is called', 'orders', 'eu-central-1'],
  ['its URL', `https://sqs.eu-central-1.amazonaws.com/${SHOP}/orders`, 'us-east-1'],
  ['its ARN', `arn:aws:sqs:eu-central-1:${SHOP}:orders`, 'us-east-1'],
] as const) {
  test(`unlock queue finds a queue by ${what}`, async (t) => {
    const planned = await create(t);
    const { code, stderr } = await planned.run([...unlock('queue', SHOP, queue), '--region', region]);
    assert.equal(code, 0, stderr);
    const { accounts } = await readPlan(planned);
    assert.deepEqual(accounts[0]?.actions[0], {
      kind: 'unlock-queue',
      name: 'orders',
      region: 'eu-central-1',
      document: locked('sqs'),
    });
  });
}

test('unlock plans a policy that locks nobody out, or of which nobody can tell, with a warning', async (t) => {
  const planned = await create(t);
  const { run } = planned;
  const open = await run(unlock('bucket', SHOP, 'open'));
  assert.equal(open.code, 0, open.stderr);
  const [entry] = (await readPlan(planned)).accounts;
  const message =
    'This policy does not deny everyone: identities that IAM allows to change it still can, without a root session';
  assert.deepEqual(entry?.findings, [{ code: 'policy-not-locking', severity: 'warn', message }]);
  assert.ok(open.stdout.includes(`warn policy-not-locking: ${message}\n`), open.stdout);
  assert.match(open.stdout, /now statement 1 denies arn:aws:iam::333333333333:role\/old s3:\*\n/);

  const unclear = await run([...unlock('bucket', SHOP, 'endpoint'), '--json']);
  const { accounts } = JSON.parse(unclear.stdout) as { accounts: unknown[] };
  assert.deepEqual(accounts, [
    {
      id: SHOP,
      name: 'shop',
      target: 'bucket endpoint in us-east-1',
      findings: [
        {
          code: 'policy-not-locking',
          severity: 'warn',
          message: 'It cannot be told from this policy alone whether it denies everyone',
        },
      ],
    },
  ]);
});

test('unlock --replacement plans the text of the file, word for word', async (t) => {
  const planned = await create(t);
  const replacement =
    '{ "Version": "2012-10-17",\n\t"Statement": [{"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"s3:*","Resource":"arn:aws:s3:::logs"}] }\n';
  await planned.write('new.json', replacement);
  const { code, stdout, stderr } = await planned.run([
    ...unlock('bucket', SHOP, 'logs'),
    '--replacement',
    'new.json',
  ]);
  assert.equal(code, 0, stderr);
  assert.equal((await readPlan(planned)).accounts[0]?.actions[0]?.replacement, replacement);
  assert.match(
    stdout,
    /^rootsweep will unlock 1 bucket .*[\s\S]*\nPlan: 0 policies to delete, 1 to replace;/,
  );
  assert.match(stdout, /\n {6}\+ /);
});

test('unlock refuses a replacement that says the same, that is no policy, and that is too long', async (t) => {
  const planned = await create(t);
  const argv = [...unlock('bucket', SHOP, 'logs'), '--replacement', 'new.json'];
  await planned.write('new.json', JSON.stringify(JSON.parse(locked('s3')), null, 4));
  await assertRefused(planned, {
    argv,
    code: 4,
    says: 'the replacement says what the policy of bucket "logs" says already',
    hint: 'pass another one, or none to delete the policy',
    calls: true,
  });
  for (const text of ['{', '[]', '{"Statement":[]}', 'Statement: []']) {
    await planned.write('new.json', text);
    await assertRefused(planned, {
      argv,
      code: 4,
      says: '"new.json" holds no policy: it is not JSON with statements',
      hint: /^write \{ "Version"/,
    });
  }
  await planned.write('new.json', ' '.repeat(20 * 1024 + 1));
  await assertRefused(planned, { argv, code: 4, says: /larger than 20 KiB/, hint: /./ });
  await planned.write('new.json', locked('s3'));
  await assertRefused(planned, {
    argv: [...argv, '--out', 'new.json'],
    code: 1,
    says: 'cannot write "./new.json": it exists, and is no plan',
    hint: /^rootsweep never overwrites it/,
  });
});

const REFUSED: readonly (readonly [what: string, argv: readonly string[], says: string, hint: RegExp])[] = [
  [
    'a bucket that the account has not',
    unlock('bucket', SHOP, 'elsewhere'),
    `account "${SHOP}" has no bucket "elsewhere"`,
    /whose bucket it is$/,
  ],
  [
    'a queue that is in another region',
    unlock('queue', SHOP, 'orders'),
    `account "${SHOP}" has no queue "orders" in the region that was asked`,
    /--region$/,
  ],
  [
    'a bucket without a policy',
    unlock('bucket', SHOP, 'bare'),
    `bucket "bare" of account "${SHOP}" has no policy`,
    /^something else denies the access/,
  ],
  [
    'a queue without a policy',
    [...unlock('queue', SHOP, 'bare'), '--region', 'eu-central-1'],
    `queue "bare" of account "${SHOP}" has no policy`,
    /^something else denies the access/,
  ],
  [
    'the management account',
    unlock('bucket', '111111111111', 'logs'),
    'account "111111111111" is the management account, in which no root session can be opened',
    /./,
  ],
  [
    'all accounts',
    unlock('bucket', 'all', 'logs'),
    'all accounts cannot be named at once',
    /^name the accounts that need it/,
  ],
];
for (const [what, argv, says, hint] of REFUSED) {
  test(`unlock refuses ${what}`, async (t) => {
    await assertRefused(await create(t), { argv, code: 4, says, hint, calls: true });
  });
}

test('unlock refuses what is no name of a bucket or a queue, and a queue of another account, before it calls AWS', async (t) => {
  const planned = await create(t);
  await assertRefused(planned, {
    argv: unlock('bucket', SHOP, 'logs/2026'),
    code: 1,
    says: /"logs\/2026"/,
    hint: /./,
  });
  await assertRefused(planned, {
    argv: unlock('queue', SHOP, 'orders.txt'),
    code: 1,
    says: /"orders\.txt"/,
    hint: /./,
  });
  await assertRefused(planned, {
    argv: unlock('queue', SHOP, 'arn:aws:sqs:eu-central-1:222222222222:orders'),
    code: 1,
    says: /is a queue of account 222222222222, not of 333333333333/,
    hint: /./,
  });
});

test('unlock names the command that turns root sessions on, where they are off', async (t) => {
  const planned = await create(t, SCENARIO.replace('rootSessions: true', 'rootSessions: false'));
  for (const argv of [unlock('bucket', SHOP, 'logs'), unlock('queue', SHOP, 'orders')]) {
    await assertRefused(planned, {
      argv,
      code: 1,
      says: 'root sessions for buckets and queues are off in this organization',
      hint: 'in the management account run: aws iam enable-organizations-root-sessions',
      calls: true,
    });
  }
});

test('unlock needs no management of root credentials, and recover no root sessions', async (t) => {
  const without = SCENARIO.replace('features: {', 'features: { rootCredentialsManagement: false,');
  const planned = await create(t, without);
  const { code, stderr } = await planned.run(unlock('bucket', SHOP, 'logs'));
  assert.equal(code, 0, stderr);
  const other = await create(t, SCENARIO.replace('rootSessions: true', 'rootSessions: false'));
  const recovered = await other.run(
    'recover 222222222222 --reason x --policy policy.yaml --out r.yaml --key key.pem'.split(' '),
  );
  assert.equal(recovered.code, 0, recovered.stderr);
});

test('unlock refuses an account in which no session can be opened: unknown is not "no policy"', async (t) => {
  const planned = await create(t);
  await assertRefused(planned, {
    argv: unlock('bucket', SHOP, 'logs'),
    code: 1,
    says: /^account "333333333333" \("shop"\) could not be looked at: AssumeRoot failed: AccessDenied: /,
    hint: /^allow the caller sts:AssumeRoot on this account/,
    calls: true,
    options: {
      aws: planned.awsAs('blind'),
    },
  });
});

test('rootsweep unlock asks for what', async (t) => {
  const planned = await create(t);
  await assertRefused(planned, {
    argv: ['unlock'],
    code: 1,
    says: 'unknown command "unlock"; did you mean "unlock bucket"?',
    hint: 'see: rootsweep --help',
  });
  await assertRefused(planned, {
    argv: ['unlock', 'bucket', SHOP],
    code: 1,
    says: '"rootsweep unlock bucket" needs BUCKET and --policy and --out and --reason',
    hint: 'see: rootsweep unlock bucket --help',
  });
  assert.ok(ORGANIZATION);
});
