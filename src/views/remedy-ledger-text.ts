/** What `apply` does and did with a plan of remedies, for people. */
import type { Drift } from '../core/drift.js';
import { nameTarget, type RemedyEntry, type RemedyKind } from '../core/remedy.js';
import type { RemedyLedger, RemedyOutcome } from '../core/remedy-ledger.js';
import type { RemediesEvent } from '../workflows/apply-remedies.js';
import { plural } from './counts.js';
import { layOutJson } from './laid-out-json.js';
import { renderDrift, renderEnd, type ScopeFacts, saidOf, surroundScope } from './ledger-text.js';
import { bold, dim, green, type Line, red, type Span, yellow } from './lines.js';
import { describeRemedy } from './remedy-words.js';

const WORDS: Readonly<Record<RemedyOutcome['kind'], { readonly symbol: Span; readonly word: string }>> = {
  remedied: { symbol: green('✓'), word: 'done as planned, and proven' },
  'already-remedied': { symbol: green('✓'), word: 'done by an earlier run' },
  drifted: { symbol: yellow('~'), word: 'changed since the plan, left alone' },
  unknown: { symbol: yellow('?'), word: 'could not be looked at, left alone' },
  failed: { symbol: red('✗'), word: 'failed' },
  'not-started': { symbol: dim('.'), word: 'not started' },
};

/** What the operator is about to do, repeated before the question. */
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

/** What an event has to say to people. */
export function renderRemediesEvent(event: RemediesEvent): Line[] {
  switch (event.type) {
    case 'remedy-started':
      return [[dim(`${event.account}: working on the ${event.target}…`)]];
    case 'remedy-proven':
      return [[dim(`${event.account}: the ${event.target} is as planned`)]];
    case 'account-ended': {
      const { account, name, outcome } = event;
      return [[WORDS[outcome.kind].symbol, ` ${account} ${name}: ${describeOutcome(outcome)}`]];
    }
    case 'account-started':
      return [];
  }
}

export function renderRemedyLedger(ledger: RemedyLedger): Line[] {
  const { counts } = ledger;
  const rest = [
    `${counts['already-remedied']} done earlier`,
    `${counts.drifted} drifted`,
    `${counts.unknown} unknown`,
    `${counts.failed} failed`,
    `${counts['not-started']} not started`,
  ];
  return [
    [],
    ...ledger.lines.flatMap(({ account, name, target, outcome }) => [
      [
        ...['  ', WORDS[outcome.kind].symbol, ' ', bold(account)],
        ` ${name}, ${target}: ${describeOutcome(outcome)}`,
      ],
      ...(outcome.kind === 'drifted' ? renderLaidOut(outcome.drift) : []),
    ]),
    [],
    ...renderEnd(ledger, `${plural(counts.remedied, 'account', 'accounts')} done, ${rest.join(', ')}.`),
  ];
}

/** Policies laid out for reading, unless only their spelling differs. */
function renderLaidOut({ planned, found }: Drift): Line[] {
  const [before, after] = [planned.flatMap(layOutJson), found.flatMap(layOutJson)];
  const isSame = before.join('\n') === after.join('\n');
  return renderDrift(
    isSame ? { kind: 'drifted', planned, found } : { kind: 'drifted', planned: before, found: after },
  );
}

function describeOutcome(outcome: RemedyOutcome): string {
  const { word } = WORDS[outcome.kind];
  const before =
    'earlier' in outcome && outcome.earlier !== undefined ? ' (an earlier run of this plan had done it)' : '';
  switch (outcome.kind) {
    case 'unknown':
      return `${word}${before}: ${outcome.message}`;
    case 'failed': {
      const effect = outcome.effect === 'none' ? 'nothing was changed' : 'it may have been done';
      return `${word}: ${outcome.message}; ${effect}`;
    }
    case 'drifted':
      return `${word}${before}`;
    case 'remedied':
    case 'already-remedied':
    case 'not-started':
      return word;
  }
}

/**
 * What people do next, where something was done.
 * @param journal its path.
 * @param sweep the command that plans to remove the passwords again.
 */
export function renderAftermath(
  kind: RemedyKind,
  done: readonly RemedyEntry[],
  { journal, sweep }: { readonly journal: string; readonly sweep: string },
): Line[] {
  if (done.length === 0) return [];
  switch (kind) {
    case 'unlock-bucket':
    case 'unlock-queue':
      return [
        [],
        [
          `The policies that stood there are kept in "${journal}", as "standing" of the records "remedy-intended"; rootsweep receipt shows them.`,
        ],
      ];
    case 'allow-password-recovery':
      return [
        [],
        [bold("Next, for the owner of the account's email address:")],
        ...done.map(
          ({ id, name, email }): Line => ['  ', bold(id), ` ${name}: ${email?.masked ?? 'unknown'}`],
        ),
        [
          '  (to see the address, run: aws organizations describe-account --account-id ID --query Account.Email)',
        ],
        [
          '  1. open https://console.aws.amazon.com/, choose to sign in as root user, and enter the email address',
        ],
        ['  2. choose "Forgot password?", and set a password with the link that AWS sends there'],
        ['  3. sign in, and add an MFA device at once'],
        [`Once it is no longer needed, plan to remove the password again, run: ${sweep}`],
      ];
  }
}
