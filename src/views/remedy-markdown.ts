/** A plan of remedies as one comment of a pull request, or one summary of a CI step. */
import { nameTarget } from '../core/action.js';
import type { RemedyEntry, RemedyKind, RemedyPlan } from '../core/remedy.js';
import type { Review } from '../core/review.js';
import { isOpen } from '../core/verdict.js';
import { RootsweepError } from '../errors.js';
import { plural } from './counts.js';
import { type Line, renderLines } from './lines.js';
import { code, table } from './markdown.js';
import { fence } from './patch.js';
import { beginComment, listOrigin, size, topOf } from './plan-markdown-head.js';
import { announce } from './plan-words.js';
import {
  countRemedies,
  describePurpose,
  describeRemedy,
  type Judgement,
  listPolicyLines,
} from './remedy-words.js';

const LEFT_OUT: readonly Line[] = [
  ['**There is no room for the policies here: they are in the plan file.**'],
  [],
];

/**
 * Every account is named; policies for which there is no room are left out, from the last on.
 * @param limit in bytes; `Infinity` for everything.
 * @throws RootsweepError USAGE where not even all accounts have room.
 */
export function renderRemedyMarkdown(
  review: Review<RemedyPlan>,
  judgements: Readonly<Record<string, Judgement>>,
  limit: number,
): string {
  const { plan } = review;
  const [head, tail] = [renderHead(review), renderTail(plan)];
  const short = plan.accounts.map((entry) => renderEntry(entry, judgements[entry.id], 'short'));
  let room = limit - size([...head, ...short.flat(), ...tail]);
  if (room < 0) {
    throw new RootsweepError(
      'USAGE',
      `there is no room to name all ${plural(plan.accounts.length, 'account', 'accounts')} of this plan`,
      { hint: 'pass --limit step-summary or --limit none' },
    );
  }
  const entries = plan.accounts.flatMap((entry, index) => {
    const brief = short[index] ?? [];
    const full = renderEntry(entry, judgements[entry.id], 'full');
    const cost = size(full) - size(brief);
    if (cost > room) return brief;
    room -= Math.max(cost, 0);
    return full;
  });
  return renderLines([...head, ...entries, ...tail], false);
}

function renderHead(review: Review<RemedyPlan>): Line[] {
  const { plan, digest } = review;
  return [
    ...beginComment(plan),
    ...topOf(review),
    [`## ${announce(isOpen(review.verdict))} ${describePurpose(plan)}`],
    [],
    ['No root credential is deleted.'],
    [],
    ...table(
      ['', ''],
      [
        ['digest', code(`sha256:${digest}`)],
        ['reason', code(plan.reason)],
        ['remedies', countRemedies(plan)],
        ...listOrigin(review),
      ],
    ),
    [],
  ];
}

function renderEntry(entry: RemedyEntry, judgement: Judgement | undefined, detail: 'full' | 'short'): Line[] {
  const { id, name, email, ou, remedy } = entry;
  const { done, follows } = describeRemedy(remedy);
  if (judgement === undefined) throw new Error(`nobody judged the policies of account ${id}`);
  const { denials, warnings } = judgement;
  const policies = listPolicyLines(remedy).map(({ mark, text }) => `${mark} ${text}`);
  return [
    [`### ${code(id)} ${code(name)} in ${code(ou ?? '?')}`],
    [],
    [`**${code(nameTarget(remedy))}: ${done}.** ${follows}`],
    [],
    ...(email === undefined ? [] : [[`- email: ${code(email.masked)}`]]),
    ...warnings.map((warning): Line => [`- **warn**: ${warning}`]),
    ...(detail === 'full' ? denials.map((denial): Line => [`- now: ${code(denial)}`]) : []),
    [],
    ...(policies.length === 0
      ? []
      : detail === 'short'
        ? LEFT_OUT
        : [...fence(policies).map((line): Line => [line]), []]),
  ];
}

const LAID_OUT: readonly Line[] = [
  ['Policies are laid out for reading here. The plan file holds them byte for byte.'],
  [],
];

/** What must be said of the policies that are shown. */
const NOTES: Readonly<Record<RemedyKind, readonly Line[]>> = {
  'allow-password-recovery': [],
  'unlock-bucket': LAID_OUT,
  'unlock-queue': LAID_OUT,
};

function renderTail({ remedy }: RemedyPlan): Line[] {
  return [...NOTES[remedy], ['All of it: the plan file, or `rootsweep show PLAN` as text.']];
}
