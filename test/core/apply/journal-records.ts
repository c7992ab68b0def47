/** What a journal may hold: one whole record of every type, and the records of a deletion. */
import { type ActionName, deletionOf } from '../../../src/core/action/action.js';
import type { CredentialName } from '../../../src/core/action/credentials.js';
import type { AccountEnd, ActionRecord, JournalRecord } from '../../../src/core/apply/journal.js';
import { OPERATOR } from '../../signing/journals.js';
import { MEMBER, PASSWORD, SHA256 } from '../fixtures.js';

const at = '2026-11-23T08:30:00Z';

const about = (account: string, credential: CredentialName) => ({ at, account, ...deletionOf(credential) });

export function intended(credential: CredentialName = PASSWORD, account = MEMBER): JournalRecord {
  return { type: 'action-intended', ...about(account, credential), session: 'ASIAEXAMPLE' };
}

export function answered(
  credential: CredentialName = PASSWORD,
  account = MEMBER,
  answer: 'done' | 'absent' = 'done',
): JournalRecord {
  return { type: 'action-answered', ...about(account, credential), answer, requestId: 'q' };
}

export function failed(
  effect: 'none' | 'unknown',
  credential: CredentialName = PASSWORD,
  account = MEMBER,
): JournalRecord {
  return { type: 'action-failed', ...about(account, credential), effect, message: 'm' };
}

export function proven(credential: CredentialName = PASSWORD, account = MEMBER): JournalRecord {
  return { type: 'action-proven', ...about(account, credential), requestId: 'q' };
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
  return [...each, ended('done', account)];
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
    kind: 'sweep',
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
  ended('done'),
  { type: 'run-ended', at, run: 'r', exitCode: 0 },
];

/** The records of the recovery of a member's password, or of an unlocking. */
const ABOUT_PLACED = { at, account: MEMBER, kind: 'allow-password-recovery' } as const;
type AboutPlaced = ActionName & { readonly account: string };

export function placedIntended(about: Partial<AboutPlaced> = {}, standing?: string): ActionRecord {
  const seen = standing === undefined ? {} : { standing };
  return { type: 'action-intended', ...ABOUT_PLACED, ...about, session: 'ASIAEXAMPLE', ...seen };
}

export function placedAnswered(about: Partial<AboutPlaced> = {}): ActionRecord {
  return { type: 'action-answered', ...ABOUT_PLACED, ...about, answer: 'done', requestId: 'q' };
}

export function placedFailed(effect: 'none' | 'unknown', about: Partial<AboutPlaced> = {}): ActionRecord {
  return { type: 'action-failed', ...ABOUT_PLACED, ...about, effect, message: 'm' };
}

export function placedProven(about: Partial<AboutPlaced> = {}, standing?: string): ActionRecord {
  const seen = standing === undefined ? {} : { standing };
  return { type: 'action-proven', ...ABOUT_PLACED, ...about, requestId: 'q', ...seen };
}
