/** What plans of all kinds say of themselves in Markdown. */
import type { PlanHeader } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { type Line, renderLines } from '../format/lines.js';
import { code } from '../format/markdown.js';
import { describeVerdict, REDACTED } from './verdict-words.js';

/** By which a later run finds the comment that it replaces. */
export function beginComment({ organization }: Pick<PlanHeader, 'organization'>): Line[] {
  return [[`<!-- rootsweep plan ${organization} -->`]];
}

/** What the checks come to; what was refused stands in a box, which GitHub and GitLab draw in red. */
export function topOf({ verdict, redacted }: Review): Line[] {
  const { lead, rest, hint } = describeVerdict(verdict);
  const next = hint === undefined ? '' : ` To go on: ${code(hint)}`;
  const line = `**${lead}** ${code(rest)}${next}`;
  return [
    ...(verdict.kind === 'refused' ? [['> [!CAUTION]'], [`> ${line}`]] : [[line]]),
    [],
    ...(redacted ? [[REDACTED], []] : []),
  ];
}

/** Rows of a table: where a plan comes from, and how long it is good. */
export function listOrigin({ plan }: Review): readonly (readonly [string, string])[] {
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
  ];
}

/** As many bytes as the lines will be. */
export function size(lines: readonly Line[]): number {
  return Buffer.byteLength(renderLines(lines, false));
}
