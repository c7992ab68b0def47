/** What `apply` is about to do, repeated before the question. */
import { nameTarget } from '../core/action.js';
import { nameCredential } from '../core/credentials.js';
import { actionName, type DeleteEntry } from '../core/plan.js';
import type { RemedyEntry } from '../core/remedy.js';
import type { Caller } from '../workflows/ports.js';
import { plural } from './counts.js';
import { bold, dim, green, type Line, red, yellow } from './lines.js';
import { describeRemedy } from './remedy-words.js';

const ROLES: Readonly<Record<Caller['role'], string>> = {
  'management-account': 'management account',
  'delegated-administrator': 'delegated administrator for IAM',
};

/** On what and as whom the operator is about to act. */
export interface ScopeFacts {
  readonly organization: string;
  readonly digest: string;
  readonly caller: Caller;
  readonly begun: ReadonlySet<string>;
  readonly completed: ReadonlySet<string>;
  /** There is no journal of the plan. */
  readonly isFirst: boolean;
  readonly takenFrom?: { readonly caller: string; readonly pid: number; readonly since: string };
}

export function renderScope(entries: readonly DeleteEntry[], facts: ScopeFacts): Line[] {
  return surroundScope(facts, [
    [
      bold(
        `rootsweep will delete these root credentials in ${plural(entries.length, 'account', 'accounts')}:`,
      ),
    ],
    ...entries.map((entry): Line => {
      const names = entry.actions.map((action) => nameCredential(actionName(action))).join(', ');
      return ['  ', red('-'), ' ', bold(entry.id), ` ${entry.name}: ${names}`, dim(saidOf(facts, entry.id))];
    }),
  ]);
}

/** What earlier runs did of an account. */
function saidOf({ begun, completed }: ScopeFacts, account: string): string {
  if (completed.has(account)) return ' (done by an earlier run)';
  return begun.has(account) ? ' (begun by an earlier run)' : '';
}

/** @param work what is to be done, account by account. */
function surroundScope(
  { takenFrom, organization, digest, isFirst, caller }: ScopeFacts,
  work: readonly Line[],
): Line[] {
  return [
    ...(takenFrom === undefined
      ? []
      : [
          [
            yellow('Note: '),
            `the run of ${takenFrom.caller} (process ${takenFrom.pid}, since ${takenFrom.since}) did not end; this one takes its journal over.`,
          ],
        ]),
    ...work,
    [],
    [dim('  organization  '), organization],
    [dim('  plan digest   '), `sha256:${digest}`],
    [dim('  journal       '), isFirst ? 'none: this is the first run of the plan here' : 'of earlier runs'],
    [dim('  as            '), `${caller.arn} (${ROLES[caller.role]})`],
    [],
  ];
}

export function renderRemedyScope(entries: readonly RemedyEntry[], facts: ScopeFacts): Line[] {
  const count = plural(entries.length, 'account', 'accounts');
  return surroundScope(facts, [
    [bold(`rootsweep will give ${count} a way back in:`)],
    ...entries.map(
      ({ id, name, remedy }): Line => [
        ...['  ', green('+'), ' ', bold(id)],
        ` ${name}, ${nameTarget(remedy)}: ${describeRemedy(remedy).done}`,
        dim(saidOf(facts, id)),
      ],
    ),
  ]);
}
