/**
 * Attacks by somebody who holds a planner's key: the signature fits, and the plan leaves out what would have stopped
 * it. Before anything is asked or deleted, `apply` decides again what the organization itself can say (promise 13).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CleanEntry, Entry, FullEntry, Plan } from '../../src/core/plan/plan.js';
import { createPlanned, ORGANIZATION, type Planned, SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';

const APPLY = [
  ...['apply', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
  ...['--confirm', ORGANIZATION],
];
const VERIFY = ['verify', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const AGAIN =
  'plan again; if the organization has not changed since the plan, ask its signer where it comes from';

const clean = (id: string): CleanEntry => ({ id, decision: 'clean', by: 'summary' });

/** The plan that a malicious planner would like to have applied: everything that blocks is left out. */
const unblock = (plan: Plan): Plan => ({
  ...plan,
  applicable: true,
  findings: plan.findings.filter(({ severity }) => severity !== 'block'),
});

const withAccounts = (plan: Plan, change: (accounts: readonly Entry[]) => readonly Entry[]): Plan => ({
  ...plan,
  accounts: [...change(plan.accounts)].sort((a, b) => (a.id < b.id ? -1 : 1)),
});

/** `verify`, which asks nobody, may take the plan; `apply` refuses it before it asks anything of a root user. */
async function assertApplyRefuses(planned: Planned, says: string, hint = AGAIN): Promise<void> {
  planned.forget();
  await assertRefused(planned, { argv: APPLY, code: 4, says, hint, calls: true });
  assert.deepEqual(
    planned.calls().filter((call) => call.includes('AssumeRoot')),
    [],
  );
}

/** What the policy alone gives away: `verify` and `apply` refuse it, and ask AWS nothing. */
async function assertRefusedOffline(planned: Planned, says: string): Promise<void> {
  planned.forget();
  for (const argv of [VERIFY, APPLY]) {
    const hint = 'plan again; do not apply this plan, and ask its signer where it comes from';
    await assertRefused(planned, { argv, code: 4, says, hint });
  }
}

test('apply refuses a plan that hides that an exclusion by name matches no account', async (t) => {
  const policy = 'version: 1\nexclude:\n  - { name: brake-glass, reason: break-glass account }\n';
  const planned = await createPlanned(t, { policy });
  assert.equal((await planned.plan()).code, 3);
  await planned.resign(unblock);
  assert.equal((await planned.verify()).code, 0);
  await assertApplyRefuses(
    planned,
    'the plan does not hold a finding that blocks it now: exclude[0] (line 3) matches no account of the organization',
  );
});

test('verify and apply refuse a plan that gives what blocks it less weight', async (t) => {
  const policy = 'version: 1\nexclude:\n  - { name: brake-glass, reason: break-glass account }\n';
  const planned = await createPlanned(t, { policy });
  assert.equal((await planned.plan()).code, 3);
  await planned.resign((plan) => ({
    ...plan,
    applicable: true,
    findings: plan.findings.map((finding) => ({ ...finding, severity: 'info' })),
  }));
  await assertRefusedOffline(
    planned,
    'the policy does not yield the finding "selector-unmatched" with severity "info": exclude[0] (line 3) matches no account of the organization',
  );
});

test('verify and apply refuse a plan that says of itself what the policy never does', async (t) => {
  const planned = await createPlanned(t);
  assert.equal((await planned.plan()).code, 0);
  for (const code of ['selector-unmatched', 'limit-exceeded', 'audit-unknown'] as const) {
    await planned.resign((plan) => ({
      ...plan,
      findings: [{ code, severity: 'info', message: 'Reviewed by the security team' }],
    }));
    for (const argv of [VERIFY, APPLY]) {
      await assertRefused(planned, {
        argv,
        code: 4,
        says: `the policy does not yield the finding "${code}" with severity "info": Reviewed by the security team`,
        hint: 'plan again; do not apply this plan, and ask its signer where it comes from',
      });
    }
  }
});

test('verify and apply refuse a plan in which a looser policy weighs less than the policy says', async (t) => {
  const planned = await createPlanned(t, { policy: 'version: 1\nfindings: { policy-loosened: block }\n' });
  assert.equal((await planned.plan()).code, 0);
  await planned.resign((plan) => ({
    ...plan,
    findings: [{ code: 'policy-loosened', severity: 'warn', message: 'limits.accounts is raised: 1 -> 2' }],
  }));
  for (const argv of [VERIFY, APPLY]) {
    await assertRefused(planned, {
      argv,
      code: 4,
      says: 'the policy does not yield the finding "policy-loosened" with severity "warn": limits.accounts is raised: 1 -> 2',
      hint: 'plan again; do not apply this plan, and ask its signer where it comes from',
    });
  }
});

test('verify and apply refuse a plan that hides that an exclusion by account id matches no account', async (t) => {
  const policy = 'version: 1\nexclude:\n  - { account: "333333333334", reason: break-glass account }\n';
  const planned = await createPlanned(t, { policy });
  assert.equal((await planned.plan()).code, 3);
  await planned.resign(unblock);
  await assertRefusedOffline(
    planned,
    'the plan does not hold the finding: exclude[0] (line 3) matches no account of the organization',
  );
});

test('apply refuses a plan that invents the account that a mistyped exclusion names', async (t) => {
  const policy = 'version: 1\nexclude:\n  - { account: "333333333334", reason: break-glass account }\n';
  const planned = await createPlanned(t, { policy });
  assert.equal((await planned.plan()).code, 3);
  await planned.resign((plan) =>
    withAccounts(unblock(plan), (accounts) => {
      const shop = accounts.find((entry): entry is FullEntry => entry.id === '333333333333');
      assert(shop);
      const { observed: _, ...facts } = shop;
      const invented: FullEntry = {
        ...facts,
        id: '333333333334',
        decision: 'excluded',
        rule: 'exclude[0] (line 3)',
        reason: 'break-glass account',
        findings: [],
        actions: [],
      };
      return [...accounts, invented];
    }),
  );
  assert.equal((await planned.verify()).code, 0);
  await assertApplyRefuses(
    planned,
    'the plan does not hold a finding that blocks it now: exclude[0] (line 3) matches no account of the organization',
  );
});

test('apply refuses a plan that dilutes limits.percent with invented accounts', async (t) => {
  const policy = 'version: 1\nlimits: { percent: 30 }\n';
  const planned = await createPlanned(t, { policy });
  assert.equal((await planned.plan()).code, 3);
  const invented = ['4', '5', '6', '7', '8', '9'].map((digit) => clean(digit.repeat(12)));
  await planned.resign((plan) => withAccounts(unblock(plan), (accounts) => [...accounts, ...invented]));
  assert.equal((await planned.verify()).code, 0);
  await assertApplyRefuses(
    planned,
    'The plan deletes credentials in 1 of 2 member accounts; limits.percent allows 30%',
    'plan again: the limit counts the accounts that are in the organization now',
  );
});

test('apply names the accounts of a plan that the organization does not hold', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  await planned.resign((plan) => withAccounts(plan, (accounts) => [...accounts, clean('444444444444')]));
  const { code, stderr } = await planned.apply();
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^Changed: 1 account of the plan is not in the organization now: 444444444444$/m);
});

test('apply refuses a plan that leaves out an account that could have blocked it', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  await planned.resign((plan) =>
    withAccounts(plan, (accounts) => accounts.filter(({ id }) => id !== '222222222222')),
  );
  assert.equal((await planned.verify()).code, 0);
  await assertApplyRefuses(
    planned,
    'account "222222222222" was in the organization before the plan was made, and the plan does not hold it',
  );
});

const BY_TAG = 'exclude:\n  - { tags: { stage: keep }, reason: kept }\n';

/** The plan says that account 222222222222 has a tag that excludes it, so that nobody looked into it. */
async function claimExcluded(planned: Planned): Promise<void> {
  await planned.resign((plan) =>
    withAccounts(unblock(plan), (accounts) =>
      accounts.map((entry): Entry => {
        const shop = accounts.find((it): it is FullEntry => it.id === '333333333333');
        if (entry.id !== '222222222222' || shop === undefined) return entry;
        const { observed: _, ...facts } = shop;
        return {
          ...facts,
          id: entry.id,
          name: 'empty',
          tags: { stage: 'keep' },
          decision: 'excluded',
          rule: 'exclude[0] (line 3)',
          reason: 'kept',
          findings: [],
          actions: [],
        };
      }),
    ),
  );
}

test('apply refuses a plan that says an account is excluded which the policy includes', async (t) => {
  const policy = `version: 1\n${BY_TAG}findings: { selector-unmatched: { exclude: warn } }\n`;
  const planned = await createPlanned(t, { policy });
  await planned.plan();
  await claimExcluded(planned);
  assert.equal((await planned.verify()).code, 0);
  await assertApplyRefuses(
    planned,
    'account "222222222222" is included by the policy as it is now, and the plan did not audit it',
  );
});

test('apply names such an account where the policy lets each account block only itself', async (t) => {
  const policy = `version: 1\n${BY_TAG}blocking: account\nfindings: { selector-unmatched: { exclude: warn } }\n`;
  const planned = await createPlanned(t, { policy });
  await planned.plan();
  await claimExcluded(planned);
  const { code, stderr } = await planned.apply();
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^Changed: 1 account is now included by the policy, and was not audited: 222222222222$/m,
  );
});

test('apply refuses a plan made again after an exclusion ended, with a time before its end', async (t) => {
  const policy =
    'version: 1\nexclude:\n  - { name: empty, reason: audit, until: 2026-11-20 }\nfindings: { exclusion-ended: block }\n';
  const planned = await createPlanned(t, { policy });
  assert.equal((await planned.plan()).code, 3);
  // Nothing is said of the exclusion: the account is called clean.
  await planned.resign((plan) =>
    withAccounts(unblock(plan), (accounts) =>
      accounts.map((entry) => (entry.id === '222222222222' ? clean(entry.id) : entry)),
    ),
  );
  assert.equal((await planned.verify()).code, 0);
  await assertApplyRefuses(
    planned,
    'the plan does not hold a finding about account "222222222222" that blocks it now: The exclusion ended on 2026-11-20; renew it or take it out of the policy',
  );
});

test('apply goes on where an account joined after the plan, and names it', async (t) => {
  const scenario = `${SCENARIO}  - { id: "444444444444", name: new, joined: 2026-11-23T09:30:00Z }\n`;
  const planned = await createPlanned(t, { scenario });
  await planned.plan();
  // As it was when the plan was made.
  await planned.resign((plan) =>
    withAccounts(plan, (accounts) => accounts.filter(({ id }) => id !== '444444444444')),
  );
  const { code, stderr } = await planned.apply(undefined, { now: '2026-11-23T10:00:00Z' });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^Changed: 1 account joined since the plan was made and is not in it: 444444444444$/m);
});

test('the organization is listed again before anything is asked, and before any root session', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.forget();
  const { code } = await planned.apply();
  assert.equal(code, 0);
  const calls = planned.calls();
  const listed = calls.findIndex((call) => call.includes('ListAccounts'));
  const opened = calls.findIndex((call) => call.includes('AssumeRoot'));
  assert(listed >= 0 && listed < opened, calls.join('\n'));
});
