/** The start of a Markdown comment for plans of all kinds. */
import type { Review } from '../../core/plan/review.js';
import { type Line, renderLines } from '../format/lines.js';
import { code, table } from '../format/markdown.js';
import { headline } from './plan-words.js';
import { describeVerdict, REDACTED } from './verdict-words.js';

/**
 * The verdict, the headline and a table of facts.
 * @param sentence below the headline; may be empty.
 * @param rows of the table, after the digest.
 */
export function renderHead(
  review: Review,
  sentence: string,
  rows: readonly (readonly [string, string])[],
): Line[] {
  const { plan, digest, verdict, redacted } = review;
  const { organization } = plan;
  return [
    // Identifies the comment that a later run replaces.
    [`<!-- rootsweep plan ${organization} -->`],
    ...renderVerdict(review),
    [],
    ...(redacted ? [[REDACTED], []] : []),
    [`## ${headline(plan, verdict)}`],
    [],
    ...(sentence === '' ? [] : [[sentence], []]),
    ...table(['', ''], [['digest', code(`sha256:${digest}`)], ...rows, ...listOrigin(review)]),
    [],
  ];
}

/** A refusal is in a box, which GitHub and GitLab draw in red. */
function renderVerdict({ verdict }: Review): Line[] {
  const { lead, rest, hint } = describeVerdict(verdict);
  const next = hint === undefined ? '' : ` To go on: ${code(hint)}`;
  const line = `**${lead}** ${code(rest)}${next}`;
  return verdict.kind === 'refused' ? [['> [!CAUTION]'], [`> ${line}`]] : [[line]];
}

/** Table rows about the origin and the validity of a plan. */
function listOrigin({ plan }: Review): readonly (readonly [string, string])[] {
  const { organization, policy, plannedBy, created, notBefore, expires } = plan;
  const commit = policy.commit === undefined ? '' : ` commit ${code(policy.commit)}`;
  return [
    ['organization', code(organization)],
    ['policy', `${code(policy.path)} ${code(`sha256:${policy.sha256}`)}${commit}`],
    ['planned', `by ${code(plannedBy)} at ${code(created)}`],
    ...(notBefore === undefined
      ? []
      : [['good from', `${code(notBefore)} after its last required signature`] as const]),
    ['good until', code(expires)],
  ];
}

/** The size of the rendered lines, in bytes. */
export function size(lines: readonly Line[]): number {
  return Buffer.byteLength(renderLines(lines, false));
}
