/** A recovery or an unlock as a comment on a pull request or a CI step summary. */
import { nameTarget, type PlacedAction } from '../../core/action/action.js';
import type { NamedPlanKind } from '../../core/action/plan-kind.js';
import { isNamedEntry, type NamedEntry } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { RootsweepError } from '../../errors.js';
import { plural } from '../format/counts.js';
import { type Line, renderLines } from '../format/lines.js';
import { code } from '../format/markdown.js';
import { fence } from '../format/patch.js';
import { describeAction } from './action-words.js';
import { renderHead, size } from './plan-markdown-head.js';
import { countChanges, listPolicyLines, type PolicyLine } from './unlock-words.js';

const LEFT_OUT: readonly Line[] = [
  ['**There is no room for the policies here: they are in the plan file.**'],
  [],
];

/** About the policies that are shown. */
const NOTES: Readonly<Record<NamedPlanKind, readonly Line[]>> = {
  recovery: [],
  unlock: [['Policies are laid out for reading here. The plan file holds them byte for byte.'], []],
};

/**
 * Names every account. Omits the policies that do not fit, starting with the last.
 * @param limit in bytes, or `Infinity`.
 * @throws RootsweepError USAGE if the accounts alone do not fit.
 */
export function renderNamedPlanMarkdown(review: Review, kind: NamedPlanKind, limit: number): string {
  const { plan, denials } = review;
  const named = plan.accounts.filter(isNamedEntry);
  const head = renderHead(review, 'No root credential is deleted.', [
    ['reason', code(plan.reason ?? '')],
    ['changes', countChanges(plan, kind)],
  ]);
  const tail = [...NOTES[kind], ['All of it: the plan file, or `rootsweep show PLAN` as text.']];
  const short = named.map((entry) => renderEntry(entry, []));
  let room = limit - size([...head, ...short.flat(), ...tail]);
  if (room < 0) {
    throw new RootsweepError(
      'USAGE',
      `there is no room to name all ${plural(plan.accounts.length, 'account', 'accounts')} of this plan`,
      { hint: 'pass --limit step-summary or --limit none' },
    );
  }
  const entries = named.flatMap((entry, index) => {
    const brief = short[index] ?? [];
    const full = renderEntry(entry, denials[entry.id] ?? [], listPolicyLines(entry.actions[0]));
    const cost = size(full) - size(brief);
    if (cost > room) return brief;
    room -= Math.max(cost, 0);
    return full;
  });
  return renderLines([...head, ...entries, ...tail], false);
}

/** @param lines of the policies; absent if they do not fit. */
function renderEntry(
  { id, name, email, ou, findings, actions: [action] }: NamedEntry,
  denials: readonly string[],
  lines?: readonly PolicyLine[],
): Line[] {
  const { done, follows } = describeAction(action);
  const policies = lines?.map(({ mark, text }) => `${mark} ${text}`);
  return [
    [`### ${code(id)} ${code(name)} in ${code(ou ?? '?')}`],
    [],
    [`**${code(nameTarget(action))}: ${done}.** ${follows}`],
    [],
    ...(email === undefined ? [] : [[`- email: ${code(email.masked)}`]]),
    ...findings.map((it): Line => [`- **${it.severity}** ${it.code}: ${code(it.message)}`]),
    ...denials.map((denial): Line => [`- now: ${code(denial)}`]),
    [],
    ...renderPolicies(action, policies),
  ];
}

function renderPolicies(action: PlacedAction, policies: readonly string[] | undefined): readonly Line[] {
  if (action.kind === 'allow-password-recovery') return [];
  return policies === undefined ? LEFT_OUT : [...fence(policies), []];
}
