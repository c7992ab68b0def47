/** A plan of any size, in which names, addresses, units, reasons and messages try to do something to the reader. */
import type { Credential } from '../../src/core/action/credentials.js';
import {
  assemblePlan,
  type Entry,
  type FullEntry,
  type Plan,
  planActions,
} from '../../src/core/plan/plan.js';
import type { Policy } from '../../src/core/policy/policy.js';
import { cleanEntryOf, HEADER, managementEntryOf, policyOf, unauditedEntryOf } from '../core/fixtures.js';
import { HOSTILE } from './hostile.js';

/** What Markdown, HTML, spreadsheets and SARIF would act upon. */
export const LIVE_TEXTS: readonly string[] = [
  ...HOSTILE.map(([, text]) => text),
  '<img src=x onerror=alert(1)><!--',
  '</summary></details><script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '`code` | cell \\| cell',
  '[a](javascript:alert(1)) ![b](https://example.com/b.png) www.example.com <https://example.com>',
  '@octocat #1 octo/repo#1 :tada: $x$',
  '&lt;b&gt; &#60;i&#62; &amp;',
  '=HYPERLINK("https://example.com","x")',
  "+1+cmd|' /C calc'!A0",
  '-2+3',
  '@SUM(1+1)',
  'a;=1+1',
  'x","=1+1',
  '\uff1d1+1',
  '{{constructor.constructor("alert(1)")()}} #{alert(1)} {0}',
  ']]> --> "\' onmouseover="alert(1)',
];

const ID = 200_000_000_000;
const PASSWORD: Credential = {
  kind: 'password',
  created: '2019-02-04T00:00:00Z',
  lastUsed: { kind: 'never' },
};
const deviceOf = (id: string): Credential => ({
  kind: 'mfa-device',
  id: `arn:aws:iam::${id}:mfa/root-account-mfa-device`,
  created: '2020-01-01T00:00:00Z',
});

export interface LargeShape {
  /** All accounts, the management account included. */
  readonly accounts: number;
  /** Of 100 accounts, so many have something to say; the others are clean. */
  readonly full?: number;
  /** Of ten accounts with something to say, so many are blocked or unknown. */
  readonly blocked?: number;
  /** Names that nobody has to fear, as in most organizations. */
  readonly tame?: boolean;
}

export function largePlan(
  { accounts, full = 40, blocked = 1, tame = false }: LargeShape,
  policy: Partial<Policy> = {},
): Plan {
  const texts = tame ? ['payments', 'search', 'data', 'mobile', 'billing'] : LIVE_TEXTS;
  const textOf = (index: number) => texts[index % texts.length] ?? '';
  const entries = Array.from({ length: accounts - 1 }, (_, index): Entry => {
    const id = String(ID + index);
    if (index % 100 >= full) return cleanEntryOf(id);
    return describeEntry(id, index, textOf, blocked);
  });
  return assemblePlan(
    HEADER,
    policyOf(policy),
    [managementEntryOf(), ...entries],
    [{ code: 'policy-loosened', severity: 'warn', message: `limits.accounts: 10, and not 5: ${textOf(19)}` }],
  );
}

function describeEntry(
  id: string,
  index: number,
  textOf: (index: number) => string,
  blocked: number,
): FullEntry {
  const unit = textOf(index >> 4)
    .replaceAll('%', '%25')
    .replaceAll('/', '%2F');
  const entry = {
    ...unauditedEntryOf(id, `${textOf(index)} ${index}`),
    email: { masked: `${textOf(index + 1)}@example.com`, sha256: 'a'.repeat(64) },
    ou: `/Workloads/${unit}`,
  };
  const kind = index % 10;
  if (kind < blocked) {
    const message = `The audit failed: AccessDenied: ${textOf(index + 2)}`;
    if (index % 20 >= 10) {
      return {
        ...entry,
        decision: 'unknown',
        observed: { kind: 'unknown', cause: 'denied-by-scp', message },
        findings: [{ code: 'audit-unknown', severity: 'block', message }],
      };
    }
    const key: Credential = {
      kind: 'access-key',
      id: `AKIA${id}EXMP`,
      created: '2018-01-01T00:00:00Z',
      status: 'Active',
    };
    return {
      ...entry,
      decision: 'blocked',
      observed: { kind: 'audited', by: 'listing', credentials: [key, PASSWORD] },
      findings: [
        { code: 'access-key-present', severity: 'block', message: `Access key: ${textOf(index + 3)}` },
      ],
    };
  }
  if (kind === 8) {
    return {
      ...entry,
      decision: 'excluded',
      rule: 'exclude[0] (line 9)',
      reason: textOf(index + 4),
      until: '2027-03-31',
    };
  }
  if (kind === 9) {
    return {
      ...entry,
      decision: 'not-active',
      rule: 'only ACTIVE accounts are audited',
      state: 'SUSPENDED',
      findings: [{ code: 'account-not-active', severity: 'info', message: 'The account is SUSPENDED' }],
    };
  }
  const credentials = index % 3 === 0 ? [PASSWORD] : [PASSWORD, deviceOf(id)];
  return {
    ...entry,
    decision: 'delete',
    observed: { kind: 'audited', by: 'listing', credentials },
    findings:
      credentials.length === 1
        ? [
            {
              code: 'password-without-mfa',
              severity: 'warn',
              message: 'The root user has a password and no MFA device',
            },
          ]
        : [],
    actions: planActions(credentials, new Set(['password', 'mfa-device']), () => ({ kind: 'unguarded' })),
  };
}
