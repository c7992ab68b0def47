/**
 * Deletes the planned root credentials of one account. The order of effects is the product:
 * look again, compare, and then for each credential write the intent, delete, write the answer, prove it gone.
 */

import { type ActionName, deletionOf } from '../core/action.js';
import type { Clock } from '../core/clock.js';
import { type Credential, type CredentialName, nameCredential } from '../core/credentials.js';
import { compareCredentials, comparePermissions, type Drift, type Matched } from '../core/drift.js';
import type { JournalState } from '../core/journal.js';
import type { AccountOutcome } from '../core/ledger.js';
import { Patience } from '../core/patience.js';
import type { Permission } from '../core/permission.js';
import { actionName, type DeleteEntry } from '../core/plan.js';
import { isInterruption } from '../core/stop.js';
import { formatTime } from '../core/time.js';
import { RootsweepError } from '../errors.js';
import { type Comparison, compareWithOrganization } from './compare-organization.js';
import { describeFailure, mayHaveHappened, pauseAfter } from './failure.js';
import { type Journal, type RootAccess, RootAccessFailure, type RootSession } from './ports.js';
import { lookUntil, PROVE_WITHIN } from './prove.js';

export interface ActionEvent {
  /** `proof-started`: from now on it is looked at until it is done. */
  readonly type: 'action-started' | 'proof-started' | 'action-proven';
  readonly account: string;
  readonly action: ActionName;
}

export interface ApplyDependencies extends Required<Comparison> {
  readonly access: RootAccess;
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: Clock;
  /** Whether the policy lets a credential go at this time. */
  readonly judge: (credential: Credential) => Permission;
  readonly onEvent: (event: ActionEvent) => void;
}

/**
 * Never rejects: whatever happens becomes an outcome. `fatal` tells that no other account should be started: the
 * journal cannot be written, or rootsweep itself is at fault.
 */
export async function applyAccount(
  entry: DeleteEntry,
  earlier: JournalState,
  dependencies: ApplyDependencies,
): Promise<{ readonly outcome: AccountOutcome; readonly fatal: boolean }> {
  const { access, journal, clock, judge, onEvent } = dependencies;
  const { id: account } = entry;
  const provenEarlier = earlier.proven.get(account) ?? new Set<string>();
  const sent = new Set(earlier.sent.get(account));
  const before = provenEarlier.size === 0 ? {} : { earlier: [...provenEarlier] };
  const proven: ActionName[] = [];
  const foundGone: ActionName[] = [];
  const gone = new Set<string>();
  const done = () => ({ proven, ...(foundGone.length === 0 ? {} : { foundGone }), ...before });
  let begun = false;
  try {
    const moved = await compareWithOrganization(entry, dependencies);
    if (moved !== undefined) return { outcome: { kind: 'drifted', drift: moved, ...before }, fatal: false };

    const session = await access.open(account, 'delete');
    const look = async () => compareCredentials(entry, await session.list(), sent);
    let looked = await look();
    if (looked.kind === 'drifted')
      return { outcome: { kind: 'drifted', drift: looked, ...before }, fatal: false };
    const kept = comparePermissions(entry, looked, judge);
    if (kept !== undefined) return { outcome: { kind: 'drifted', drift: kept, ...before }, fatal: false };
    const here = new Set(looked.deletable.map(nameCredential));
    // What an earlier run proved gone, and is not seen again, needs nothing more.
    const left = entry.actions.map(actionName).filter((credential) => {
      const name = nameCredential(credential);
      return here.has(name) || !provenEarlier.has(name);
    });
    if (left.length === 0) return { outcome: { kind: 'done-earlier' }, fatal: false };

    begun = true;
    const { name } = entry;
    await journal.append({
      type: 'account-listed',
      at: formatTime(clock.now()),
      account,
      name,
      credentials: looked.found,
    });
    for (const [index, credential] of left.entries()) {
      // Minutes may have passed: what is deleted next is looked at next (a new password has no id to tell it by).
      if (index > 0) looked = await look();
      const action = deletionOf(credential);
      onEvent({ type: 'action-started', account, action });
      // Whether a request of this plan's runs can have deleted it.
      let ours = earlier.ours.get(account)?.has(nameCredential(credential)) ?? false;
      const patience = new Patience(clock);
      while (isPresent(requireUnchanged(looked, gone), credential)) {
        try {
          const answer = await deleteCredential(account, session, credential, journal, clock);
          sent.add(nameCredential(credential));
          ours ||= answer === 'done';
          break;
        } catch (error) {
          // What AWS refused to delete, and is gone, was deleted by somebody else.
          if (mayHaveHappened(error)) sent.add(nameCredential(credential));
          ours ||= mayHaveHappened(error);
          const pause = pauseAfter(error, patience);
          if (pause === undefined) throw error;
          await clock.sleep(pause);
          // It may be gone, and it may be another one now: never sent again without another look.
          looked = await look();
        }
      }
      onEvent({ type: 'proof-started', account, action });
      await proveGone(account, session, credential, journal, clock);
      (ours ? proven : foundGone).push(action);
      gone.add(nameCredential(credential));
      onEvent({ type: 'action-proven', account, action });
    }
    // What came while the last one went is told, and not called done.
    requireUnchanged(await look(), gone);
    return { outcome: { kind: 'done', ...done() }, fatal: false };
  } catch (error) {
    // Nothing was changed, or no look would have been interrupted: it is as if the account had not been begun.
    if (isInterruption(error)) return { outcome: { kind: 'not-started' }, fatal: false };
    const message = error instanceof Error ? error.message : String(error);
    const ofAws = error instanceof RootAccessFailure || (error instanceof RootsweepError && !begun);
    if (ofAws && !begun) return { outcome: { kind: 'unknown', message, ...before }, fatal: false };
    const effect = sent.size === 0 ? 'none' : 'unknown';
    return { outcome: { kind: 'failed', message, effect, ...done() }, fatal: !ofAws };
  }
}

/**
 * @param gone names of what was proven gone: a password that is back keeps its MFA.
 * @throws RootAccessFailure where the account changed while it was being worked on.
 */
function requireUnchanged(looked: Matched | Drift, gone: ReadonlySet<string>): Matched {
  if (looked.kind === 'drifted') {
    const found = looked.found.join('; ');
    throw new RootAccessFailure(
      'aws-error',
      `the account changed while it was being worked on; it now holds ${found === '' ? 'nothing' : found}`,
    );
  }
  const back = looked.found.map(nameCredential).find((name) => gone.has(name));
  if (back === undefined) return looked;
  throw new RootAccessFailure('aws-error', `AWS lists ${back} again, which was proven gone`);
}

function isPresent({ deletable }: Matched, credential: CredentialName): boolean {
  return deletable.some((it) => nameCredential(it) === nameCredential(credential));
}

async function deleteCredential(
  account: string,
  session: RootSession,
  credential: CredentialName,
  journal: Pick<Journal, 'append'>,
  clock: Clock,
): Promise<'done' | 'absent'> {
  const about = () => ({ at: formatTime(clock.now()), account, ...deletionOf(credential) });
  // Promise 7: the intent is on the disk before anything is deleted.
  await journal.append({ type: 'action-intended', ...about(), session: session.accessKeyId });
  try {
    const { answer, requestId } = await session.delete(credential);
    await journal.append({ type: 'action-answered', ...about(), answer, requestId });
    return answer;
  } catch (error) {
    if (error instanceof RootAccessFailure) {
      await journal.append({ type: 'action-failed', ...about(), ...describeFailure(error) });
    }
    throw error;
  }
}

/** Promise 8: gone is what a look afterwards says, not what the deletion answered. */
async function proveGone(
  account: string,
  session: RootSession,
  credential: CredentialName,
  journal: Pick<Journal, 'append'>,
  clock: Clock,
): Promise<void> {
  const requestId = await lookUntil(clock, async () => {
    const { present, requestId } = await session.find(credential);
    return present ? undefined : requestId;
  });
  if (requestId !== undefined) {
    const at = formatTime(clock.now());
    await journal.append({ type: 'action-proven', at, account, ...deletionOf(credential), requestId });
    return;
  }
  throw new RootAccessFailure(
    'aws-error',
    `AWS accepted the deletion of ${nameCredential(credential)} and still lists it after ${PROVE_WITHIN / 1000} s`,
  );
}
