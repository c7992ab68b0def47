/** What plans of both kinds say of themselves in Markdown. */
import type { PlanHeader } from '../core/plan.js';
import type { AnyPlan } from '../core/remedy.js';
import type { Review } from '../core/review.js';
import { type Line, renderLines } from './lines.js';
import { code } from './markdown.js';
import { listSigners } from './signers.js';

/** By which a later run finds the comment that it replaces. */
export function beginComment({ organization }: Pick<PlanHeader, 'organization'>): Line[] {
  return [[`<!-- rootsweep plan ${organization} -->`]];
}

/** Rows of a table: where a plan comes from, how long it is good, and whose word it is. */
export function listOrigin({ plan, signers }: Review<AnyPlan>): readonly (readonly [string, string])[] {
  const { organization, policy, plannedBy, created, notBefore, expires }: PlanHeader = plan;
  return [
    ['organization', code(organization)],
    [
      'policy',
      [
        code(policy.path),
        code(`sha256:${policy.sha256}`),
        ...(policy.commit === undefined ? [] : [`commit ${code(policy.commit)}`]),
      ].join(' '),
    ],
    ['planned', `by ${code(plannedBy)} at ${code(created)}`],
    ...(notBefore === undefined
      ? []
      : [['good from', `${code(notBefore)} after its last required signature`] as const]),
    ['good until', code(expires)],
    ['signed', signers === undefined ? 'not checked: no trust file was given' : code(listSigners(signers))],
  ];
}

/** As many bytes as the lines will be. */
export function size(lines: readonly Line[]): number {
  return Buffer.byteLength(renderLines(lines, false));
}
