import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MOST_ACCOUNTS, type Remedy, type RemedyPlan } from '../../src/core/remedy.js';
import { isSamePolicy } from '../../src/core/same-policy.js';
import { emitPlan, parseAnyPlan, parsePlan } from '../../src/files/plan.js';
import { emitRemedyPlan } from '../../src/files/remedy-plan.js';
import { planOf } from '../views/plans.js';
import { BUCKET, DENIES_ALL, PASSWORD, remedyPlanOf } from '../views/named-plans.js';
import { refusalOf } from './refusal.js';

const FILE = 'recover.plan.yaml';

function parse(body: string | Buffer) {
  return parseAnyPlan(Buffer.from(body), FILE);
}

test('emitRemedyPlan writes a policy as a reviewer can read it', () => {
  assert.equal(
    emitRemedyPlan(remedyPlanOf([{ ...BUCKET, replacement: '{"Statement":[]}\n' }])).toString(),
    `version: 1
id: 00000000-0000-4000-8000-000000000000
remedy: unlock-bucket
reason: "Locked out: nobody can read the logs"
created: 2026-11-23T08:00:00Z
expires: 2026-11-26T08:00:00Z
tool: rootsweep 0.1.0
partition: aws
organization: o-exampleorgid
managementAccount: "111111111111"
plannedBy: arn:aws:sts::111111111111:assumed-role/Planner/me
policy:
  path: policy.yaml
  sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
accounts:
  - id: "200000000000"
    name: account 0
    state: ACTIVE
    ou: /Sandbox
    parents: [ ou-ab12-11111111, r-ab12 ]
    joined: 2024-01-01T00:00:00Z
    joinedMethod: CREATED
    remedy:
      kind: unlock-bucket
      name: logs
      region: eu-west-1
      document: |-
        {
          "Version": "2012-10-17",
          "Statement": [
            { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::logs*" }
          ]
        }
      replacement: |
        {"Statement":[]}
`,
  );
});

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: fc.constantFrom(...'{}[]":,\n\r\t #|>-&*!%@`~\\\u202e\ud800\u0000'), minLength: 1 }),
  fc
    .array(
      fc.constantFrom('{', '}', '', ' ', '  "a": 1', '```', '---', '...', '::x', '##[x]', 'expires: never'),
    )
    .map((lines) => `{${lines.join('\n')}`),
);

const target = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9._-]{1,255}$/),
  region: fc.constantFrom('eu-west-1', 'us-gov-west-1', 'eusc-de-east-1'),
  document: hostile,
});
const unlocks = (kind: 'unlock-bucket' | 'unlock-queue') =>
  fc.oneof(
    target.map((it): Remedy => ({ kind, ...it })),
    fc
      .tuple(target, hostile)
      .filter(([{ document }, replacement]) => !isSamePolicy(document, replacement))
      .map(([it, replacement]): Remedy => ({ kind, ...it, replacement })),
  );
const remedies = fc.oneof(
  ...[fc.constant(PASSWORD), unlocks('unlock-bucket'), unlocks('unlock-queue')].map((remedy) =>
    fc.array(remedy, { minLength: 1, maxLength: MOST_ACCOUNTS }),
  ),
);
const plans = fc
  .tuple(remedies, hostile, hostile, fc.option(fc.dictionary(hostile, hostile)))
  .map(([all, reason, name, tags]) =>
    remedyPlanOf(all, { reason }, { name, ...(tags === null ? {} : { tags: { ...tags } }) }),
  );

test('a plan of remedies reads back as it was written, whatever its texts hold', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const body = emitRemedyPlan(plan);
      const read = parse(body);
      assert.deepEqual(read, plan);
      assert.ok('remedy' in read);
      assert.ok(emitRemedyPlan(read).equals(body));
    }),
    { numRuns: 500 },
  );
});

test('parseAnyPlan reads a plan that deletes as parsePlan does', () => {
  const body = emitPlan(planOf([]));
  assert.deepEqual(parse(body), parsePlan(body, FILE));
});

test('parsePlan refuses a plan of remedies', () => {
  assert.equal(
    refusalOf(() => parsePlan(emitRemedyPlan(remedyPlanOf([PASSWORD])), FILE)),
    `USAGE\n"${FILE}" is a plan of remedies, and only plans that delete are read here`,
  );
});

const [WRITTEN, UNLOCK] = [[PASSWORD], [BUCKET]].map((all) => emitRemedyPlan(remedyPlanOf(all)).toString());

/** What would still be the same plan to most readers of YAML. */
const RESPELLED: readonly [what: string, from: string | RegExp, to: string][] = [
  ['a comment', /^/, '# reviewed\n'],
  ['keys in another order', /(remedy: .*\n)(reason: .*\n)/, '$2$1'],
  ['quotes that are not needed', 'state: ACTIVE', 'state: "ACTIVE"'],
  ['a policy in quotes', /document: \|-\n(?: {8}.*\n)+/, `document: ${JSON.stringify(DENIES_ALL)}\n`],
  ['a policy as a block of another kind', 'document: |-', 'document: |2-'],
];
for (const [what, from, to] of RESPELLED) {
  test(`parseAnyPlan refuses a plan of remedies with ${what}`, () => {
    const changed = String(UNLOCK).replace(from, to);
    assert.notEqual(changed, UNLOCK);
    assert.throws(() => parse(changed), { code: 'PLAN_INVALID' });
  });
}

const WRONG: readonly [what: string, from: string | RegExp, to: string, said: RegExp][] = [
  [
    'a time at which it may first be applied',
    /^expires/m,
    'notBefore: 2026-11-23T10:00:00Z\nexpires',
    /notBefore/,
  ],
  ['decisions', / {4}remedy:/, '    decision: delete\n    remedy:', /decision/],
  ['another remedy', /^remedy: .*/m, 'remedy: delete-account', /remedy/],
  ['no reason', /^reason: .*/m, 'reason: ""', /reason/],
  [
    'another remedy than its accounts',
    /^remedy: .*/m,
    'remedy: unlock-queue',
    /another remedy than the plan says/,
  ],
  [
    'a password with a policy',
    /kind: allow.*/,
    'kind: allow-password-recovery\n      document: x',
    /document/,
  ],
  ['an account that is suspended', 'state: ACTIVE', 'state: SUSPENDED', /is "SUSPENDED"/],
  ['the management account', /id: "2.*"/, 'id: "111111111111"', /is the management account/],
];
for (const [what, from, to, said] of WRONG) {
  test(`parseAnyPlan refuses a plan of remedies with ${what}`, () => {
    const changed = String(WRITTEN).replace(from, to);
    assert.notEqual(changed, WRITTEN);
    assert.throws(() => parse(changed), { code: 'PLAN_INVALID', message: said });
  });
}

for (const [what, plan, said] of [
  ['no account', remedyPlanOf([]), /it names no account$/],
  [
    'more accounts than a remedy has',
    remedyPlanOf(Array(MOST_ACCOUNTS + 1).fill(PASSWORD)),
    /it names 11 accounts, more than 10$/,
  ],
  ['an account twice', twice(remedyPlanOf([PASSWORD])), /out of order or listed twice/],
  [
    'a policy that stays as it is, spelled in another way',
    remedyPlanOf([{ ...BUCKET, replacement: JSON.stringify(JSON.parse(DENIES_ALL)) }]),
    /needs no remedy/,
  ],
  [
    'a warning that nothing gives reason to',
    warned(remedyPlanOf([BUCKET]), 'careful'),
    /has another warning than its policy/,
  ],
  [
    'a warning left out',
    warned(remedyPlanOf([{ ...BUCKET, document: '{}' }])),
    /has another warning than its policy/,
  ],
  ['a policy that stays', remedyPlanOf([{ ...BUCKET, replacement: DENIES_ALL }]), /needs no remedy/],
] as const) {
  test(`parseAnyPlan refuses a plan of remedies with ${what}`, () => {
    assert.throws(() => parse(emitRemedyPlan(plan)), { code: 'PLAN_INVALID', message: said });
  });
}

/** With this warning in place of its own. */
function warned(plan: RemedyPlan, warning?: string): RemedyPlan {
  const accounts = plan.accounts.map((entry) => {
    if (entry.remedy.kind === 'allow-password-recovery') return entry;
    const { warning: _, ...remedy } = entry.remedy;
    return { ...entry, remedy: warning === undefined ? remedy : { ...remedy, warning } };
  });
  return { ...plan, accounts };
}

function twice(plan: RemedyPlan): RemedyPlan {
  return { ...plan, accounts: [...plan.accounts, ...plan.accounts] };
}
