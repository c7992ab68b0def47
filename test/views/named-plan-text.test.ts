import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderLines } from '../../src/views/lines.js';
import { renderRemedyPlan, renderRemedyReview } from '../../src/views/remedy-text.js';
import { judgeRemedies } from '../../src/views/remedy-words.js';
import { SHA256 } from '../core/fixtures.js';
import { findLive, HOSTILE } from './hostile.js';
import { BUCKET, DENIES_ALL, PASSWORD, remedyPlanOf } from './named-plans.js';
import { reviewOf } from './reviews.js';

test('a plan that lets passwords be set again says in which accounts, by whom and why', () => {
  const plan = remedyPlanOf([PASSWORD, PASSWORD]);
  assert.equal(
    renderLines(renderRemedyReview(reviewOf(plan), judgeRemedies(plan)), false),
    `Unverified: Signatures were not checked, because no trust file was found.
  → pass --trust FILE

rootsweep will let a root password be set again in 2 accounts of organization o-exampleorgid.
Reason: Locked out: nobody can read the logs

+ 200000000000 account 0  /Sandbox
    email a…@example.com
    password: can be set again
    Whoever reads the mail to the address of the account can set it, and is then the root user of the account.

+ 200000000001 account 1  /Sandbox
    email a…@example.com
    password: can be set again
    Whoever reads the mail to the address of the account can set it, and is then the root user of the account.

Plan: a way back into 2 accounts (2 passwords to allow); no root credential is deleted.

Planned by arn:aws:sts::111111111111:assumed-role/Planner/me at 2026-11-23T08:00:00Z with policy "policy.yaml"; good until 2026-11-26T08:00:00Z.
Digest sha256:${SHA256}
`,
  );
});

test('a plan that unlocks shows what the policy does, what goes of it and what comes in its place', () => {
  const replacement = JSON.stringify({ ...JSON.parse(DENIES_ALL), Id: 'new' });
  assert.equal(
    renderLines(renderRemedyPlan(remedyPlanOf([BUCKET, { ...BUCKET, replacement }])), false),
    `rootsweep will delete the policy of 1 bucket and replace the policy of 1 bucket of organization o-exampleorgid.
Reason: Locked out: nobody can read the logs

+ 200000000000 account 0  /Sandbox
    bucket logs in eu-west-1: its policy is deleted
    The bucket keeps its objects. Those whom only this policy lets in have no access to it any more.
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
    bucket logs in eu-west-1: its policy is replaced
    The bucket keeps its objects. The new policy says whom it lets in.
    warn the new policy locks everyone out, too
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

Plan: a way back into 2 accounts (1 bucket policy to delete, 1 to replace); no root credential is deleted.
`,
  );
});

test('a plan that unlocks a queue warns of a policy that locks nobody out, and of one that nobody can read', () => {
  const queue = { ...BUCKET, kind: 'unlock-queue', name: 'jobs' } as const;
  const [open, none] = ['{"Statement":{"Effect":"Allow","Principal":"*"}}', 'no JSON'];
  const plan = remedyPlanOf([
    { ...queue, document: open },
    { ...queue, document: open, replacement: none },
  ]);
  const shown = renderLines(renderRemedyPlan(plan), false);
  assert.match(shown, /^rootsweep will delete the policy of 1 queue and replace the policy of 1 queue of /);
  assert.match(shown, /\n {4}The queue keeps its messages\. /);
  assert.equal(shown.match(/\n {4}warn this policy does not lock everyone out: /g)?.length, 2);
  assert.match(
    shown,
    /\n {4}warn nobody can tell from the new policy alone whether it locks everyone out, too\n/,
  );
  assert.match(shown, /\n {6}\+ no JSON\n/);
});

for (const [what, text] of HOSTILE) {
  test(`no text of a plan of remedies reaches a terminal as ${what}`, () => {
    const document = `{"Sid":"${text}"}\n${text}`;
    const plan = remedyPlanOf(
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
    const shown = renderLines(renderRemedyReview(reviewOf(plan), judgeRemedies(plan)), false);
    assert.deepEqual(findLive(shown), []);
  });
}
