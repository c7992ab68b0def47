/** Witnesses: a second audit, by another caller, that must give the very bytes of the plan (promise 13). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeleteAction } from '../../src/core/action/action.js';
import type { FullEntry } from '../../src/core/plan/plan.js';
import { readPlan } from './attacks.js';
import { SCENARIO as LOCKED, locked } from './locked.js';
import { changeEntry, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';
import { assertMadeAgain, createWitnessed, TRUSTED, WITNESS } from './witnessed.js';

test('witness signs a plan that another caller gets to the byte, and apply takes it then', async (t) => {
  const planned = await createWitnessed(t);
  await planned.plan();
  assert.equal((await planned.verify()).code, 7);
  const { body } = await readPlan(planned);

  const { code, stdout, stderr } = await planned.witness();
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout.replace(planned.folder, '.'),
    'The plan is the same to the byte. Signed as witness: "./org.plan.yaml".\n',
  );
  assert.equal(stderr, 'Next: run: rootsweep verify org.plan.yaml --policy policy.yaml --trust trust.yaml\n');
  const signed = await readPlan(planned);
  assert.deepEqual(signed.body, body);
  assert.deepEqual(
    signed.signatures.map((it) => [it.role, 'at' in it ? it.at : undefined]),
    [
      ['planner', undefined],
      ['witness', '2026-11-23T09:00:00Z'],
    ],
  );
  assert.equal((await planned.verify()).code, 0);
  assert.equal((await planned.apply()).code, 0);
  assert.equal(planned.deletions().length, 3);
});

test('witness writes its signature beside the plan with --detached, and verify reads it', async (t) => {
  const planned = await createWitnessed(t);
  await planned.plan();
  const before = await planned.read('org.plan.yaml');
  assert.equal((await planned.witness('--detached')).code, 0);
  assert.equal(await planned.read('org.plan.yaml'), before);
  assert.equal((await planned.verify()).code, 0);
});

test('apply refuses a plan whose witness is missing, and says which command adds it', async (t) => {
  const planned = await createWitnessed(t);
  await planned.plan();
  planned.forget();
  await assertRefused(planned, {
    argv: ['apply', 'org.plan.yaml', ...TRUSTED, '--confirm', ORGANIZATION],
    code: 7,
    says: '"org.plan.yaml" needs 1 more witness signature; signed so far: "planner" (planner)',
    hint: 'have a witness sign: rootsweep witness org.plan.yaml --policy POLICY --key KEY',
  });
});

test('a witness reads only: it changes nothing in AWS', async (t) => {
  const planned = await createWitnessed(t);
  await planned.plan();
  planned.forget();
  await planned.witness();
  assert.deepEqual(
    planned.emulator.calls.filter(({ effect }) => effect !== undefined && effect.kind !== 'session-issued'),
    [],
  );
});

type Forgery = (planned: Planned) => Promise<void>;
const resign = (id: string, change: (entry: FullEntry) => FullEntry): Forgery => {
  return (planned) => planned.resign((plan) => changeEntry(plan, id, change));
};
const withoutDevice = (entry: FullEntry): FullEntry => {
  assert(entry.observed?.kind === 'audited');
  const isKept = (id: string | undefined) => id !== 'arn:aws:iam::333333333333:mfa/second';
  return {
    ...entry,
    observed: { ...entry.observed, credentials: entry.observed.credentials.filter(({ id }) => isKept(id)) },
    actions: entry.actions.filter((action) => !isDeleteAction(action) || isKept(action.id)),
  };
};

const DIFFERENCES: readonly (readonly [what: string, happens: Forgery, shows: RegExp])[] = [
  [
    'a credential that the plan leaves out',
    resign('333333333333', withoutDevice),
    /\n {4}- {2}mfa-device arn:aws:iam::333333333333:mfa\/second {2}not there -> to delete \(/,
  ],
  [
    'an account that the plan calls clean and that holds an access key',
    async ({ emulator }) =>
      emulator.changeAccount('222222222222', {
        add: { accessKeys: [{ id: 'AKIAIOSFODNN7EXAMPLE', created: '2026-01-01T00:00:00Z' }] },
      }),
    /\n~ 222222222222 empty .*\n {4}clean -> blocked\n/,
  ],
  [
    'an account that the plan does not hold',
    (planned) =>
      planned.resign((plan) => ({
        ...plan,
        accounts: plan.accounts.filter(({ id }) => id !== '222222222222'),
      })),
    /\n\+ 222222222222/,
  ],
  [
    'an account that the plan invents',
    (planned) =>
      planned.resign((plan) => ({
        ...plan,
        accounts: [...plan.accounts, { id: '444444444444', decision: 'clean', by: 'summary' }],
      })),
    /\n- 444444444444/,
  ],
  [
    'a date of a credential that differs by a second',
    resign('333333333333', (entry) => {
      assert(entry.observed?.kind === 'audited');
      const credentials = entry.observed.credentials.map((it) =>
        it.kind === 'password' ? { ...it, created: '2019-02-04T00:00:01Z' } : it,
      );
      return { ...entry, observed: { ...entry.observed, credentials } };
    }),
    /password {2}to delete \(created 2019-02-04T00:00:01Z\) -> to delete \(created 2019-02-04T00:00:00Z\)/,
  ],
  [
    'a header that names another version of rootsweep',
    (planned) => planned.resign((plan) => ({ ...plan, tool: 'rootsweep 0.0.1' })),
    /\n {2}-tool: rootsweep 0\.0\.1\n {2}\+tool: rootsweep \d/,
  ],
];

for (const [what, happens, shows] of DIFFERENCES) {
  test(`witness signs no plan with ${what}, and shows the difference`, async (t) => {
    const planned = await createWitnessed(t);
    await planned.plan();
    await happens(planned);
    assert.equal((await planned.verify()).code, 7);
    const before = await planned.read('org.plan.yaml');
    const { code, stdout, stderr } = await planned.witness();
    assert.equal(code, 5, stderr);
    assert.match(
      stdout,
      /^The plan does not match what AWS reports now, so it was not signed: "org\.plan\.yaml"\.\n/,
    );
    assert.match(stdout, shows);
    assert.match(stderr, /Next: have the plan made again, and ask its signer about the difference\n$/);
    assert.equal(await planned.read('org.plan.yaml'), before);

    const json = await planned.witness('--json');
    assert.equal(json.code, 5);
    const object = JSON.parse(json.stdout);
    assert.deepEqual([object.type, object.path], ['plan-not-reproduced', 'org.plan.yaml']);
    assert(object.patch.length > 3);
  });
}

test('witness takes 2 calls for a clean account, as plan does', async (t) => {
  const planned = await createWitnessed(t);
  await planned.plan();
  planned.forget();
  await planned.witness();
  const ofClean = planned.calls().filter((call) => call.endsWith(' 222222222222'));
  assert.deepEqual(ofClean, ['sts AssumeRoot 222222222222', 'iam GetAccountSummary 222222222222']);
});

test('witness makes a plan of --deep again with --deep, and not without', async (t) => {
  const planned = await createWitnessed(t);
  await planned.plan('--deep');
  assert.equal((await planned.witness()).code, 5);
  assert.equal((await planned.witness('--deep')).code, 0);
});

test('witness says so where it calls AWS as the planner did', async (t) => {
  const planned = await createWitnessed(t);
  await planned.plan();
  const { code, stderr } = await planned.run(WITNESS);
  assert.equal(code, 0);
  assert.match(
    stderr,
    /^The plan was made by arn:aws:iam::111111111111:user\/operator, and this witness uses the same credentials\. /m,
  );
});

const REFUSALS: readonly (readonly [what: string, argv: readonly string[], says: RegExp | string])[] = [
  [
    "the planner's own key",
    ['witness', 'org.plan.yaml', ...TRUSTED, '--key', 'key.pem'],
    'this key already signed "org.plan.yaml" as planner, and each key counts once',
  ],
  [
    'a key that may not sign as witness',
    ['witness', 'org.plan.yaml', ...TRUSTED, '--key', 'approver.pem'],
    '"trust.yaml" does not let "ada" sign as witness, so its signature would not count',
  ],
  [
    'a key that the trust file does not hold',
    ['witness', 'org.plan.yaml', ...TRUSTED, '--key', 'stranger.pem'],
    '"trust.yaml" does not hold this key, so its signature would not count',
  ],
  [
    'a key that has ended',
    ['witness', 'org.plan.yaml', ...TRUSTED, '--key', 'ended.pem'],
    'the key of "eve" ended on 2026-11-22, so its signature would not count',
  ],
];

for (const [what, argv, says] of REFUSALS) {
  test(`witness refuses ${what} before it calls AWS`, async (t) => {
    const planned = await createWitnessed(t);
    await planned.plan();
    const { run, write, read } = planned;
    const ada = await run([
      'keygen',
      '--out',
      'approver.pem',
      '--name',
      'ada',
      '--role',
      'approver',
      '--quiet',
    ]);
    await run(['keygen', '--out', 'stranger.pem', '--quiet']);
    const eve = ['keygen', '--out', 'ended.pem', '--name', 'eve', '--role', 'witness', '--quiet'];
    const ended = `${(await run(eve)).stdout}    until: 2026-11-22\n`;
    await write('trust.yaml', `${await read('trust.yaml')}${ada.stdout}${ended}`);
    planned.forget();
    const code = what.includes('own key') ? 1 : 4;
    await assertRefused(planned, { argv, code, says, hint: /./ });
  });
}

test('witness refuses a plan that was edited, and one that a stranger signed', async (t) => {
  const planned = await createWitnessed(t);
  await planned.plan();
  const good = await planned.read('org.plan.yaml');
  planned.forget();
  await planned.write('org.plan.yaml', good.replace('plannedBy: arn', 'plannedBy: Arn'));
  await assertRefused(planned, { argv: WITNESS, code: 4, says: /does not fit "org\.plan\.yaml"/, hint: /./ });
  await planned.run(['keygen', '--out', 'stranger.pem', '--quiet']);
  await planned.plan('--key', 'stranger.pem');
  planned.forget();
  await assertRefused(planned, {
    argv: WITNESS,
    code: 4,
    says: /has no signature by a planner that "trust\.yaml" trusts/,
    hint: /./,
  });
});

test('witness makes the plans of recover and unlock again', async (t) => {
  const scenario = LOCKED.replace('  operator: {}\n', '  operator: {}\n  witness: {}\n');
  const planned = await createWitnessed(t, { scenario });
  const to = ['--reason', 'test', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'];
  for (const command of [
    ['recover', '222222222222'],
    ['unlock', 'bucket', '333333333333', 'logs'],
    ['unlock', 'queue', '333333333333', 'orders', '--region', 'eu-central-1'],
  ]) {
    const made = await planned.run([...command, ...to]);
    assert.equal(made.code, 0, made.stderr);
    const { code, stderr } = await planned.witness();
    assert.equal(code, 0, stderr);
    assert.equal((await planned.verify()).code, 0);
  }
});

test('witness signs no plan of unlock whose policy was changed since', async (t) => {
  const scenario = LOCKED.replace('  operator: {}\n', '  operator: {}\n  witness: {}\n');
  const planned = await createWitnessed(t, { scenario });
  const to = ['--reason', 'test', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'];
  await planned.run(['unlock', 'bucket', '333333333333', 'logs', ...to]);
  const policy = locked('s3').replace('"Lock"', '"Other"');
  planned.emulator.changeAccount('333333333333', {
    buckets: [{ name: 'logs', region: 'eu-west-1', policy }],
  });
  const { code, stdout } = await planned.witness();
  assert.equal(code, 5);
  assert.match(stdout, /\n {4}-.*"Lock".*\n {4}\+.*"Other"/);
});

test('a plan of 40 accounts is made again by another caller, byte for byte', (t) => assertMadeAgain(t, 40));
