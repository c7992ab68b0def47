import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../src/core/plan/plan.js';
import { renderLines } from '../../../src/views/format/lines.js';
import { renderPlan, renderSummary } from '../../../src/views/plan/plan-text.js';
import { cleanEntryOf, deleteEntryOf, MEMBER, managementEntryOf } from '../../core/fixtures.js';
import { findLive, HOSTILE } from '../hostile.js';
import { ENTRIES, planOf } from '../plans.js';

const show = (...plan: Parameters<typeof planOf>) => renderLines(renderPlan(planOf(...plan)), false);

test('renderPlan shows what will be deleted', () => {
  assert.equal(
    show([deleteEntryOf(), cleanEntryOf('333333333333')]),
    `rootsweep will delete root credentials in 1 of 2 accounts of organization o-exampleorgid.

  - root credentials to delete

- 222222222222 shop  /Workloads/Prod
    every member account
    -  password                                                          created 2019-02-04T00:00:00Z
    -  mfa-device arn:aws:iam::222222222222:mfa/root-account-mfa-device  created 2020-01-01T00:00:00Z

Plan: credentials to delete in 1 account (1 password, 1 MFA device, 0 access keys, 0 signing certificates); 0 blocked, 0 unknown, 0 kept, 0 excluded, 0 not active, 1 clean.
`,
  );
});

test('renderPlan shows what blocks a plan, under each account and at its end', () => {
  assert.equal(
    show(ENTRIES),
    `rootsweep would delete root credentials in 1 of 8 accounts of organization o-exampleorgid.

  - root credentials to delete
  ! blocked by a finding
  ? could not be audited
  = holds credentials that the policy does not delete
  ~ excluded, left alone
  . not active, left alone

~ 111111111111 management  /Workloads/Prod
    management account

- 222222222222 shop  /Workloads/Prod
    every member account
    -  password                                                          created 2019-02-04T00:00:00Z
    -  mfa-device arn:aws:iam::222222222222:mfa/root-account-mfa-device  created 2020-01-01T00:00:00Z

! 333333333333 legacy  /Workloads/Prod
    every member account
       access-key AKIAIOSFODNN7EXAMPLE                                   Active, created 2019-01-01T00:00:00Z, never used
       password                                                          created 2019-02-04T00:00:00Z
       mfa-device arn:aws:iam::222222222222:mfa/root-account-mfa-device  created 2020-01-01T00:00:00Z
    block access-key-present: Access key AKIAIOSFODNN7EXAMPLE

~ 444444444444 glass  /Workloads/Prod
    exclude[0] (line 9): break-glass, until 2027-03-31

? 555555555555 dark  /Workloads/Prod
    every member account
    block audit-unknown: The audit failed: denied
    → exempt root sessions from the service control policy with the condition "Null": { "aws:AssumedRoot": "true" }

= 777777777777 keys  /Workloads/Prod
    every member account
       access-key AKIAIOSFODNN7EXAMPLE  Active, created 2019-01-01T00:00:00Z, never used
    warn access-key-present: Access key AKIAIOSFODNN7EXAMPLE

. 888888888888 gone  /Workloads/Prod
    every member account

Plan: credentials to delete in 1 account (1 password, 1 MFA device, 0 access keys, 0 signing certificates); 1 blocked, 1 unknown, 1 kept, 2 excluded, 1 not active, 1 clean.
Blocked: 2 findings stop this plan; it cannot be applied.
  333333333333 access-key-present: Access key AKIAIOSFODNN7EXAMPLE
  555555555555 audit-unknown: The audit failed: denied
`,
  );
});

test('renderPlan says first that nothing is deleted when nothing is', () => {
  const [first] = show([managementEntryOf(), cleanEntryOf(MEMBER)]).split('\n');
  assert.equal(first, 'No deletions. rootsweep looked at 2 accounts of organization o-exampleorgid.');
});

test('renderPlan shows a finding of the plan as a whole', () => {
  const output = show([deleteEntryOf()], { limits: { accounts: 0 } });
  assert.match(
    output,
    /^ {2}block limit-exceeded: The plan deletes credentials in 1 accounts; limits\.accounts allows 0$/m,
  );
});

test('renderPlan says only of the symbols that it uses what they mean', () => {
  assert.doesNotMatch(show([deleteEntryOf()]), /blocked by a finding/);
});

test('renderPlan does not list clean accounts one by one', () => {
  assert.equal(show([deleteEntryOf(), cleanEntryOf('333333333333')]).includes('333333333333'), false);
});

test('renderPlan says that the OU is not known when AWS did not tell', () => {
  const { ou: _, ...entry } = deleteEntryOf();
  assert.match(show([entry]), /shop {2}unknown OU/);
});

test('renderSummary says nothing of blocks when the plan can be applied', () => {
  assert.equal(renderSummary(planOf([deleteEntryOf()])).length, 1);
});

for (const [what, text] of HOSTILE) {
  test(`renderPlan makes ${what} inert wherever a text comes from outside`, () => {
    const warning: Finding = { code: 'root-used-recently', severity: 'block', message: text };
    const credentials = [{ kind: 'mfa-device' as const, id: text, created: text, status: text }];
    const entry = deleteEntryOf({
      name: text,
      ou: text,
      rule: text,
      reason: text,
      until: text,
      observed: { kind: 'audited', by: 'listing', credentials },
      findings: [warning],
      actions: [{ kind: 'delete-mfa-device', id: text }],
    });
    assert.deepEqual(findLive(show([entry])), []);
  });
}

test('renderPlan keeps an account on one line when its name breaks lines', () => {
  const lines = (name: string) => show([deleteEntryOf({ name })]).split('\n').length;
  assert.equal(lines('a\nb\r\nc\u2028d'), lines('abcd'));
});
