/**
 * Carries out the remedy of one account. The order of effects is that of a deletion: look again, compare, write the
 * intent, ask once, write the answer, prove it done.
 */

import { nameOnly, nameTarget } from '../core/action.js';
import type { Clock } from '../core/clock.js';
import type { Drift } from '../core/drift.js';
import type { AboutAction, JournalState } from '../core/journal.js';
import type { AccountOutcome } from '../core/ledger.js';
import { Patience } from '../core/patience.js';
import { isRemedied, type Remedy, type RemedyEntry, type Standing } from '../core/remedy.js';
import { type Compared, compareStanding } from '../core/remedy-drift.js';
import { isInterruption } from '../core/stop.js';
import { formatTime } from '../core/time.js';
import { RootsweepError } from '../errors.js';
import type { ActionEvent } from './apply-account.js';
import { type Comparison, compareWithOrganization } from './compare-organization.js';
import { describeFailure, mayHaveHappened, pauseAfter } from './failure.js';
import { type Journal, type RemedyAccess, type RemedySession, RootAccessFailure } from './ports.js';
import { lookUntil, PROVE_WITHIN } from './prove.js';

export interface RemedyDependencies extends Pick<Comparison, 'reader' | 'planId'> {
  readonly access: RemedyAccess;
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: Clock;
  readonly onEvent: (event: ActionEvent) => void;
}

/** Never rejects: whatever happens becomes an outcome. `fatal` as that of `applyAccount`. */
export async function applyRemedy(
  entry: RemedyEntry,
  earlier: JournalState,
  { reader, planId, access, journal, clock, onEvent }: RemedyDependencies,
): Promise<{ readonly outcome: AccountOutcome; readonly fatal: boolean }> {
  const { id: account, remedy } = entry;
  const target = nameTarget(remedy);
  const action = nameOnly(remedy);
  const proven = earlier.proven.get(account)?.has(target) ?? false;
  const answered = earlier.answered.get(account)?.has(target) ?? false;
  let sent = earlier.sent.get(account)?.has(target) ?? false;
  const before = proven ? { earlier: [target] } : {};
  const drifted = (drift: Drift) =>
    ({ outcome: { kind: 'drifted', drift, ...before }, fatal: false }) as const;
  let begun = false;
  try {
    const moved = await compareWithOrganization(entry, { reader, planId });
    if (moved !== undefined) return drifted(moved);

    const session = await access.open(account, remedy);
    const look = async (): Promise<Looked> => {
      const { standing, requestId } = await session.look();
      return { standing, requestId, compared: compareStanding(remedy, standing, { sent, proven }) };
    };
    let looked = await look();
    if (looked.compared.kind === 'drifted') return drifted(looked.compared);
    if (proven) return { outcome: { kind: 'done-earlier' }, fatal: false };

    begun = true;
    onEvent({ type: 'action-started', account, action });
    const patience = new Patience(clock);
    // What AWS said it had done is looked for, and never asked for again: somebody may have undone it since.
    while (requireUnchanged(looked.compared).kind === 'due' && !answered) {
      // Promise 7: the intent, and what is about to be replaced, are on the disk before anything is asked.
      const { standing } = looked;
      await journal.append({
        type: 'action-intended',
        ...aboutRemedy(account, remedy, clock),
        session: session.accessKeyId,
        ...(standing === undefined ? {} : { standing }),
      });
      try {
        await carryOut(entry, session, journal, clock);
        sent = true;
        break;
      } catch (error) {
        sent ||= !(error instanceof RootAccessFailure) || mayHaveHappened(error);
        const pause = pauseAfter(error, patience);
        if (pause === undefined) throw error;
        await clock.sleep(pause);
        // It may be done, and another may have come: never asked again without another look.
        looked = await look();
      }
    }
    await proveDone(entry, look, journal, clock);
    onEvent({ type: 'action-proven', account, action });
    return { outcome: { kind: 'done', proven: [action] }, fatal: false };
  } catch (error) {
    // Nothing was changed, or no look would have been interrupted: it is as if the account had not been begun.
    if (isInterruption(error)) return { outcome: { kind: 'not-started' }, fatal: false };
    const message = error instanceof Error ? error.message : String(error);
    const ofAws = error instanceof RootAccessFailure || (error instanceof RootsweepError && !begun);
    if (ofAws && !begun) return { outcome: { kind: 'unknown', message, ...before }, fatal: false };
    const effect = sent ? 'unknown' : 'none';
    return { outcome: { kind: 'failed', message, effect, proven: [] }, fatal: !ofAws };
  }
}

interface Looked {
  readonly standing: Standing;
  readonly requestId: string;
  readonly compared: Compared;
}

/** @throws RootAccessFailure where what stands there changed while it was being worked on. */
function requireUnchanged(compared: Compared): Exclude<Compared, Drift> {
  if (compared.kind !== 'drifted') return compared;
  throw new RootAccessFailure(
    'aws-error',
    `the account changed while it was being worked on; it now has ${compared.found.join(' ')}`,
  );
}

async function carryOut(
  { id: account, remedy }: RemedyEntry,
  session: RemedySession,
  journal: Pick<Journal, 'append'>,
  clock: Clock,
): Promise<void> {
  const about = () => aboutRemedy(account, remedy, clock);
  try {
    const { requestId } = await session.carryOut();
    await journal.append({ type: 'action-answered', ...about(), answer: 'done', requestId });
  } catch (error) {
    if (error instanceof RootAccessFailure) {
      await journal.append({ type: 'action-failed', ...about(), ...describeFailure(error) });
    }
    throw error;
  }
}

/** Promise 8. */
async function proveDone(
  { id: account, remedy }: RemedyEntry,
  look: () => Promise<Looked>,
  journal: Pick<Journal, 'append'>,
  clock: Clock,
): Promise<void> {
  const seen = await lookUntil(clock, async () => {
    const looked = await look();
    requireUnchanged(looked.compared);
    return isRemedied(remedy, looked.standing) ? looked : undefined;
  });
  if (seen === undefined) {
    throw new RootAccessFailure(
      'aws-error',
      `AWS accepted the change of the ${nameTarget(remedy)} and does not show it after ${PROVE_WITHIN / 1000} s`,
    );
  }
  const { standing, requestId } = seen;
  const found = standing === undefined ? {} : { standing };
  await journal.append({
    type: 'action-proven',
    ...aboutRemedy(account, remedy, clock),
    requestId,
    ...found,
  });
}

function aboutRemedy(account: string, remedy: Remedy, clock: Clock): AboutAction {
  return { at: formatTime(clock.now()), account, ...nameOnly(remedy) };
}
