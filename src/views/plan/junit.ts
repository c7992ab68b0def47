/** The result of `verify` in JUnit XML, which CI systems read as test results. */
import { type Blocker, listBlockers } from '../../core/plan/blocker.js';
import type { Plan } from '../../core/plan/plan.js';
import type { Verdict } from '../../core/plan/verdict.js';
import { PLAN_ROLES } from '../../core/signing/trust.js';
import { EXIT, type RootsweepError } from '../../errors.js';
import { plural } from '../format/counts.js';
import { escapeHtml } from '../format/html.js';
import { describeVerdict } from './verdict-words.js';

export interface JunitReport {
  /** As the user wrote it. */
  readonly file: string;
  /** Absent for a receipt, or if the file could not be checked. */
  readonly verdict?: Verdict | undefined;
  /** Absent if the plan was refused before it was read. */
  readonly plan?: Plan | undefined;
  readonly redacted: boolean;
  /** The error of `verify`, if any. */
  readonly error?:
    | (Pick<RootsweepError, 'code' | 'message' | 'exitCode'> & { readonly hint?: string | undefined })
    | undefined;
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

/** The verdict, at the start of the suite. */
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
    // Failures, because CI systems hide skipped tests, and a gate that reads only the report must not pass.
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
  // A refusal is a failure; a check that could not run is an error, as in every test framework.
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
  const { element, type, text } = fault;
  const lines = text.split('\n');
  return [
    `${start}>`,
    `      <${element} type="${escapeHtml(type)}" message="${escapeHtml(lines[0] ?? '')}">${escapeHtml(lines.join('; '))}</${element}>`,
    '    </testcase>',
  ];
}
