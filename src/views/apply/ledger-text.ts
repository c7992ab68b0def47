/** The progress and the results of `apply`, for people. */
import { type ActionName, isDeletion, nameTarget } from '../../core/action/action.js';
import type { AccountOutcome, Ledger, LedgerLine, LedgerSums } from '../../core/apply/ledger.js';
import type { ApplyEvent } from '../../workflows/apply.js';
import { plural } from '../format/counts.js';
import { bold, dim, green, type Line, red, type Span, yellow } from '../format/lines.js';
import { renderDrift } from '../plan/drift-text.js';

const SYMBOLS: Readonly<Record<AccountOutcome['kind'], Span>> = {
  done: green('✓'),
  'done-earlier': green('✓'),
  drifted: yellow('~'),
  unknown: yellow('?'),
  failed: red('✗'),
  'not-started': dim('.'),
};

interface Words {
  readonly doing: (target: string) => string;
  readonly proven: (target: string) => string;
  readonly outcomes: Readonly<Record<AccountOutcome['kind'], string>>;
}

const OUTCOMES = {
  done: 'done as planned, and proven',
  'done-earlier': 'done by an earlier run',
  drifted: 'changed since the plan, left alone',
  unknown: 'could not be looked at, left alone',
  failed: 'failed',
  'not-started': 'not started',
} as const;

const DELETING: Words = {
  doing: (target) => `deleting ${target}…`,
  proven: (target) => `${target} is gone`,
  outcomes: {
    ...OUTCOMES,
    done: 'deleted as planned, and proven gone',
    'done-earlier': 'deleted by an earlier run',
  },
};
const CHANGING: Words = {
  doing: (target) => `working on the ${target}…`,
  proven: (target) => `the ${target} is as planned`,
  outcomes: OUTCOMES,
};

function onlyDeletes({ actions }: Pick<LedgerLine, 'actions'>): boolean {
  return actions.every(({ kind }) => isDeletion(kind));
}

export function renderLedger(ledger: Ledger): Line[] {
  const { lines, exitCode, trouble } = ledger;
  const deletes = lines.every(onlyDeletes);
  const title = exitCode === 0 ? 'Apply complete.' : exitCode === 130 ? 'Apply interrupted.' : 'Apply ended.';
  return [
    [],
    ...lines.flatMap((line) => {
      const { account, name, actions, outcome } = line;
      const targets = deletes ? '' : `, ${actions.map(nameTarget).join(', ')}`;
      return [
        ['  ', SYMBOLS[outcome.kind], ' ', bold(account), ` ${name}${targets}: ${describeOutcome(line)}`],
        ...(outcome.kind === 'drifted' ? renderDrift(outcome.drift) : []),
      ];
    }),
    [],
    [bold(`${title} `), summarize(ledger, deletes)],
    ...(trouble === undefined ? [] : [[red('Trouble: '), trouble]]),
  ];
}

export function renderApplyEvent(event: ApplyEvent): Line[] {
  switch (event.type) {
    case 'action-started':
    case 'action-proven': {
      const { doing, proven } = isDeletion(event.action.kind) ? DELETING : CHANGING;
      const say = event.type === 'action-started' ? doing : proven;
      return [[dim(`${event.account}: ${say(nameTarget(event.action))}`)]];
    }
    case 'account-ended':
      return [[SYMBOLS[event.outcome.kind], ` ${event.account} ${event.name}: ${describeOutcome(event)}`]];
    case 'wave-started': {
      // With only one wave, there is no rollout to report.
      if (event.of === 1) return [];
      const work = event.goesOn
        ? ` goes on with ${plural(event.accounts, 'other account', 'other accounts')}`
        : `: ${plural(event.accounts, 'account', 'accounts')}`;
      return [[bold(`${nameWave(event)}${work}`)]];
    }
    case 'wave-ended':
      return [[bold(`${nameWave(event)} has ended. `), summarize(event, true)]];
    case 'account-started':
    case 'proof-started':
      return [];
  }
}

function nameWave({ wave, of }: { readonly wave: number; readonly of: number }): string {
  return `Wave ${wave} of ${of}`;
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

function summarize({ counts, actionsProven }: LedgerSums, deletes: boolean): string {
  const rest = [
    `${counts['done-earlier']} done earlier`,
    `${counts.drifted} drifted`,
    `${counts.unknown} unknown`,
    `${counts.failed} failed`,
    `${counts['not-started']} not started`,
  ];
  const deletions = deletes
    ? `${plural(actionsProven, 'credential', 'credentials')} deleted and proven gone; `
    : '';
  return `${deletions}${plural(counts.done, 'account', 'accounts')} done, ${rest.join(', ')}.`;
}

function describeOutcome({ actions, outcome }: Pick<LedgerLine, 'actions' | 'outcome'>): string {
  const deletes = onlyDeletes({ actions });
  const word = (deletes ? DELETING : CHANGING).outcomes[outcome.kind];
  const earlier = 'earlier' in outcome ? describeEarlier(outcome.earlier, deletes) : '';
  switch (outcome.kind) {
    case 'unknown':
      return `${word}${earlier}: ${outcome.message}`;
    case 'failed': {
      const why = [outcome.message, describeFailed(outcome, deletes)].filter((it) => it !== '').join('; ');
      return `${word}: ${why}${describeOthers(outcome.foundGone)}${earlier}`;
    }
    case 'done':
      return `${word}${describeOthers(outcome.foundGone)}${earlier}`;
    case 'drifted':
      return `${word}${earlier}`;
    case 'done-earlier':
    case 'not-started':
      return word;
  }
}

/** What was done before the failure. */
function describeFailed(
  { proven, foundGone = [], effect }: Extract<AccountOutcome, { kind: 'failed' }>,
  deletes: boolean,
): string {
  if (!deletes) return effect === 'none' ? 'nothing was changed' : 'it may have been done';
  if (proven.length > 0) return `gone before that: ${proven.map(nameTarget).join(', ')}`;
  return foundGone.length > 0 ? '' : 'nothing was proven gone';
}

function describeOthers(foundGone: readonly ActionName[] | undefined): string {
  return foundGone === undefined ? '' : ` (somebody else deleted ${foundGone.map(nameTarget).join(', ')})`;
}

function describeEarlier(earlier: readonly string[] | undefined, deletes: boolean): string {
  if (earlier === undefined) return '';
  return deletes
    ? ` (an earlier run of this plan deleted ${earlier.join(', ')})`
    : ' (an earlier run of this plan had done it)';
}
