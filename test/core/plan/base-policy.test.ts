import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BasePolicy, checkLoosened, findLoosened } from '../../../src/core/plan/base-policy.js';
import { assemblePlan, type Finding } from '../../../src/core/plan/plan.js';
import type { Severity } from '../../../src/core/policy/findings.js';
import type { Policy } from '../../../src/core/policy/policy.js';
import { assertRefused, deleteEntryOf, HEADER, policyOf, SHA256, withSeverity } from '../fixtures.js';

const baseOf = (policy: Policy): BasePolicy => ({
  ref: 'origin/main',
  commit: 'c'.repeat(40),
  sha256: SHA256,
  content: { kind: 'policy', policy },
});
const UNREADABLE: BasePolicy = {
  ...baseOf(policyOf()),
  content: { kind: 'unreadable', reason: 'policy.yaml:1:1: the file is empty' },
};
const BASE = baseOf(policyOf({ limits: { accounts: 50 }, blocking: 'organization' }));
const LOOSE = policyOf({ limits: { accounts: 200 }, blocking: 'account' });

const planWith = (findings: readonly Finding[]) => assemblePlan(HEADER, LOOSE, [deleteEntryOf()], findings);

test('findLoosened makes one finding of each loosening', () => {
  assert.deepEqual(findLoosened(BASE, LOOSE), [
    {
      code: 'policy-loosened',
      severity: 'warn',
      message: 'blocking is loosened: "organization" -> "account"',
    },
    { code: 'policy-loosened', severity: 'warn', message: 'limits.accounts is raised: 50 -> 200' },
  ]);
});

test('findLoosened makes no finding of a policy that is tighter', () => {
  assert.deepEqual(findLoosened(baseOf(LOOSE), policyOf({ limits: { accounts: 50 } })), []);
});

for (const [base, policy, severity] of [
  ['warn', 'block', 'block'],
  ['info', 'warn', 'warn'],
  ['info', 'info', 'info'],
  ['block', 'info', 'block'],
] as const satisfies readonly (readonly Severity[])[]) {
  test(`findLoosened gives the severity ${severity} when the base says ${base} and the policy ${policy}`, () => {
    const before = { ...withSeverity({ 'policy-loosened': base }), limits: { accounts: 1 } };
    const now = withSeverity({ 'policy-loosened': policy });
    const severities = findLoosened(baseOf(before), now).map((finding) => finding.severity);
    assert.deepEqual([...new Set(severities)], [severity]);
  });
}

test('findLoosened says of a base that cannot be read that nothing can be compared', () => {
  assert.deepEqual(findLoosened(UNREADABLE, withSeverity({ 'policy-loosened': 'block' })), [
    {
      code: 'policy-loosened',
      severity: 'block',
      message:
        'The policy cannot be compared with its base, which this version of rootsweep cannot read: policy.yaml:1:1: the file is empty',
    },
  ]);
});

test('checkLoosened accepts a plan that shows every loosening', () => {
  checkLoosened(planWith(findLoosened(BASE, LOOSE)), BASE, LOOSE);
});

test('checkLoosened accepts a plan that gives a loosening more weight', () => {
  const findings = findLoosened(BASE, LOOSE).map((finding): Finding => ({ ...finding, severity: 'block' }));
  checkLoosened(planWith(findings), BASE, LOOSE);
});

test('checkLoosened accepts a plan that shows what the base gives no reason for', () => {
  checkLoosened(planWith(findLoosened(UNREADABLE, LOOSE)), baseOf(LOOSE), LOOSE);
});

const HIDDEN: readonly [what: string, change: (findings: Finding[]) => Finding[], said: RegExp][] = [
  ['shows none', () => [], /: blocking is loosened: "organization" -> "account"; and 1 more$/],
  ['leaves one out', (findings) => findings.slice(0, 1), /: limits\.accounts is raised: 50 -> 200$/],
  [
    'gives less weight',
    (findings) => findings.map((finding) => ({ ...finding, severity: 'info' })),
    /^the plan does not show with severity "warn" how its policy is looser than in "origin\/main": /,
  ],
  [
    'shows other values',
    (findings) =>
      findings.map(({ message, ...rest }) => ({ ...rest, message: message.replace('200', '60') })),
    /: limits\.accounts is raised: 50 -> 200$/,
  ],
  [
    'shows the sentence under another code',
    (findings) => findings.map((finding) => ({ ...finding, code: 'selector-unmatched' })),
    /; and 1 more$/,
  ],
];
for (const [what, change, said] of HIDDEN) {
  test(`checkLoosened refuses a plan that ${what}`, () => {
    const plan = planWith(change(findLoosened(BASE, LOOSE)));
    assert.match(
      assertRefused('PLAN_LOOSENING_HIDDEN', () => checkLoosened(plan, BASE, LOOSE)),
      said,
    );
  });
}

test('checkLoosened refuses a plan that does not say that its policy could not be compared', () => {
  assertRefused('PLAN_LOOSENING_HIDDEN', () => checkLoosened(planWith([]), UNREADABLE, LOOSE));
});
