/** What `apply` is about to do, shown before it asks. */
import { type Action, nameTarget } from '../../core/action/action.js';
import type { PlanKind } from '../../core/action/plan-kind.js';
import type { ActionEntry } from '../../core/plan/plan.js';
import type { Caller } from '../../workflows/ports.js';
import { plural } from '../format/counts.js';
import { bold, dim, green, type Line, red, yellow } from '../format/lines.js';
import { describeAction } from './action-words.js';

const ROLES: Readonly<Record<Caller['role'], string>> = {
  'management-account': 'management account',
  'delegated-administrator': 'delegated administrator for IAM',
};

/** Where and as whom the operator is about to act. */
export interface ScopeFacts {
  readonly organization: string;
  readonly digest: string;
  readonly caller: Caller;
  readonly started: ReadonlySet<string>;
  readonly completed: ReadonlySet<string>;
  /** Whether the plan has no journal yet. */
  readonly isFirst: boolean;
  readonly takenFrom?: { readonly caller: string; readonly pid: number; readonly since: string } | undefined;
}

/** The question, why it is asked, and what any other answer means. */
export const CONFIRMATIONS: Readonly<
  Record<PlanKind, { readonly question: string; readonly why: string; readonly unchanged: string }>
> = {
  sweep: {
    question: 'This cannot be undone. Type the organization id to go on: ',
    why: 'apply asks before it deletes',
    unchanged: 'nothing was deleted',
  },
  recovery: {
    question: 'Accounts will be able to set a root password. Type the organization id to go on: ',
    why: 'apply asks before it allows password recovery',
    unchanged: 'nothing was changed',
  },
  unlock: {
    question: 'Policies will be deleted or replaced. Type the organization id to go on: ',
    why: 'apply asks before it changes policies',
    unchanged: 'nothing was changed',
  },
};

const TITLES: Readonly<Record<PlanKind, (accounts: string) => string>> = {
  sweep: (accounts) => `rootsweep will delete these root credentials in ${accounts}:`,
  recovery: (accounts) => `rootsweep will allow password recovery in ${accounts}:`,
  unlock: (accounts) => `rootsweep will delete or replace these policies in ${accounts}:`,
};

/** @param entries all accounts in which the plan acts. */
export function renderScope(kind: PlanKind, entries: readonly ActionEntry[], facts: ScopeFacts): Line[] {
  const { takenFrom, organization, digest, isFirst, caller } = facts;
  return [
    ...(takenFrom === undefined
      ? []
      : [
          [
            yellow('Note: '),
            `the run of ${takenFrom.caller} (process ${takenFrom.pid}, since ${takenFrom.since}) did not end; this one takes its journal over.`,
          ],
        ]),
    [bold(TITLES[kind](plural(entries.length, 'account', 'accounts')))],
    ...entries.map((entry): Line => {
      const mark = entry.decision === 'delete' ? red('-') : green('+');
      return [
        '  ',
        mark,
        ' ',
        bold(entry.id),
        ` ${describeEntry(entry)}`,
        dim(describeState(facts, entry.id)),
      ];
    }),
    [],
    [dim('  organization  '), organization],
    [dim('  plan digest   '), `sha256:${digest}`],
    [dim('  journal       '), isFirst ? 'none: this is the first run of the plan here' : 'of earlier runs'],
    [dim('  as            '), `${caller.arn} (${ROLES[caller.role]})`],
    [],
  ];
}

function describeEntry(entry: ActionEntry): string {
  const { name } = entry;
  const actions: readonly Action[] = entry.actions;
  const targets = actions.map(nameTarget).join(', ');
  return entry.decision === 'delete'
    ? `${name}: ${targets}`
    : `${name}, ${targets}: ${describeAction(entry.actions[0]).done}`;
}

/** What earlier runs did in an account. */
function describeState({ started, completed }: ScopeFacts, account: string): string {
  if (completed.has(account)) return ' (done by an earlier run)';
  return started.has(account) ? ' (begun by an earlier run)' : '';
}
