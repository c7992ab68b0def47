/** What `apply` does and did, for people. */
import { createTwoFilesPatch } from 'diff';
import { nameCredential } from '../core/credentials.js';
import type { Drift } from '../core/drift.js';
import type { AccountOutcome, Ledger } from '../core/ledger.js';
import { actionName, type DeleteEntry } from '../core/plan.js';
import type { ApplyEvent } from '../workflows/apply.js';
import type { Caller } from '../workflows/ports.js';
import { plural } from './counts.js';
import { bold, cyan, dim, green, type Line, red, type Span, yellow } from './lines.js';

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
  const { counts } = ledger;
  const title =
    ledger.exitCode === 0
      ? 'Apply complete.'
      : ledger.exitCode === 130
        ? 'Apply interrupted.'
        : 'Apply ended.';
  const rest = [
    `${counts['already-deleted']} done earlier`,
    `${counts.drifted} drifted`,
    `${counts.unknown} unknown`,
    `${counts.failed} failed`,
    `${counts['not-started']} not started`,
  ];
  return [
    [],
    ...ledger.lines.flatMap(({ account, name, outcome }) => [
      ['  ', WORDS[outcome.kind].symbol, ' ', bold(account), ` ${name}: ${describeOutcome(outcome)}`],
      ...renderDetails(outcome),
    ]),
    [],
    [
      bold(`${title} `),
      `${plural(ledger.credentialsDeleted, 'credential', 'credentials')} deleted and proven gone; ${plural(counts.deleted, 'account', 'accounts')} done, ${rest.join(', ')}.`,
    ],
    ...(ledger.trouble === undefined ? [] : [[red('Trouble: '), ledger.trouble]]),
  ];
}

/** One line when something happens, or none. */
export function renderApplyEvent(event: ApplyEvent): Line | undefined {
  switch (event.type) {
    case 'deletion-started':
      return [dim(`${event.account}: deleting ${nameCredential(event.credential)}…`)];
    case 'deletion-proven':
      return [dim(`${event.account}: ${nameCredential(event.credential)} is gone`)];
    case 'account-ended':
      return [
        WORDS[event.outcome.kind].symbol,
        ` ${event.account} ${event.name}: ${describeOutcome(event.outcome)}`,
      ];
    case 'account-started':
      return undefined;
  }
}

/** What the operator is about to do, repeated before the question. */
export function renderScope(
  entries: readonly DeleteEntry[],
  plan: { readonly organization: string; readonly digest: string; readonly caller: Caller },
): Line[] {
  return [
    [
      bold(
        `rootsweep will delete these root credentials in ${plural(entries.length, 'account', 'accounts')}:`,
      ),
    ],
    ...entries.map((entry): Line => {
      const names = entry.actions.map((action) => nameCredential(actionName(action))).join(', ');
      return ['  ', red('-'), ' ', bold(entry.id), ` ${entry.name}: ${names}`];
    }),
    [],
    [dim('  organization  '), plan.organization],
    [dim('  plan digest   '), `sha256:${plan.digest}`],
    [dim('  as            '), `${plan.caller.arn} (${ROLES[plan.caller.role]})`],
    [],
  ];
}

function describeOutcome(outcome: AccountOutcome): string {
  const { word } = WORDS[outcome.kind];
  switch (outcome.kind) {
    case 'unknown':
      return `${word}${describeEarlier(outcome)}: ${outcome.message}`;
    case 'failed': {
      const gone = outcome.deleted.map(nameCredential).join(', ');
      return `${word}: ${outcome.message}${gone === '' ? '; nothing was proven gone' : `; gone before that: ${gone}`}`;
    }
    case 'drifted':
      return `${word}${describeEarlier(outcome)}`;
    case 'deleted':
    case 'already-deleted':
    case 'not-started':
      return word;
  }
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
  });
  return patch
    .split('\n')
    .filter((line) => /^[-+ ]/.test(line))
    .map((line) => [
      '      ',
      line.startsWith('-') ? red(line) : line.startsWith('+') ? cyan(line) : dim(line),
    ]);
}
