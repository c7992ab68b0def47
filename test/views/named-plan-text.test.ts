import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderLines } from '../../src/views/format/lines.js';
import { renderPlan, renderReview } from '../../src/views/plan/plan-text.js';
import { SHA256 } from '../core/fixtures.js';
import { findLive, HOSTILE } from './hostile.js';
import { BUCKET, DENIES_ALL, namedPlanOf, PASSWORD } from './named-plans.js';
import { reviewOf } from './reviews.js';

test('a plan that allows password recovery says in which accounts, by whom and why', () => {
  const plan = namedPlanOf([PASSWORD, PASSWORD]);
  assert.equal(
    renderLines(renderReview(reviewOf(plan)), false),
    `Unverified: Signatures were not checked, because no trust file was found.
  → pass --trust FILE

rootsweep will allow password recovery in 2 accounts of organization o-exampleorgid.
Reason: Locked out: nobody can read the logs

  + password recovery to allow

+ 200000000000 account 0  /Sandbox
    named by the planner
    email a…@example.com
    password: can be recovered
    Anyone who reads the mail to the address of the account can set a password, and is then its root user.

+ 200000000001 account 1  /Sandbox
    named by the planner
    email a…@example.com
    password: can be recovered
    Anyone who reads the mail to the address of the account can set a password, and is then its root user.

Plan: 2 passwords to make recoverable; no root credential is deleted.

Planned by arn:aws:sts::111111111111:assumed-role/Planner/me at 2026-11-23T08:00:00Z with policy "policy.yaml"; good until 2026-11-26T08:00:00Z.
Digest sha256:${SHA256}
`,
  );
});

test('a plan that unlocks shows what the policy does, what is removed and what is added', () => {
  const replacement = JSON.stringify({ ...JSON.parse(DENIES_ALL), Id: 'new' });
  assert.equal(
    renderLines(renderPlan(namedPlanOf([BUCKET, { ...BUCKET, replacement }])), false),
    `rootsweep will unlock 2 buckets of organization o-exampleorgid.
Reason: Locked out: nobody can read the logs

  + policies to delete or replace

+ 200000000000 account 0  /Sandbox
    named by the planner
    bucket logs in eu-west-1: its policy is deleted
    The bucket keeps its objects. Principals that only this policy allows lose their access.
    now statement 1 denies everyone s3:* on arn:aws:s3:::logs*
      - {
      -   "Version": "2012-10-17",
      -   "Statement": [
      -     {
      -       "Effect": "Deny",
      -       "Principal": "*",
      -       "Action": "s3:*",
      -       "Resource": "arn:aws:s3:::logs*"
      -     }
      -   ]
      - }

+ 200000000001 account 1  /Sandbox
    named by the planner
    bucket logs in eu-west-1: its policy is replaced
    The bucket keeps its objects. The new policy decides about access.
    warn replacement-locking: The new policy denies everyone, too
    now statement 1 denies everyone s3:* on arn:aws:s3:::logs*
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Deny",
              "Principal": "*",
              "Action": "s3:*",
              "Resource": "arn:aws:s3:::logs*"
            }
      -   ]
      +   ],
      +   "Id": "new"
        }

Plan: 1 policy to delete, 1 to replace; no root credential is deleted.
`,
  );
});

test('a plan that unlocks a queue warns of a policy that locks nobody out, and of one that nobody can read', () => {
  const queue = { ...BUCKET, kind: 'unlock-queue', name: 'jobs' } as const;
  const [open, none] = ['{"Statement":{"Effect":"Allow","Principal":"*"}}', 'no JSON'];
  const plan = namedPlanOf([
    { ...queue, document: open },
    { ...queue, document: open, replacement: none },
  ]);
  const shown = renderLines(renderPlan(plan), false);
  assert.match(shown, /^rootsweep will unlock 2 queues of /);
  assert.match(shown, /\n {4}The queue keeps its messages\. /);
  assert.equal(
    shown.match(/\n {4}warn policy-not-locking: This policy does not deny everyone: /g)?.length,
    2,
  );
  assert.match(
    shown,
    /\n {4}warn replacement-locking: It cannot be told from the new policy alone whether it denies everyone, too\n/,
  );
  assert.match(shown, /\n {6}\+ no JSON\n/);
});

for (const [what, text] of HOSTILE) {
  test(`no text of a recovery or an unlock reaches a terminal as ${what}`, () => {
    const document = `{"Sid":"${text}"}\n${text}`;
    const plan = namedPlanOf(
      [
        { ...BUCKET, document },
        { ...BUCKET, document, replacement: `${text}\n${document}` },
        {
          ...BUCKET,
          document: JSON.stringify({ Statement: { Sid: text, Effect: 'Deny', Principal: text } }),
        },
      ],
      { reason: text, plannedBy: text },
      { name: text, email: { masked: text, sha256: text }, ou: `/${text}` },
    );
    const shown = renderLines(renderReview(reviewOf(plan)), false);
    assert.deepEqual(findLive(shown), []);
  });
}
