/** What `verify` found, in the XML that CI systems read test results from. */
import { type Blocker, listBlockers } from '../core/blocker.js';
import type { Plan } from '../core/plan.js';
import type { RootsweepError } from '../errors.js';
import { EXIT } from '../errors.js';
import { escapeHtml } from './html.js';

export type Verdict =
  | { readonly kind: 'good' }
  /** Signed and in force, and stopped by its own findings. */
  | { readonly kind: 'blocked'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly error: RootsweepError };

interface Case {
  readonly group: string;
  readonly name: string;
  readonly fault?: { readonly element: 'failure' | 'error'; readonly type: string; readonly text: string };
}

/** @param file as the user named it. */
export function renderJunit(file: string, verdict: Verdict): string {
  const cases = listCases(file, verdict);
  const count = (element: 'failure' | 'error') =>
    cases.filter(({ fault }) => fault?.element === element).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rootsweep verify" ${counts}>`,
    `  <testsuite name="${escapeHtml(file)}" ${counts}>`,
    ...cases.flatMap(renderCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function listCases(file: string, verdict: Verdict): Case[] {
  const whole = { group: 'rootsweep.verify', name: `${file} is as it was signed, and in force` };
  switch (verdict.kind) {
    case 'good':
      return [whole];
    case 'blocked':
      return [whole, ...listBlockers(verdict.plan).map(describeBlocker)];
    case 'refused': {
      const { code, message, hint, exitCode } = verdict.error;
      // What was refused has failed; what could not be looked at is an error, as in every test framework.
      const element = exitCode === EXIT.failed ? 'error' : 'failure';
      const text = hint === undefined ? message : `${message}\n${hint}`;
      return [{ ...whole, fault: { element, type: code, text } }];
    }
  }
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
