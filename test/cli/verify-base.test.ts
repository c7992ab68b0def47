import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../src/core/plan/plan.js';
import { isApplicable } from '../../src/core/plan/plan.js';
import { createPlanned } from './planned.js';
import { createApplied, RECEIPT } from './receipts.js';
import { createCommitted } from './repository.js';

const TIGHT = 'version: 1\nlimits: { accounts: 50 }\n';
const LOOSE = 'version: 1\nlimits: { accounts: 200 }\n';
const HIDDEN = `Error: the plan does not show with severity "warn" how its policy is looser than in "main": limits.accounts is raised: 50 -> 200
  → plan again with --base main, and have that plan reviewed; do not apply this one
`;

test('verify --base accepts a plan that shows how its policy is looser, and calls nobody', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.planIn({});
  committed.forget();
  const { code, stdout, stderr } = await committed.verifyIn({}, '--base', 'main');
  assert.equal(code, 0);
  assert.equal(stderr, 'Next: run: rootsweep apply org.plan.yaml --policy policy.yaml\n');
  assert.match(
    stdout,
    new RegExp(
      `\\nIt shows how its policy is looser than in "main" \\(commit ${committed.commit}\\), if it is\\.\\n$`,
    ),
  );
  assert.deepEqual(committed.calls(), []);
});

test('verify --base --json says what it compared with', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.planIn({});
  const { stdout } = await committed.verifyIn({}, '--base', 'main', '--json');
  const { base } = JSON.parse(stdout) as { base: { ref: string; commit: string } };
  assert.deepEqual([base.ref, base.commit], ['main', committed.commit]);
});

test('verify --base refuses a plan that was made without the comparison', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  // As git would have it where the main branch was not fetched.
  await committed.git('branch', '--move', 'main', 'elsewhere');
  assert.equal((await committed.planIn({})).code, 0);
  await committed.git('branch', '--move', 'elsewhere', 'main');
  assert.equal((await committed.verifyIn({})).code, 0);
  const { code, stdout, stderr } = await committed.verifyIn({}, '--base', 'main');
  assert.deepEqual([code, stdout, stderr], [4, '', HIDDEN]);
});

test('verify --base refuses a plan that was compared with another commit', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.git('commit', '--quiet', '--all', '--message=Loosen');
  await committed.planIn({}, '--base', 'change');
  assert.equal((await committed.verifyIn({}, '--base', 'change')).code, 0);
  const { code, stderr } = await committed.verifyIn({}, '--base', 'main');
  assert.deepEqual([code, stderr], [4, HIDDEN]);
});

const FORGERIES: readonly [what: string, change: (plan: Plan) => Plan][] = [
  ['leaves the finding out', (plan) => ({ ...plan, findings: [] })],
  [
    'gives other values',
    (plan) => ({
      ...plan,
      findings: plan.findings.map((it) => ({ ...it, message: 'limits.accounts is raised: 50 -> 51' })),
    }),
  ],
];
for (const [what, change] of FORGERIES) {
  test(`verify --base refuses a plan that ${what}, although a trusted key signed it`, async (t) => {
    const committed = await createCommitted(t, TIGHT, LOOSE);
    await committed.planIn({});
    await committed.resign(change);
    assert.equal((await committed.verifyIn({})).code, 0);
    const { code, stderr } = await committed.verifyIn({}, '--base', 'main');
    assert.deepEqual([code, stderr], [4, HIDDEN]);
  });
}

test('verify --base refuses a plan that gives it less weight than the policy in git says', async (t) => {
  const committed = await createCommitted(t, `${TIGHT}findings: { policy-loosened: block }\n`, LOOSE);
  assert.equal((await committed.planIn({})).code, 3);
  await committed.resign((plan) => {
    const findings = plan.findings.map((it) => ({ ...it, severity: 'warn' as const }));
    return { ...plan, findings, applicable: isApplicable('organization', findings, plan.accounts) };
  });
  assert.equal((await committed.verifyIn({})).code, 0);
  const { code, stderr } = await committed.verifyIn({}, '--base', 'main');
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the plan does not show with severity "block" how its policy is looser/);
});

test('verify --base accepts a plan of a looser policy once that is in the main branch', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.git('commit', '--quiet', '--all', '--message=Loosen');
  await committed.git('branch', '--force', 'main');
  await committed.planIn({});
  assert.equal((await committed.verifyIn({}, '--base', 'main')).code, 0);
});

test('verify --base refuses by the policy in git, whatever the plan says that it was compared with', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.planIn({});
  await committed.resign((plan) => ({ ...plan, findings: [] }));
  assert.match(await committed.read('org.plan.yaml'), /\n {2}base:\n {4}ref: main\n/);
  assert.equal((await committed.verifyIn({}, '--base', 'main')).code, 4);
});

test('verify --base ends with an error when there is nothing to compare with', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.planIn({});
  for (const [ref, said] of [
    ['nowhere', 'the policy cannot be compared with the one in "nowhere": there is no such commit'],
    ['-x', '--base takes a branch, a tag or a commit, not "-x"'],
  ]) {
    const { code, stderr } = await committed.verifyIn({}, `--base=${ref}`);
    assert.equal(code, 1);
    assert.ok(stderr.startsWith(`Error: ${said}\n`), stderr);
  }
});

test('verify --base ends with an error when the policy is in no repository', async (t) => {
  const { plan, run } = await createPlanned(t);
  await plan();
  const { code, stderr } = await run([
    ...['verify', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--base', 'main'],
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /its file is in no git repository\n/);
});

test('verify --base is refused for a receipt', async (t) => {
  const applied = await createApplied(t);
  await applied.sign();
  const { code, stderr } = await applied.run(['verify', RECEIPT, '--trust', 'trust.yaml', '--base', 'main']);
  assert.equal(code, 1);
  assert.match(stderr, /^Error: --base is for plans, and "org\.receipt\.yaml" is a receipt\n/);
});
