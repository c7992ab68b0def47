/** What `apply` does and did, for people. */
import { createTwoFilesPatch } from 'diff';
import { type CredentialName, nameCredential } from '../core/credentials.js';
import type { Drift } from '../core/drift.js';
import type { AccountOutcome, Ledger, LedgerSums } from '../core/ledger.js';
import { actionName, type DeleteEntry } from '../core/plan.js';
import type { ApplyEvent } from '../workflows/apply.js';
import type { Caller } from '../workflows/ports.js';
import { plural } from './counts.js';
import { bold, cyan, dim, green, type Line, red, type Span, yellow } from './lines.js';
import { MOST_EDITS } from './patch.js';

const WORDS: Readonly<Record<AccountOutcome['kind'], { readonly symbol: Span; readonly word: string }>> = {
  deleted: { symbol: green('✓'), word: 'deleted as planned, and proven gone' },
  'already-deleted': { symbol: green('✓'), word: 'deleted by an earlier run' },
  drifted: { symbol: yellow('~'), word: 'changed since the plan, left alone' },
  unknown: { symbol: yellow('?'), word: 'could not be looked at, left alone' },
  failed: { symbol: red('✗'), word: 'failed' },
  'not-started': { symbol: dim('.'), word: 'not started' },
};

const ROLES: Readonly<Record<Caller['role'], string>> = {
  'management-account': 'management account',
  'delegated-administrator': 'delegated administrator for IAM',
};

export function renderLedger(ledger: Ledger): Line[] {
  return [
    [],
    ...ledger.lines.flatMap(({ account, name, outcome }) => [
      ['  ', WORDS[outcome.kind].symbol, ' ', bold(account), ` ${name}: ${describeOutcome(outcome)}`],
      ...renderDetails(outcome),
    ]),
    [],
    ...renderEnd(ledger, summarize(ledger)),
  ];
}

/** How a run ended, in a sentence. */
export function renderEnd(
  { exitCode, trouble }: { readonly exitCode: number; readonly trouble?: string },
  sums: string,
): Line[] {
  const title = exitCode === 0 ? 'Apply complete.' : exitCode === 130 ? 'Apply interrupted.' : 'Apply ended.';
  return [[bold(`${title} `), sums], ...(trouble === undefined ? [] : [[red('Trouble: '), trouble]])];
}

/** What an event has to say to people. */
export function renderApplyEvent(event: ApplyEvent): Line[] {
  switch (event.type) {
    case 'deletion-started':
      return [[dim(`${event.account}: deleting ${nameCredential(event.credential)}…`)]];
    case 'deletion-proven':
      return [[dim(`${event.account}: ${nameCredential(event.credential)} is gone`)]];
    case 'account-ended':
      return [
        [
          WORDS[event.outcome.kind].symbol,
          ` ${event.account} ${event.name}: ${describeOutcome(event.outcome)}`,
        ],
      ];
    case 'wave-started':
      // A rollout of one wave is no rollout.
      if (event.of === 1) return [];
      return [
        [
          bold(
            event.goesOn
              ? `${nameWave(event)} goes on with ${plural(event.accounts, 'other account', 'other accounts')}`
              : `${nameWave(event)}: ${plural(event.accounts, 'account', 'accounts')}`,
          ),
        ],
      ];
    case 'wave-ended':
      return [[bold(`${nameWave(event)} has ended. `), summarize(event)]];
    case 'account-started':
    case 'proof-started':
      return [];
  }
}

function nameWave({ wave, of }: { readonly wave: number; readonly of: number }): string {
  return `Wave ${wave} of ${of}`;
}

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

/** What the operator is about to do, repeated before the question. */
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
export function saidOf({ begun, completed }: ScopeFacts, account: string): string {
  if (completed.has(account)) return ' (done by an earlier run)';
  return begun.has(account) ? ' (begun by an earlier run)' : '';
}

/** @param work what is to be done, account by account. */
export function surroundScope(
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

/** After the first Ctrl-C. */
export function renderStopping(): Line[] {
  return [
    [
      yellow('Stopping: '),
      'no further account is begun; those at work are finished first. Once more stops at once, and the next run continues from the journal.',
    ],
  ];
}

function summarize({ counts, credentialsDeleted }: LedgerSums): string {
  const rest = [
    `${counts['already-deleted']} done earlier`,
    `${counts.drifted} drifted`,
    `${counts.unknown} unknown`,
    `${counts.failed} failed`,
    `${counts['not-started']} not started`,
  ];
  return `${plural(credentialsDeleted, 'credential', 'credentials')} deleted and proven gone; ${plural(counts.deleted, 'account', 'accounts')} done, ${rest.join(', ')}.`;
}

function describeOutcome(outcome: AccountOutcome): string {
  const { word } = WORDS[outcome.kind];
  switch (outcome.kind) {
    case 'unknown':
      return `${word}${describeEarlier(outcome)}: ${outcome.message}`;
    case 'failed': {
      const { deleted, foundGone = [] } = outcome;
      const gone =
        deleted.length + foundGone.length === 0 ? 'nothing was proven gone' : describeGone(deleted);
      const said = [outcome.message, gone].filter((it) => it !== '').join('; ');
      return `${word}: ${said}${describeOthers(outcome)}${describeEarlier(outcome)}`;
    }
    case 'deleted':
      return `${word}${describeOthers(outcome)}${describeEarlier(outcome)}`;
    case 'drifted':
      return `${word}${describeEarlier(outcome)}`;
    case 'already-deleted':
    case 'not-started':
      return word;
  }
}

function describeGone(deleted: readonly CredentialName[]): string {
  return deleted.length === 0 ? '' : `gone before that: ${deleted.map(nameCredential).join(', ')}`;
}

function describeOthers({ foundGone }: { readonly foundGone?: readonly CredentialName[] }): string {
  return foundGone === undefined
    ? ''
    : ` (somebody else deleted ${foundGone.map(nameCredential).join(', ')})`;
}

function describeEarlier({ earlier }: { readonly earlier?: readonly string[] }): string {
  return earlier === undefined ? '' : ` (an earlier run of this plan deleted ${earlier.join(', ')})`;
}

function renderDetails(outcome: AccountOutcome): Line[] {
  return outcome.kind === 'drifted' ? renderDrift(outcome.drift) : [];
}

/** Planned against found, as a diff. */
export function renderDrift({ planned, found }: Drift): Line[] {
  const text = (lines: readonly string[]) =>
    lines.map((line) => `${line.replaceAll('\n', '\\n')}\n`).join('');
  const patch = createTwoFilesPatch('planned', 'found', text(planned), text(found), undefined, undefined, {
    context: 1,
    maxEditLength: MOST_EDITS,
  });
  // Two lists that have next to nothing in common are shown one after the other.
  const lines = patch?.split('\n') ?? [
    ...planned.map((line) => `-${line.replaceAll('\n', '\\n')}`),
    ...found.map((line) => `+${line.replaceAll('\n', '\\n')}`),
  ];
  return lines
    .filter((line) => /^[-+ ]/.test(line))
    .map((line) => [
      '      ',
      line.startsWith('-') ? red(line) : line.startsWith('+') ? cyan(line) : dim(line),
    ]);
}
