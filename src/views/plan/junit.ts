/** What `verify` found, in the XML that CI systems read test results from. */
import { type Blocker, listBlockers } from '../../core/plan/blocker.js';
import type { Plan } from '../../core/plan/plan.js';
import type { Verdict } from '../../core/plan/verdict.js';
import { PLAN_ROLES } from '../../core/signing/trust.js';
import type { RootsweepError } from '../../errors.js';
import { EXIT } from '../../errors.js';
import { plural } from '../format/counts.js';
import { escapeHtml } from '../format/html.js';
import { describeVerdict } from './verdict-words.js';

export interface JunitReport {
  /** As the user named it. */
  readonly file: string;
  /** Absent of a receipt, and where the file could not be checked. */
  readonly verdict?: Verdict;
  /** Absent where the plan was refused before it was read. */
  readonly plan?: Plan;
  readonly redacted: boolean;
  /** What `verify` ends with; absent where all is good. */
  readonly error?: Pick<RootsweepError, 'code' | 'message' | 'exitCode'> & {
    readonly hint?: string | undefined;
  };
}

interface Case {
  readonly group: string;
  readonly name: string;
  readonly fault?: { readonly element: 'failure' | 'error'; readonly type: string; readonly text: string };
}

export function renderJunit(report: JunitReport): string {
  const { file } = report;
  const cases = listCases(report);
  const count = (element: 'failure' | 'error') =>
    cases.filter(({ fault }) => fault?.element === element).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rootsweep verify" ${counts}>`,
    `  <testsuite name="${escapeHtml(file)}" ${counts}>`,
    ...renderProperties(report),
    ...cases.flatMap(renderCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** First of the suite: what the checks come to. */
function renderProperties({ verdict, redacted }: JunitReport): string[] {
  if (verdict === undefined) return [];
  const { lead, rest } = describeVerdict(verdict);
  return [
    '    <properties>',
    `      <property name="verdict" value="${escapeHtml(`${lead} ${rest}`)}" />`,
    ...(redacted ? ['      <property name="redacted" value="true" />'] : []),
    '    </properties>',
  ];
}

function listCases({ file, verdict, plan, error }: JunitReport): Case[] {
  const whole = { group: 'rootsweep.verify', name: `${file} is as it was signed, and in force` };
  if (error === undefined) return [whole];
  const { code, message, hint, exitCode } = error;
  const text = hint === undefined ? message : `${message}\n${hint}`;
  if (verdict?.kind === 'blocked' && plan !== undefined) {
    return [whole, ...listBlockers(plan).map(describeBlocker)];
  }
  if (verdict?.kind === 'needs-signatures') {
    // A failure: CI systems fold skipped tests away, and a gate that reads only the report must not take them as good.
    const { missing } = verdict;
    return [
      whole,
      ...PLAN_ROLES.filter((role) => missing[role] > 0).map(
        (role): Case => ({
          group: 'rootsweep.signatures',
          name: `${file} needs ${plural(missing[role], `more ${role} signature`, `more ${role} signatures`)}`,
          fault: { element: 'failure', type: code, text },
        }),
      ),
    ];
  }
  // What was refused has failed; what could not be looked at is an error, as in every test framework.
  const element = exitCode === EXIT.failed ? 'error' : 'failure';
  return [{ ...whole, fault: { element, type: code, text } }];
}

function describeBlocker({ entry, finding: { code, message } }: Blocker): Case {
  return {
    group: entry === undefined ? 'rootsweep.policy' : `rootsweep.account.${entry.id}`,
    name: entry === undefined ? `${code}: ${message}` : `${entry.id} ${entry.name}: ${code}: ${message}`,
    fault: { element: 'failure', type: code, text: message },
  };
}

function renderCase({ group, name, fault }: Case): string[] {
  const start = `    <testcase classname="${escapeHtml(group)}" name="${escapeHtml(name)}"`;
  if (fault === undefined) return [`${start} />`];
  const [message = '', ...more] = fault.text.split('\n');
  const { element, type } = fault;
  return [
    `${start}>`,
    `      <${element} type="${escapeHtml(type)}" message="${escapeHtml(message)}">${escapeHtml([message, ...more].join('; '))}</${element}>`,
    '    </testcase>',
  ];
}
