/** Why the policy decides as it does about an account. */
import { quoteVisibly } from '../../core/base/text.js';
import type { ConditionExplanation, Explanation, RuleExplanation } from '../../core/plan/explanation.js';
import type { AccountFacts, Scope } from '../../core/policy/scope.js';
import type { Unreadable } from '../../workflows/explain.js';
import { alignRows, bold, dim, green, indent, type Line, red, type Span, yellow } from '../format/lines.js';

export interface ShownExplanation extends Explanation {
  readonly facts: AccountFacts;
  readonly policyPath: string;
  readonly unreadable: readonly Unreadable[];
  /** Settings that the policy file omits, with their defaults. */
  readonly defaults: readonly { readonly key: string; readonly value: string }[];
}

const ANSWERS: Readonly<Record<RuleExplanation['answer'], string | Span>> = {
  match: green('matches'),
  'no-match': dim('does not match'),
  'not-known': yellow('unknown'),
  'not-read': dim('not needed: another rule decides before tags are read'),
};

const SYMBOLS: Readonly<Record<ConditionExplanation['answer'], Span>> = {
  match: green('='),
  'no-match': red('x'),
  'not-known': yellow('?'),
  'not-read': dim('.'),
};

export function renderExplanation(explanation: ShownExplanation): Line[] {
  const { facts, scope, rules, unreadable, defaults, policyPath } = explanation;
  const { id, name } = facts.account;
  const place = facts.unitPath === undefined ? '' : dim(`  ${facts.unitPath}`);
  return [
    [bold(id), ` ${name}`, place],
    ['  ', ...renderScope(scope)],
    [],
    ...(rules.length === 0 ? [[dim('The policy has no rules.')], []] : []),
    ...rules.flatMap((rule) => [...renderRule(rule, policyPath), []]),
    ...unreadable.map(
      ({ what, reason }): Line => [
        yellow('Unknown: '),
        `${what === 'tags' ? 'the tags of the account' : 'the names of its organizational units'}; ${reason}`,
      ],
    ),
    ...(unreadable.length > 0 ? [[]] : []),
    ...(defaults.length === 0
      ? []
      : [
          [dim('Not in the policy file, and so by default:')],
          ...indent(2, alignRows(defaults.map(({ key, value }) => [dim(key), value]))),
        ]),
  ];
}

function renderScope(scope: Scope): Line {
  switch (scope.kind) {
    case 'management':
      return [bold('excluded'), ': it is the management account, which comes before every rule'];
    case 'not-active':
      return [bold('not-active'), `: it is ${scope.state}, which comes before every rule`];
    case 'excluded': {
      const { id, reason, until } = scope.rule;
      const end = until === undefined ? '' : `, until ${until}`;
      const ended = scope.ended
        ? ' (ended: a finding, and still excluded until somebody edits the policy)'
        : '';
      return [bold('excluded'), `: ${id} matches: ${reason}${end}${ended}`];
    }
    case 'not-included':
      return [bold('excluded'), ': no rule of include matches'];
    case 'included':
      return [
        bold('included'),
        scope.rule === undefined
          ? ': no rule of exclude matches, and without include every member account is included'
          : `: ${scope.rule.id} matches, and no rule of exclude does`,
        '; what it holds decides the rest',
      ];
    case 'needs-tags':
      return [yellow('unknown'), ': a rule about tags would decide, and the tags are not known'];
    case 'undecidable':
      return [yellow('unknown'), `: AWS did not return ${scope.missing}`];
  }
}

function renderRule({ rule, answer, decides, conditions }: RuleExplanation, path: string): Line[] {
  const reason = 'reason' in rule ? `  ${rule.reason}` : '';
  return [
    [
      dim(`${path}:${rule.line}:${rule.column}  `),
      bold(rule.id),
      ' ',
      ANSWERS[answer],
      ...(decides ? [', and ', bold('decides')] : []),
      dim(reason),
    ],
    ...indent(4, alignRows(conditions.map(renderCondition))),
  ];
}

function renderCondition({ part, wanted, found, answer }: ConditionExplanation): (string | Span)[] {
  return [SYMBOLS[answer], part, quoteVisibly(wanted), dim(describeFound(part, found, answer))];
}

function describeFound(
  part: string,
  found: string | undefined,
  answer: ConditionExplanation['answer'],
): string {
  if (answer === 'not-read') return 'not read';
  if (answer === 'not-known') return 'not known';
  if (found !== undefined) return `the account has ${quoteVisibly(found)}`;
  return part.startsWith('tags.') ? 'the account has no such tag' : 'the account has an empty one';
}
