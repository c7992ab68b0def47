import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlacedAction } from '../../src/core/action/action.js';
import { MOST_NAMED } from '../../src/core/action/plan-kind.js';
import { isSamePolicy } from '../../src/core/iam/same-policy.js';
import { countTotals, type Finding, type Plan } from '../../src/core/plan/plan.js';
import { emitPlan, parsePlan, parseSweep } from '../../src/files/plan/plan.js';
import { BUCKET, DENIES_ALL, namedPlanOf, PASSWORD } from '../views/named-plans.js';
import { planOf } from '../views/plans.js';
import { refusalOf } from './refusal.js';

const FILE = 'recover.plan.yaml';

function parse(body: string | Buffer) {
  return parsePlan(Buffer.from(body), FILE);
}

test('emitPlan writes a policy as a reviewer can read it', () => {
  assert.equal(
    emitPlan(namedPlanOf([{ ...BUCKET, replacement: '{"Statement":[]}\n' }])).toString(),
    `version: 1
id: 00000000-0000-4000-8000-000000000000
kind: unlock
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
applicable: true
totals:
  accounts: 1
  decisions: { delete: 0, recover: 0, unlock: 1, blocked: 0, unknown: 0, kept: 0, excluded: 0, not-active: 0, clean: 0 }
  deletions: { access-key: 0, signing-certificate: 0, password: 0, mfa-device: 0 }
  findings: { block: 0, warn: 1, info: 0 }
findings: []
accounts:
  - id: "200000000000"
    decision: unlock
    rule: named by the planner
    name: account 0
    state: ACTIVE
    ou: /Sandbox
    parents: [ ou-ab12-11111111, r-ab12 ]
    joined: 2024-01-01T00:00:00Z
    joinedMethod: CREATED
    findings:
      - { code: replacement-locking, severity: warn, message: "It cannot be told from the new policy alone whether it denies everyone, too" }
    actions:
      - kind: unlock-bucket
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
    target.map((it): PlacedAction => ({ kind, ...it })),
    fc
      .tuple(target, hostile)
      .filter(([{ document }, replacement]) => !isSamePolicy(document, replacement))
      .map(([it, replacement]): PlacedAction => ({ kind, ...it, replacement })),
  );
const actions = fc.oneof(
  ...[fc.constant(PASSWORD), unlocks('unlock-bucket'), unlocks('unlock-queue')].map((action) =>
    fc.array(action, { minLength: 1, maxLength: MOST_NAMED }),
  ),
);
const plans = fc
  .tuple(actions, hostile, hostile, fc.option(fc.dictionary(hostile, hostile)))
  .map(([all, reason, name, tags]) =>
    namedPlanOf(all, { reason }, { name, ...(tags === null ? {} : { tags: { ...tags } }) }),
  );

test('a recovery reads back as it was written, whatever its texts hold', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const body = emitPlan(plan);
      const read = parse(body);
      assert.deepEqual(read, plan);
      assert.ok(emitPlan(read).equals(body));
    }),
    { numRuns: 500 },
  );
});

test('parseSweep reads sweeps only', () => {
  const body = emitPlan(planOf([]));
  assert.deepEqual(parseSweep(body, FILE), parse(body));
  assert.equal(
    refusalOf(() => parseSweep(emitPlan(namedPlanOf([PASSWORD])), FILE)),
    `USAGE\n"${FILE}" is a plan of kind "recovery", which deletes no root credential`,
  );
});

const [WRITTEN, UNLOCK] = [[PASSWORD], [BUCKET]].map((all) => emitPlan(namedPlanOf(all)).toString());

/** What would still be the same plan to most readers of YAML. */
const RESPELLED: readonly [what: string, from: string | RegExp, to: string][] = [
  ['a comment', /^/, '# reviewed\n'],
  ['keys in another order', /(kind: .*\n)(reason: .*\n)/, '$2$1'],
  ['quotes that are not needed', 'state: ACTIVE', 'state: "ACTIVE"'],
  ['a policy in quotes', /document: \|-\n(?: {10}.*\n)+/, `document: ${JSON.stringify(DENIES_ALL)}\n`],
  ['a policy as a block of another kind', 'document: |-', 'document: |2-'],
];
for (const [what, from, to] of RESPELLED) {
  test(`parsePlan refuses a recovery or an unlock with ${what}`, () => {
    const changed = String(UNLOCK).replace(from, to);
    assert.notEqual(changed, UNLOCK);
    assert.throws(() => parse(changed), { code: 'PLAN_INVALID' });
  });
}

const WRONG: readonly [what: string, from: string | RegExp, to: string, said: RegExp][] = [
  ['a wait', /^expires/m, 'notBefore: 24h\nexpires', /it has a wait/],
  ['the decision of a sweep', 'decision: recover', 'decision: delete', /totals are not those/],
  ['another kind', /^kind: .*/m, 'kind: purge', /kind/],
  ['no reason', /^reason: .*/m, 'reason: ""', /reason/],
  ['the reason left out', /^reason: .*\n/m, '', /is of kind "recovery" and has no reason/],
  [
    'another kind than its accounts',
    /^kind: .*/m,
    'kind: unlock',
    /has the decision "recover", which is none/,
  ],
  [
    'the action of another kind',
    '- { kind: allow-password-recovery }',
    '- kind: unlock-queue\n        name: q\n        region: eu-west-1\n        document: d',
    /has the action "unlock-queue", which is none/,
  ],
  [
    'two actions',
    '      - { kind: allow-password-recovery }',
    '      - { kind: allow-password-recovery }\n      - { kind: allow-password-recovery }',
    /has 2 actions, and must have one/,
  ],
  [
    'a password with a policy',
    '{ kind: allow-password-recovery }',
    '{ kind: allow-password-recovery, document: x }',
    /document/,
  ],
  ['a rule that decided', 'rule: named by the planner', 'rule: every member account', /decided by a rule/],
  ['no digest of the address', /^ {4}email: .*\n/m, '', /has no digest of the address/],
  ['an account that is suspended', 'state: ACTIVE', 'state: SUSPENDED', /is "SUSPENDED"/],
  ['the management account', /id: "2.*"/, 'id: "111111111111"', /is the management account/],
];
for (const [what, from, to, said] of WRONG) {
  test(`parsePlan refuses a recovery or an unlock with ${what}`, () => {
    const changed = String(WRITTEN).replace(from, to);
    assert.notEqual(changed, WRITTEN);
    assert.throws(() => parse(changed), { code: 'PLAN_INVALID', message: said });
  });
}

for (const [what, plan, said] of [
  ['no account', namedPlanOf([]), /it names no account$/],
  [
    'more accounts than it may have',
    namedPlanOf(Array(MOST_NAMED + 1).fill(PASSWORD)),
    /it names 11 accounts, more than 10$/,
  ],
  ['an account twice', twice(namedPlanOf([PASSWORD])), /out of order or listed twice/],
  [
    'a policy that stays as it is, spelled in another way',
    namedPlanOf([{ ...BUCKET, replacement: JSON.stringify(JSON.parse(DENIES_ALL)) }]),
    /needs no action/,
  ],
  [
    'a finding that nothing gives reason to',
    warned(namedPlanOf([BUCKET]), [{ code: 'policy-not-locking', severity: 'warn', message: 'careful' }]),
    /has other findings than its policy/,
  ],
  [
    'a finding left out',
    warned(namedPlanOf([{ ...BUCKET, document: '{}' }]), []),
    /has other findings than its policy/,
  ],
  [
    'an audit',
    { ...namedPlanOf([PASSWORD], {}, { observed: { kind: 'audited', by: 'listing', credentials: [] } }) },
    /does not record/,
  ],
  [
    'a blocking finding, and applicable',
    { ...namedPlanOf([BUCKET]), applicable: false },
    /marked not applicable/,
  ],
  ['a policy that stays', namedPlanOf([{ ...BUCKET, replacement: DENIES_ALL }]), /needs no action/],
] as const) {
  test(`parsePlan refuses a recovery or an unlock with ${what}`, () => {
    assert.throws(() => parse(emitPlan(plan)), { code: 'PLAN_INVALID', message: said });
  });
}

/** With these findings in place of its own. */
function warned(plan: Plan, findings: readonly Finding[]): Plan {
  const accounts = plan.accounts.map((entry) => ({ ...entry, findings }));
  return { ...plan, accounts, totals: countTotals([], accounts as Plan['accounts']) } as Plan;
}

function twice(plan: Plan): Plan {
  return { ...plan, accounts: [...plan.accounts, ...plan.accounts] };
}
