/** What a journal may hold: one whole record of every type, and the records of a deletion. */
import type { CredentialName } from '../../src/core/credentials.js';
import type { AboutRemedy, AccountEnd, JournalRecord, RemedyRecord } from '../../src/core/journal.js';
import { OPERATOR } from '../signing/journals.js';
import { MEMBER, PASSWORD, SHA256 } from './fixtures.js';

const at = '2026-11-23T08:30:00Z';

const about = (account: string, { kind, id }: CredentialName) => ({
  at,
  account,
  kind,
  ...(id === undefined ? {} : { id }),
});

export function intended(credential: CredentialName = PASSWORD, account = MEMBER): JournalRecord {
  return { type: 'deletion-intended', ...about(account, credential), session: 'ASIAEXAMPLE' };
}

export function answered(
  credential: CredentialName = PASSWORD,
  account = MEMBER,
  answer: 'deleted' | 'absent' = 'deleted',
): JournalRecord {
  return { type: 'deletion-answered', ...about(account, credential), answer, requestId: 'q' };
}

export function failed(
  effect: 'none' | 'unknown',
  credential: CredentialName = PASSWORD,
  account = MEMBER,
): JournalRecord {
  return { type: 'deletion-failed', ...about(account, credential), effect, message: 'm' };
}

export function proven(credential: CredentialName = PASSWORD, account = MEMBER): JournalRecord {
  return { type: 'deletion-proven', ...about(account, credential), requestId: 'q' };
}

export function ended(outcome: AccountEnd['outcome'], account = MEMBER): JournalRecord {
  const drift = outcome === 'drifted' ? { drift: { planned: ['name: shop'], found: ['name: shoq'] } } : {};
  return { type: 'account-ended', at, account, name: 'shop', outcome, ...drift };
}

/** What an earlier run writes that deletes these credentials, and nothing else, in an account. */
export function deleted(account: string, credentials: readonly CredentialName[]): JournalRecord[] {
  const each = credentials.flatMap((it) => [
    intended(it, account),
    answered(it, account),
    proven(it, account),
  ]);
  return [...each, ended('deleted', account)];
}

/** A run from its start to its end. */
export const RECORDS: readonly JournalRecord[] = [
  {
    type: 'run-started',
    at,
    run: 'r',
    plan: 'p',
    digest: SHA256,
    created: '2026-11-23T09:00:00Z',
    organization: 'o-exampleorgid',
    policy: SHA256,
    signers: [{ name: 'planner', keyid: 'k', role: 'planner' as const }],
    caller: 'arn',
    tool: 't',
    host: 'h',
    pid: 1,
    operator: OPERATOR,
  },
  { type: 'wave-started', at, wave: 1, accounts: [MEMBER] },
  { type: 'account-listed', at, account: MEMBER, name: 'shop', credentials: [PASSWORD] },
  intended(),
  failed('unknown'),
  intended(),
  answered(),
  proven(),
  ended('deleted'),
  { type: 'run-ended', at, run: 'r', exitCode: 0 },
];

/** The records of the recovery of a member's password, or of another remedy. */
const ABOUT_REMEDY = { at, account: MEMBER, remedy: 'allow-password-recovery' } as const;

export function remedyIntended(about: Partial<AboutRemedy> = {}, standing?: string): RemedyRecord {
  const seen = standing === undefined ? {} : { standing };
  return { type: 'remedy-intended', ...ABOUT_REMEDY, ...about, session: 'ASIAEXAMPLE', ...seen };
}

export function remedyAnswered(about: Partial<AboutRemedy> = {}): RemedyRecord {
  return { type: 'remedy-answered', ...ABOUT_REMEDY, ...about, requestId: 'q' };
}

export function remedyFailed(effect: 'none' | 'unknown', about: Partial<AboutRemedy> = {}): RemedyRecord {
  return { type: 'remedy-failed', ...ABOUT_REMEDY, ...about, effect, message: 'm' };
}

export function remedyProven(about: Partial<AboutRemedy> = {}, standing?: string): RemedyRecord {
  const seen = standing === undefined ? {} : { standing };
  return { type: 'remedy-proven', ...ABOUT_REMEDY, ...about, requestId: 'q', ...seen };
}
