/** There and back: `recover` and `apply` let a password be set, `plan` and `apply` remove it again. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FaultRule } from '../../src/emulator/faults/rule.js';
import type { AccountChange } from '../../src/emulator/state/change-account.js';
import { NOW, type RunOptions } from './harness.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { cutAfterIntent, findJournal } from './recovery-journals.js';

const SHOP = '333333333333';
const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management, root: { password: true } }
  - { id: "222222222222", name: empty, ou: /Workloads }
  - { id: "${SHOP}", name: shop, email: shop@example.com, ou: /Workloads/Prod }
`;

/** When whatever an earlier run did has long been seen. */
const LATER = { now: '2026-11-23T09:10:00Z' };

const FILES = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const RECOVER = [
  ...['recover', SHOP, '--reason', 'billing needs the root user', '--policy', 'policy.yaml'],
  ...['--out', 'recover.plan.yaml', '--key', 'key.pem'],
];

async function recover(t: TestContext, scenario = SCENARIO) {
  const planned = await createPlanned(t, { scenario });
  const { code, stderr } = await planned.run(RECOVER);
  assert.equal(code, 0, stderr);
  const applyRecovery = (options?: RunOptions) =>
    planned.run(['apply', 'recover.plan.yaml', ...FILES, '--confirm', ORGANIZATION], options);
  return { ...planned, applyRecovery };
}

/** What `audit` sees of the account. */
async function audit({ run }: Planned, account = SHOP): Promise<unknown> {
  const { stdout } = await run(['audit', '--json']);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id?: string; observation?: { credentials?: { kind: string }[] } });
  return lines.find(({ id }) => id === account)?.observation?.credentials?.map(({ kind }) => kind);
}

test('recover, verify, approve and apply: audit sees the password; plan and apply: it is gone', async (t) => {
  const planned = await recover(t);
  const { run, plan, apply, applyRecovery, forget, calls, deletions } = planned;
  assert.deepEqual(await audit(planned), []);

  const verified = await run(['verify', 'recover.plan.yaml', ...FILES]);
  assert.equal(verified.code, 0, verified.stderr);
  forget();
  const applied = await applyRecovery();
  assert.equal(applied.code, 0, applied.stdout + applied.stderr);
  assert.match(applied.stdout, /✓ 333333333333 shop, password: done as planned, and proven/);
  assert.match(applied.stdout, /333333333333 shop: s…@example\.com\n.*\n.*\n.*"Forgot password\?"/);
  assert.equal(calls().filter((call) => call.includes('CreateLoginProfile')).length, 1);
  assert.deepEqual(await audit(planned), ['password']);
  assert.deepEqual(deletions(), []);

  const [again = ''] = /rootsweep plan .*$/m.exec(applied.stdout) ?? [];
  assert.equal(again, 'rootsweep plan --policy policy.yaml --out sweep.plan.yaml');
  assert.equal((await plan()).code, 0);
  const swept = await apply();
  assert.equal(swept.code, 0, swept.stdout + swept.stderr);
  assert.deepEqual(deletions(), [`DeleteLoginProfile ${SHOP}`]);
  assert.deepEqual(await audit(planned), []);
});

test('applied a second time, a plan of recovery does nothing, and says so', async (t) => {
  const { applyRecovery, forget, calls } = await recover(t);
  assert.equal((await applyRecovery()).code, 0);
  forget();
  const again = await applyRecovery(LATER);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /333333333333 shop, password: done by an earlier run/);
  assert.ok(!calls().some((call) => call.includes('CreateLoginProfile')), calls().join('\n'));
});

test('the receipt of a recovery says what was there before and after, and by which requests', async (t) => {
  const { run, read, applyRecovery, folder, emulator } = await recover(t);
  assert.equal((await applyRecovery()).code, 0);
  const receipt = await run([
    'receipt',
    findJournal(folder),
    '--out',
    'recover.receipt.yaml',
    '--key',
    'key.pem',
  ]);
  assert.equal(receipt.code, 0, receipt.stderr);
  const created = emulator.calls.find(({ operation }) => operation === 'CreateLoginProfile');
  const text = await read('recover.receipt.yaml');
  assert.ok(created !== undefined && text.includes(created.requestId), text);
  const verified = await run([
    ...['verify', 'recover.receipt.yaml', '--trust', 'trust.yaml'],
    ...['--journal', findJournal(folder)],
  ]);
  assert.equal(verified.code, 0, verified.stderr);
});

const DRIFTS: readonly (readonly [what: string, change: AccountChange, shows: RegExp])[] = [
  ['got a password', { add: { password: { created: '2026-11-23T09:30:00Z' } } }, /2026-11-23T09:30:00Z/],
  ['has another email address', { email: 'other@example.com' }, /\+email: o…@example\.com/],
  ['has another name', { name: 'renamed' }, /\+name: renamed/],
  ['is in another place', { ou: '/Workloads' }, /-ou: \/Workloads\/Prod/],
  ['is suspended', { state: 'SUSPENDED' }, /\+state: SUSPENDED/],
  ['left the organization', { leave: true }, /\+no member of the organization/],
];
for (const [what, change, shows] of DRIFTS) {
  test(`apply leaves an account alone that ${what} since its recovery was planned`, async (t) => {
    const { applyRecovery, emulator, calls } = await recover(t);
    emulator.changeAccount(SHOP, change);
    const { code, stdout, stderr } = await applyRecovery();
    assert.equal(code, 5, stderr);
    assert.match(stdout, /~ 333333333333 shop, password: changed since the plan, left alone/);
    assert.match(stdout, shows);
    assert.match(stderr, /Next: plan again what has changed, run: rootsweep recover 333333333333 --reason /);
    assert.ok(!calls().some((call) => call.includes('CreateLoginProfile')));
  });
}

const CREATE = { operation: 'CreateLoginProfile' };
const FAULTS: readonly (readonly [what: string, rule: FaultRule, creations: number])[] = [
  ['throttles it', { match: { ...CREATE, times: 2 }, fault: { kind: 'throttle' } }, 3],
  [
    'does it and loses the answer',
    { match: { ...CREATE, nth: 1 }, fault: { kind: 'drop', when: 'after-effect' } },
    1,
  ],
  ['loses the request', { match: { ...CREATE, nth: 1 }, fault: { kind: 'drop', when: 'before-effect' } }, 2],
  [
    'fails after it did it',
    { match: { ...CREATE, nth: 1 }, fault: { kind: 'http-error', status: 503, when: 'after-effect' } },
    1,
  ],
  ['shows it a little later', { match: CREATE, fault: { kind: 'delayed-visibility', milliseconds: 400 } }, 1],
];
for (const [what, rule, creations] of FAULTS) {
  test(`apply lets a password be set, and proves it, where AWS ${what}`, async (t) => {
    const { applyRecovery, emulator, calls } = await recover(t);
    emulator.setFaults([rule]);
    const { code, stdout, stderr } = await applyRecovery();
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /✓ 333333333333 shop, password: done as planned, and proven/);
    assert.notEqual(emulator.account(SHOP).password, undefined);
    assert.equal(calls().filter((call) => call.includes('CreateLoginProfile')).length, creations);
  });
}

for (const [when, password, creations] of [
  ['after AWS had done it', { created: NOW }, 0],
  ['before AWS had done it', undefined, 1],
] as const) {
  test(`a run that was killed between intent and answer, ${when}, is finished by the next`, async (t) => {
    const { applyRecovery, emulator, folder, forget, calls } = await recover(t);
    assert.equal((await applyRecovery()).code, 0);
    cutAfterIntent(folder);
    emulator.changeAccount(SHOP, {
      remove: { password: true },
      add: password === undefined ? {} : { password },
    });
    forget();
    const { code, stdout, stderr } = await applyRecovery(LATER);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /333333333333 shop, password: done as planned, and proven/);
    assert.notEqual(emulator.account(SHOP).password, undefined);
    assert.equal(calls().filter((call) => call.includes('CreateLoginProfile')).length, creations);
  });
}

test('apply asks for the organization id before it gives a way back in, and does nothing without it', async (t) => {
  const { run, calls, forget } = await recover(t);
  forget();
  const { code, stderr } = await run(['apply', 'recover.plan.yaml', ...FILES], { typed: 'yes' });
  assert.equal(code, 8);
  assert.match(stderr, /Accounts will be able to set a root password\. Type the organization id to go on: /);
  assert.ok(!calls().some((call) => call.startsWith('sts AssumeRoot')));
});

test('a plan made before a recovery was applied still deletes what it names, and leaves the recovered account alone', async (t) => {
  const scenario = SCENARIO.replace('name: empty,', 'name: empty, root: { password: true },');
  const { run, plan, apply, deletions, emulator } = await recover(t, scenario);
  assert.equal((await plan()).code, 0);
  const other = RECOVER.map((word) => (word === 'recover.plan.yaml' ? 'later.plan.yaml' : word));
  const now = '2026-11-23T09:10:00Z';
  assert.equal((await run(other, { now })).code, 0);
  const recovered = await run(['apply', 'later.plan.yaml', ...FILES, '--confirm', ORGANIZATION], { now });
  assert.equal(recovered.code, 0, recovered.stderr);
  const { code, stdout, stderr } = await apply(undefined, { now });
  assert.equal(code, 0, stdout + stderr);
  assert.deepEqual(deletions(), ['DeleteLoginProfile 222222222222']);
  assert.notEqual(emulator.account(SHOP).password, undefined);
});
