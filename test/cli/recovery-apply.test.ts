/** `apply` of a recovery, beyond one account: what is asked, told, left out and refused. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { Plan } from '../../src/core/plan/plan.js';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { emitPlan, parsePlan } from '../../src/files/plan/plan.js';
import { signPlan } from '../../src/signing/plan.js';
import { signingKeyOf } from '../signing/keys.js';
import type { RunOptions } from './harness.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { assertRefused } from './refused.js';

const SHOP = '333333333333';
const BANK = '444444444444';
const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management, root: { password: true } }
  - { id: "${SHOP}", name: shop, email: shop@example.com }
  - { id: "${BANK}", name: bank, email: bank@example.com }
  - { id: "555555555555", name: other, root: { password: true } }
`;
const FILE = 'recover.plan.yaml';
const APPLY = ['apply', FILE, '--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const CONFIRMED = [...APPLY, '--confirm', ORGANIZATION];

async function planRecovery(t: TestContext, policy?: string) {
  const planned = await createPlanned(t, {
    scenario: SCENARIO,
    ...(policy === undefined ? {} : { policy }),
  });
  const recover = (out = FILE, options?: RunOptions, ...ids: string[]) =>
    planned.run(
      [
        ...['recover', ...(ids.length === 0 ? [SHOP, BANK] : ids), '--reason', 'the owners have left'],
        ...['--policy', 'policy.yaml', '--out', out, '--key', 'key.pem'],
      ],
      options,
    );
  const { code, stderr } = await recover();
  assert.equal(code, 0, stderr);
  planned.forget();
  const created = () =>
    planned.emulator.calls
      .filter(({ operation }) => operation === 'CreateLoginProfile')
      .map(({ account }) => account);
  /** Signs a changed plan with the trusted key. */
  const resign = async (change: (plan: Plan) => Plan) => {
    const { body } = decodeEnvelope(Buffer.from(await planned.read(FILE)), FILE);
    const plan = parsePlan(body, FILE);
    await planned.write(FILE, await signPlan(emitPlan(change(plan)), signingKeyOf(planned.key)));
  };
  const journal = () => readdirSync(planned.folder).find((it) => it.endsWith('.journal.jsonl')) ?? '';
  return { ...planned, recover, created, resignRecovery: resign, journal };
}

const ALLOW = { kind: 'allow-password-recovery' };

test('apply repeats at the prompt what it gives to whom, and does it when the organization id is typed', async (t) => {
  const { run, created } = await planRecovery(t);
  const { code, stdout, stderr } = await run(APPLY, { typed: ORGANIZATION });
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^Trust: "trust\.yaml" \(sha256:[0-9a-f]{12}\)\nSigned by "planner" \(planner\)\nrootsweep will allow password recovery in 2 accounts:\n {2}\+ 333333333333 shop, password: can be recovered\n {2}\+ 444444444444 bank, password: can be recovered\n\n {2}organization {2}o-exampleorgid\n {2}plan digest {3}sha256:\w{64}\n {2}journal {7}none: this is the first run of the plan here\n/,
  );
  assert.match(
    stderr,
    /\nAccounts will be able to set a root password\. Type the organization id to go on: /,
  );
  assert.equal(
    stdout,
    `
  ✓ 333333333333 shop, password: done as planned, and proven
  ✓ 444444444444 bank, password: done as planned, and proven

Apply complete. 2 accounts done, 0 done earlier, 0 drifted, 0 unknown, 0 failed, 0 not started.

Next, for the owner of the account's email address:
  333333333333 shop: s…@example.com
  444444444444 bank: b…@example.com
  (to see the address, run: aws organizations describe-account --account-id ID --query Account.Email)
  1. open https://console.aws.amazon.com/, choose to sign in as root user, and enter the email address
  2. choose "Forgot password?", and set a password with the link that AWS sends there
  3. sign in, and add an MFA device at once
Once it is no longer needed, plan to remove the password again, run: rootsweep plan --policy policy.yaml --out sweep.plan.yaml
`,
  );
  assert.deepEqual(created(), [SHOP, BANK]);
});

test('apply tells each step and the ledger as JSON', async (t) => {
  const { run } = await planRecovery(t);
  const { code, stdout } = await run([...CONFIRMED, '--only', BANK, '--json']);
  assert.equal(code, 0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  assert.deepEqual(
    lines.map(({ type }) => type),
    [
      'wave-started',
      'account-started',
      'action-started',
      'proof-started',
      'action-proven',
      'account-ended',
      'ledger',
    ],
  );
  assert.deepEqual(lines.at(-1), {
    version: 1,
    type: 'ledger',
    lines: [{ account: BANK, name: 'bank', actions: [ALLOW], outcome: { kind: 'done', proven: [ALLOW] } }],
    counts: {
      done: 1,
      'done-earlier': 0,
      drifted: 0,
      unknown: 0,
      failed: 0,
      'not-started': 0,
    },
    actionsProven: 1,
    exitCode: 0,
  });
});

test('apply works on no account that a flag leaves out, and refuses one that the plan does not name', async (t) => {
  const { run, created } = await planRecovery(t);
  assert.equal((await run([...CONFIRMED, '--exclude', SHOP])).code, 0);
  assert.deepEqual(created(), [BANK]);
  const { code, stderr } = await run([...CONFIRMED, '--only', '555555555555']);
  assert.equal(code, 1);
  assert.match(stderr, /--only names account "555555555555", in which the plan changes nothing/);
  const nothing = await run([...CONFIRMED, '--exclude', SHOP, '--exclude', BANK]);
  assert.deepEqual(
    [nothing.code, nothing.stdout],
    [0, 'Nothing to do: the plan changes nothing in the accounts that were asked for.\n'],
  );
});

test('apply starts no further account after one that failed, says so, and goes on when it is called again', async (t) => {
  const { run, created, emulator } = await planRecovery(t);
  emulator.setFaults([
    { match: { operation: 'CreateLoginProfile' }, fault: { kind: 'access-denied', message: 'denied' } },
  ]);
  const { code, stdout, stderr } = await run(CONFIRMED);
  assert.equal(code, 6, stdout + stderr);
  assert.match(stdout, /✗ 333333333333 shop, password: failed: .*; nothing was changed\n/);
  assert.match(stdout, /\. 444444444444 bank, password: not started\n/);
  assert.match(stdout, /Trouble: the rollout stopped after 1 failure\n$/);
  assert.match(stderr, /Next: to go on with what is left, run: rootsweep apply recover\.plan\.yaml/);
  emulator.setFaults([]);
  assert.equal((await run(CONFIRMED)).code, 0);
  assert.deepEqual(created(), [SHOP, SHOP, BANK]);
});

test('apply refuses a plan that has expired, or is good for longer than the policy says', async (t) => {
  const planned = await planRecovery(t);
  const { resignRecovery } = planned;
  await assertRefused(planned, {
    argv: CONFIRMED,
    options: { now: '2026-11-26T09:00:00Z' },
    code: 4,
    says: 'the plan expired at 2026-11-26T09:00:00Z',
    hint: 'plan again; policies set the time with expiresAfter',
  });
  await resignRecovery((plan) => ({ ...plan, expires: '2036-11-26T09:00:00Z' }));
  await assertRefused(planned, {
    argv: CONFIRMED,
    code: 4,
    says: 'the plan is good from 2026-11-23T09:00:00Z to 2036-11-26T09:00:00Z, which is not the time that the policy gives it',
    hint: 'plan again; do not apply this plan, and ask its signer where it comes from',
  });
});

test('apply gives nothing back when the plan expires while somebody thinks about the question', async (t) => {
  const { run, created } = await planRecovery(t);
  let now = '2026-11-26T08:59:00Z';
  const stdin = new Readable({
    read() {
      now = '2026-11-26T09:00:00Z';
      this.push(`${ORGANIZATION}\n`);
      this.push(null);
    },
  });
  const { code, stderr } = await run(APPLY, {
    stdin,
    terminal: { stdin: true, stdout: false, stderr: true },
    clock: { now: () => new Date(now), sleep: () => Promise.resolve(), random: () => 0.5 },
  });
  assert.equal(code, 4, stderr);
  assert.match(stderr, /Error: the plan expired at 2026-11-26T09:00:00Z\n/);
  assert.deepEqual(created(), []);
});

test('apply refuses a plan once its policy is another one', async (t) => {
  const planned = await planRecovery(t);
  await planned.write('policy.yaml', 'version: 1\nlimits: { accounts: 1 }\n');
  await assertRefused(planned, {
    argv: CONFIRMED,
    code: 4,
    says: 'the plan was made with another policy than "policy.yaml" is now',
    hint: 'plan again with this policy, or pass the policy that the plan names',
  });
});

test('apply gives the management account nothing, whoever signed', async (t) => {
  const planned = await planRecovery(t);
  await planned.resignRecovery((plan) => ({ ...plan, managementAccount: SHOP }));
  const { code, stderr } = await planned.run(CONFIRMED);
  assert.equal(code, 4);
  assert.match(stderr, /account "333333333333" is the management account/);
  assert.deepEqual(planned.created(), []);
});

test('a way back in waits for nothing that a policy says of deletions', async (t) => {
  const policy = [
    'version: 1',
    'notBefore: 24h',
    'limits: { accounts: 1 }',
    'rollout: { waves: [1, 100%], stopAfterFailures: 1 }',
    `exclude: [{ account: "${SHOP}", reason: break-glass }]`,
  ].join('\n');
  const { run, created } = await planRecovery(t, `${policy}\n`);
  const { code, stderr } = await run(CONFIRMED);
  assert.equal(code, 0, stderr);
  assert.deepEqual(created(), [SHOP, BANK]);
});

test('an older recovery is applied after a newer one, and leaves alone what that one did', async (t) => {
  const { recover, run, created } = await planRecovery(t);
  assert.equal((await recover('newer.plan.yaml', { now: '2026-11-23T10:00:00Z' }, SHOP)).code, 0);
  const newer = CONFIRMED.map((word) => (word === FILE ? 'newer.plan.yaml' : word));
  assert.equal((await run(newer, { now: '2026-11-23T10:01:00Z' })).code, 0);
  const { code, stdout } = await run(CONFIRMED, { now: '2026-11-23T10:02:00Z' });
  assert.equal(code, 5, stdout);
  assert.match(stdout, /~ 333333333333 shop, password: changed since the plan, left alone\n/);
  assert.deepEqual(created(), [SHOP, BANK]);
});

test('an older recovery is applied after a newer plan that deletes', async (t) => {
  const { apply, run, created } = await planRecovery(t);
  const later = { now: '2026-11-23T10:00:00Z' };
  assert.equal(
    (await run(['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'], later))
      .code,
    0,
  );
  assert.equal((await apply(undefined, later)).code, 0);
  assert.equal((await run(CONFIRMED, later)).code, 0);
  assert.deepEqual(created(), [SHOP, BANK]);
});

test('a password that an earlier run made possible, and that is gone, is not made possible again', async (t) => {
  const { run, emulator, created } = await planRecovery(t);
  assert.equal((await run(CONFIRMED)).code, 0);
  emulator.changeAccount(SHOP, { remove: { password: true } });
  const { code, stdout } = await run(CONFIRMED);
  // As where a plan that deletes finds again what it had deleted.
  assert.equal(code, 6);
  assert.match(
    stdout,
    /~ 333333333333 shop, password: changed since the plan, left alone \(an earlier run of this plan had done it\)\n.*\n.*\n {6}-password, allowed by an earlier run\n {6}\+no password\n/,
  );
  assert.deepEqual(created(), [SHOP, BANK]);
});

test('verify refuses the receipt of a recovery once its journal has grown, or was changed', async (t) => {
  const { run, journal, read, write } = await planRecovery(t);
  assert.equal((await run([...CONFIRMED, '--only', SHOP])).code, 0);
  const out = ['--out', 'a.receipt.yaml', '--key', 'key.pem'];
  assert.equal((await run(['receipt', journal(), ...out])).code, 0);
  const verify = () => run(['verify', 'a.receipt.yaml', '--trust', 'trust.yaml', '--journal', journal()]);
  assert.equal((await verify()).code, 0);
  const whole = await read(journal());
  assert.equal((await run(CONFIRMED)).code, 0);
  const grown = await verify();
  assert.equal(grown.code, 4);
  assert.match(grown.stderr, /is not the receipt that ".*" yields/);
  await write(journal(), whole.replace('"action-intended"', '"action-answered"'));
  assert.equal((await verify()).code, 4);
});

test('receipt writes what the journal of a recovery holds, in three formats', async (t) => {
  const { run, journal } = await planRecovery(t);
  assert.equal((await run([...CONFIRMED, '--only', SHOP])).code, 0);
  const yaml = await run(['receipt', journal()]);
  assert.match(
    yaml.stdout,
    /^type: receipt\nversion: 1\nkind: recovery\nreason: the owners have left\norganization: o-exampleorgid\n/,
  );
  assert.match(
    yaml.stdout,
    /\naccounts:\n {2}- id: "333333333333"\n {4}name: shop\n {4}outcome: done\n {4}ends:\n {6}- \{ run: 1, at: [^}]*, outcome: done \}\n {4}targets:\n {6}- kind: password\n {8}requests:\n {10}- \{ run: 1, intended: \S+, session: ASIA\w+, answer: \{ kind: done, at: [^}]*, requestId: \S+ \} \}\n {8}after:\n {10}kind: proven\n {10}run: 1\n {10}at: \S+\n {10}requestId: \S+\n {10}standing: 2026-11-23T09:00:0\dZ\n$/,
  );
  const json = await run(['receipt', journal(), '--json']);
  assert.deepEqual((JSON.parse(json.stdout) as { totals: unknown }).totals, {
    runs: 1,
    accounts: {
      done: 1,
      'done-earlier': 0,
      drifted: 0,
      unknown: 0,
      failed: 0,
      'not-started': 0,
      'never-ended': 0,
    },
    targets: { proven: 1, 'not-proven': 0, 'not-attempted': 0 },
  });
  const markdown = await run(['receipt', journal(), '--format', 'markdown']);
  assert.match(markdown.stdout, /^# Receipt: recovery of passwords\n/);
  assert.match(markdown.stdout, /- after: \*\*proven\*\*, seen in run 1 .*: a password, created `2026-/);
});
