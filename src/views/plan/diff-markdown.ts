/** The differences between two plans, for a pull request. */
import { nameCredential } from '../../core/action/credentials.js';
import type { AccountDifference, AccountStanding, FindingDifference } from '../../core/plan/plan-diff.js';
import type { Line } from '../format/lines.js';
import { code, table } from '../format/markdown.js';
import { fence, patchText } from '../format/patch.js';
import {
  describeCause,
  describeFinding,
  describeRule,
  describeState,
  diffHeadline,
  patchAction,
  type ShownDiff,
  sayApplicable,
  summarize,
} from './diff-text.js';
import { describeVerdict, REDACTED } from './verdict-words.js';

export function renderDiffMarkdown(diff: ShownDiff): Line[] {
  const { accounts, findings, plans, applicable } = diff;
  const [before, after] = [plans.before.plan, plans.after.plan];
  return [
    ...([plans.before, plans.after] as const).map(({ path, verdict }): Line => {
      const { lead, rest } = describeVerdict(verdict);
      return [`- ${code(path)} **${lead}** ${code(rest)}`];
    }),
    ...(diff.redacted ? [[`- ${REDACTED}`]] : []),
    [],
    ['# Difference between two plans'],
    [],
    [code(diffHeadline(diff))],
    [],
    ...table(
      ['', 'old', 'new'],
      [
        ['plan', code(before.id), code(after.id)],
        ['created', code(before.created), code(after.created)],
        ['policy', code(`sha256:${before.policy.sha256}`), code(`sha256:${after.policy.sha256}`)],
        ['stopped by findings', before.applicable ? 'no' : 'yes', after.applicable ? 'no' : 'yes'],
      ],
    ),
    [],
    [summarize(diff)],
    ...(applicable.before === applicable.after ? [] : [[], [`**${sayApplicable(diff)}**`]]),
    ...(accounts.length === 0
      ? []
      : renderSection(
          '## Accounts',
          table(['account', 'name', 'old', 'new', 'why'], accounts.map(renderRow)),
        )),
    ...accounts.flatMap(renderDetails),
    ...(findings.length === 0 ? [] : renderSection('## Findings of the plan', findings.map(renderFinding))),
    ...renderSection('## Policy', renderPolicy(diff)),
  ];
}

function renderSection(heading: string, lines: readonly Line[]): Line[] {
  return [[], [heading], [], ...lines];
}

function renderFinding(change: FindingDifference): Line {
  return [`- ${change.kind}: ${code(describeFinding(change))}`];
}

function renderRow({ kind, id, name, before, after, cause }: AccountDifference): string[] {
  const why = cause === undefined ? (kind === 'changed' ? '' : `account is ${kind}`) : describeCause(cause);
  return [code(id), name === undefined ? '' : code(name), standing(before), standing(after), why];
}

function standing(of: AccountStanding | undefined): string {
  if (of === undefined) return 'no such account';
  const rule = describeRule(of);
  return rule === undefined ? of.decision : `${of.decision}: ${code(rule)}`;
}

function renderDetails({ id, facts, credentials, actions, findings }: AccountDifference): Line[] {
  if ([facts, credentials, actions, findings].every(({ length }) => length === 0)) return [];
  return renderSection(`### ${code(id)}`, [
    ...facts.map((it): Line => [`- ${it.fact}: ${code(it.before)} → ${code(it.after)}`]),
    ...credentials.map(
      ({ credential, before, after }): Line => [
        `- ${code(nameCredential(credential))}: ${code(describeState(before))} → ${code(describeState(after))}`,
      ],
    ),
    ...findings.map(renderFinding),
    ...actions.flatMap((it): Line[] => [[], ...fence(patchAction(it))]),
  ]);
}

function renderPolicy({ policy, plans }: ShownDiff): Line[] {
  switch (policy.kind) {
    case 'same':
      return [['The same in both plans.']];
    case 'not-compared':
      return [[`Changed, and not compared: ${code(policy.reason)}.`]];
    case 'compared':
      return [
        ...(policy.looser.length === 0
          ? [['Nothing in it is looser.']]
          : policy.looser.map((sentence): Line => [`- looser: ${code(sentence)}`])),
        [],
        ...fence(patchText(plans.before.plan.policy.path, plans.after.plan.policy.path, policy.texts)),
      ];
  }
}
