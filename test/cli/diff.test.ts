import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createPlanned, NO_CONFIG, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';
import { createCommitted } from './repository.js';

const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management }
  - { id: "222222222222", name: empty }
  - { id: "333333333333", name: shop, ou: /Workloads, root: { password: { created: 2019-02-04T00:00:00Z } } }
  - { id: "444444444444", name: glass, root: { password: { created: 2019-02-05T00:00:00Z } } }
`;
const OLD_POLICY = `version: 1
# reviewed
exclude:
  - account: "444444444444"
    reason: break-glass
limits: { accounts: 5 }
`;
const NEW_POLICY = `version: 1
limits: { accounts: 9 }
`;
const DIFF = ['diff', 'old.plan.yaml', 'new.plan.yaml'];
const POLICIES = ['--policy-old', 'old.yaml', '--policy-new', 'new.yaml'];

async function planAs(planned: Planned, name: string, policy: string, now?: string): Promise<void> {
  await planned.write(`${name}.yaml`, policy);
  const { code, stderr } = await planned.run(
    ['plan', '--policy', `${name}.yaml`, '--out', `${name}.plan.yaml`, '--key', 'key.pem'],
    now === undefined ? {} : { now },
  );
  assert.equal(code, 0, stderr);
  planned.forget();
}

async function createPlans(t: TestContext, scenario = SCENARIO): Promise<Planned> {
  const planned = await createPlanned(t, { scenario });
  await planAs(planned, 'old', OLD_POLICY);
  planned.emulator.changeAccount('222222222222', {
    add: { mfaDevices: [{ serial: 'GAKT12345678', enabled: '2026-11-20T00:00:00Z' }] },
  });
  await planAs(planned, 'new', NEW_POLICY);
  return planned;
}

test('diff tells what changed in each account, by which rule and why, and what the policy let loose', async (t) => {
  const planned = await createPlans(t);
  const { code, stdout, stderr } = await planned.run([...DIFF, ...POLICIES, '--trust', 'trust.yaml']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    `"old.plan.yaml" Signatures complete: signed by "planner" (planner). The policy was not checked.
"new.plan.yaml" Signatures complete: signed by "planner" (planner). The policy was not checked.

2 of 4 accounts differ between "old.plan.yaml" and "new.plan.yaml".

  ~ account is planned otherwise

~ 222222222222 empty  /
    clean -> delete
    now: every member account
    → because of what has changed in the account
    -  mfa-device GAKT12345678  not there -> to delete (created 2026-11-20T00:00:00Z)
    new  info mfa-without-password: The root user has an MFA device and no password

~ 444444444444 glass  /
    excluded -> delete
    was: exclude[0] (line 4): break-glass
    now: every member account
    → because of the other policy
    -  password  not looked at -> to delete (created 2019-02-05T00:00:00Z)
    new  warn password-without-mfa: The root user has a password and no MFA device

Policy: changed (sha256:ce6f3e7338c7 -> sha256:8ef0bba0fd11).
  looser a rule of exclude is removed: { account: "444444444444" } -> none
  looser limits.accounts is raised: 5 -> 9
  --- old.yaml
  +++ new.yaml
  @@ -1,6 +1,2 @@
   version: 1
  -# reviewed
  -exclude:
  -  - account: "444444444444"
  -    reason: break-glass
  -limits: { accounts: 5 }
  +limits: { accounts: 9 }

Diff: 0 new, 0 gone, 2 planned otherwise, 2 unchanged; the new plan deletes in addition 1 password, 1 MFA device, 0 access keys, 0 signing certificates, and no longer 0 passwords, 0 MFA devices, 0 access keys, 0 signing certificates.
`,
  );
  assert.deepEqual(planned.calls(), []);
});

test('diff says that it checked no signatures, and why it did not compare the policies', async (t) => {
  const planned = await createPlans(t);
  const { code, stdout, stderr } = await planned.run(DIFF, NO_CONFIG);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  assert.match(
    stdout,
    /^"old\.plan\.yaml" Unverified: Signatures were not checked, because no trust file was found\.\n/,
  );
  assert.match(
    stdout,
    /\nPolicy: changed \(sha256:\w{12} -> sha256:\w{12}\), and not compared: the old one is not at hand, because there is no git repository here; pass --policy-old\.\n/,
  );
  assert.doesNotMatch(stdout, /because of/);
});

test('diff --format markdown is one table of accounts and what a pull request needs', async (t) => {
  const planned = await createPlans(t);
  const { code, stdout } = await planned.run([...DIFF, ...POLICIES, '--format', 'markdown']);
  assert.equal(code, 0);
  assert.ok(
    stdout.includes(`## Accounts

| account | name | old | new | why |
| --- | --- | --- | --- | --- |
| \`222222222222\` | \`empty\` | clean | delete: \`every member account\` | because of what has changed in the account |
| \`444444444444\` | \`glass\` | excluded: \`exclude[0] (line 4): break-glass\` | delete: \`every member account\` | because of the other policy |

### \`222222222222\`

- \`mfa-device GAKT12345678\`: \`not there\` → \`to delete (created 2026-11-20T00:00:00Z)\`
- new: \`info mfa-without-password: The root user has an MFA device and no password\`
`),
    stdout,
  );
  assert.match(stdout, /\n\n```diff\n--- old\.yaml\n\+\+\+ new\.yaml\n@@ [^`]+\n```\n$/);
});

for (const flags of [['--json'], ['--format', 'json']]) {
  test(`diff ${flags.join(' ')} prints the difference as one object`, async (t) => {
    const planned = await createPlans(t);
    const { code, stdout, stderr } = await planned.run([
      ...[...DIFF, ...POLICIES, ...flags],
      ...['--trust', 'trust.yaml'],
    ]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^\{"version":1,"type":"plan-diff",[^\n]+\}\n$/);
    const { policy, accounts, unchanged, old } = JSON.parse(stdout) as {
      policy: object;
      accounts: { id: string; cause: object }[];
      unchanged: number;
      old: { path: string; verdict: { kind: string; signers: { name: string }[] } };
    };
    assert.deepEqual(policy, {
      kind: 'compared',
      looser: [
        'a rule of exclude is removed: { account: "444444444444" } -> none',
        'limits.accounts is raised: 5 -> 9',
      ],
    });
    assert.deepEqual(
      accounts.map(({ id, cause }) => [id, cause]),
      [
        ['222222222222', { policy: 'not-enough', account: 'enough', time: 'not-enough' }],
        ['444444444444', { policy: 'enough', account: 'not-enough', time: 'not-enough' }],
      ],
    );
    assert.deepEqual([unchanged, old.path, old.verdict.signers[0]?.name], [2, 'old.plan.yaml', 'planner']);
  });
}

test('diff of a plan with itself finds nothing, and --detailed-exitcode tells which it was', async (t) => {
  const planned = await createPlans(t);
  const same = await planned.run(['diff', 'old.plan.yaml', 'old.plan.yaml', '--detailed-exitcode']);
  assert.equal(same.code, 0);
  assert.match(
    same.stdout,
    /\nNo account differs between "old\.plan\.yaml" and "old\.plan\.yaml" \(4 accounts\)\.\n/,
  );
  assert.match(same.stdout, /\nPolicy: the same in both plans\.\n/);
  assert.equal((await planned.run([...DIFF, '--detailed-exitcode'])).code, 2);
});

test('diff asks whether the plans were meant the other way round when the first is the newer', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO });
  await planAs(planned, 'old', NEW_POLICY, '2026-11-23T09:00:00Z');
  await planAs(planned, 'new', NEW_POLICY, '2026-11-22T09:00:00Z');
  const { stderr } = await planned.run(DIFF);
  assert.match(
    stderr,
    /^"old\.plan\.yaml" was made after "new\.plan\.yaml"; were they meant the other way round\?\n/,
  );
});

test('diff takes the policies from git, by the commits and digests that the plans name', async (t) => {
  const excluding = OLD_POLICY.replace('444444444444', '333333333333');
  const committed = await createCommitted(t, excluding, NEW_POLICY);
  await committed.git('checkout', '--quiet', '--force', 'main');
  assert.equal((await committed.planIn({}, '--out', 'old.plan.yaml')).code, 0);
  await committed.write('policy.yaml', NEW_POLICY);
  assert.equal((await committed.planIn({}, '--out', 'new.plan.yaml')).code, 0);
  const { stdout } = await committed.run(DIFF, { env: { NO_COLOR: '1', PATH: process.env.PATH } });
  assert.match(stdout, /→ because of the other policy\n/);
  assert.match(stdout, /\n {2}looser limits\.accounts is raised: 5 -> 9\n/);
});

for (const [what, change, reason] of [
  [
    'leads out of the repository',
    { path: '../../etc/passwd' },
    /its path leads out of the git repository here/,
  ],
  ['is no path', { path: 'a\nb' }, /its path in the plan is no path/],
  ['is of no commit', {}, /its file here is another one now, and the plan names no commit/],
  [
    'is of a commit that is not here',
    { commit: 'a'.repeat(40) },
    /git does not give it for the commit that the plan names: /,
  ],
  ['has another digest there', { commit: 'main' }, /the file that git holds in that commit is another one/],
] as const) {
  test(`diff does not take a policy from git that ${what}`, async (t) => {
    const committed = await createCommitted(t, OLD_POLICY, NEW_POLICY);
    await committed.planIn({});
    await committed.resign((plan) => {
      const named = 'commit' in change && change.commit === 'main' ? { commit: committed.commit } : change;
      const { commit: _, ...policy } = plan.policy;
      return { ...plan, policy: { ...policy, sha256: '0'.repeat(64), ...named } };
    });
    await committed.write('old.plan.yaml', await committed.read('org.plan.yaml'));
    await committed.planIn({}, '--out', 'new.plan.yaml');
    const { code, stdout } = await committed.run(DIFF, { env: { NO_COLOR: '1', PATH: process.env.PATH } });
    assert.equal(code, 0);
    assert.match(stdout, reason);
  });
}

test('diff is refused for plans of two organizations', async (t) => {
  const planned = await createPlans(t);
  await planned.write('org.plan.yaml', await planned.read('new.plan.yaml'));
  await planned.resign((plan) => ({ ...plan, organization: 'o-otherorgid1' }));
  await assertRefused(planned, {
    argv: ['diff', 'old.plan.yaml', 'org.plan.yaml'],
    code: 4,
    says: 'the plans are of two organizations, "o-exampleorgid" and "o-otherorgid1"',
    hint: 'compare plans of one organization',
  });
});

test('diff is refused for a policy that is not the one of the plan', async (t) => {
  const planned = await createPlans(t);
  await assertRefused(planned, {
    argv: [...DIFF, '--policy-old', 'new.yaml'],
    code: 4,
    says: 'the plan "old.plan.yaml" was made with another policy than "new.yaml" is now',
    hint: /^pass the policy with the digest sha256:ce6f3e7338c7/,
  });
});

test('diff shows a plan whose signature does not fit, and says first that it is refused', async (t) => {
  const planned = await createPlans(t);
  const text = await planned.read('new.plan.yaml');
  await planned.write('new.plan.yaml', text.replace('name: glass', 'name: grass'));
  const { code, stdout } = await planned.run([...DIFF, '--trust', 'trust.yaml']);
  assert.equal(code, 0);
  assert.match(stdout, /\n"new\.plan\.yaml" REFUSED: the signature of "planner" does not fit/);
});

test('diff --json --format markdown is refused, and not taken for one of them', async (t) => {
  const planned = await createPlans(t);
  const { code, stderr } = await planned.run([...DIFF, '--json', '--format', 'markdown']);
  assert.equal(code, 1);
  assert.equal(
    stderr,
    'Error: --json prints JSON, and --format markdown would print something else\n  → leave one of them out\n',
  );
});

test('diff is refused for an unknown format, and for what is no plan', async (t) => {
  const planned = await createPlans(t);
  await assertRefused(planned, {
    argv: [...DIFF, '--format', 'html'],
    code: 1,
    says: '--format takes "text", "json" or "markdown", not "html"',
    hint: 'for example: rootsweep diff OLD NEW --format markdown',
  });
  await assertRefused(planned, {
    argv: ['diff', 'old.plan.yaml', 'new.yaml'],
    code: 4,
    says: /new\.yaml/,
    hint: /./,
  });
});
