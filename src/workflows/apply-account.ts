/**
 * Carries out the planned actions of one account, in a fixed order: observe again and compare, then for each action write
 * the intent, act, write the answer, and prove the result.
 */
import { type Action, type ActionName, isPlaced, nameOnly, nameTarget } from '../core/action/action.js';
import { type Credential, nameCredential } from '../core/action/credentials.js';
import { compareStanding, isResult } from '../core/action/standing.js';
import type { JournalState } from '../core/apply/journal.js';
import type { AccountOutcome } from '../core/apply/ledger.js';
import type { Drift } from '../core/base/change.js';
import type { Clock } from '../core/base/clock.js';
import { defined } from '../core/base/defined.js';
import { RetryPolicy } from '../core/base/retry-policy.js';
import { isInterruption } from '../core/base/stop.js';
import { formatTime } from '../core/base/time.js';
import { compareEntry, comparePermissions, type Matched, type Seen } from '../core/plan/drift.js';
import type { ActionEntry } from '../core/plan/plan.js';
import type { Permission } from '../core/policy/permission.js';
import { RootsweepError } from '../errors.js';
import { type Comparison, compareWithOrganization } from './compare-organization.js';
import { describeFailedCall, mayHaveHappened, pauseAfter } from './failure.js';
import { POLL_TIMEOUT, pollUntil } from './poll-until.js';
import { type ActionAccess, type ActionSession, type Journal, RootAccessFailure } from './ports.js';

export interface ActionEvent {
  /** `proof-started`: AWS is polled from now on until the result shows. */
  readonly type: 'action-started' | 'proof-started' | 'action-proven';
  readonly account: string;
  readonly action: ActionName;
}

export interface ApplyDependencies extends Comparison {
  readonly access: ActionAccess;
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: Clock;
  /** Whether the policy allows the deletion of a credential now. */
  readonly judge: (credential: Credential) => Permission;
  readonly onEvent: (event: ActionEvent) => void;
}

/**
 * Never rejects: every error becomes an outcome. `fatal`: no other account should be started, because the journal cannot be
 * written, or because of a defect.
 */
export async function applyAccount(
  entry: ActionEntry,
  earlier: JournalState,
  dependencies: ApplyDependencies,
): Promise<{ readonly outcome: AccountOutcome; readonly fatal: boolean }> {
  const work = new AccountWork(entry, earlier, dependencies);
  try {
    return { outcome: await work.run(), fatal: false };
  } catch (error) {
    return work.explain(error);
  }
}

/** What was seen, and the comparison with the plan. */
interface Observed {
  readonly seen: Seen;
  readonly compared: Matched;
}

class AccountWork {
  readonly #entry: ActionEntry;
  readonly #earlier: JournalState;
  readonly #dependencies: ApplyDependencies;
  /** Targets whose action may have taken effect, in this run or an earlier one. */
  readonly #sent: Set<string>;
  /** Those of them that AWS did not report as already absent. */
  readonly #ours: Set<string>;
  /** Proven by an earlier run. */
  readonly #provenEarlier: ReadonlySet<string>;
  /** Proven by this run. */
  readonly #finished = new Set<string>();
  readonly #proven: ActionName[] = [];
  readonly #foundGone: ActionName[] = [];
  /** The account was changed, or is about to be. */
  #started = false;

  constructor(entry: ActionEntry, earlier: JournalState, dependencies: ApplyDependencies) {
    this.#entry = entry;
    this.#earlier = earlier;
    this.#dependencies = dependencies;
    this.#sent = new Set(earlier.sent.get(entry.id));
    this.#ours = new Set(earlier.ours.get(entry.id));
    this.#provenEarlier = earlier.proven.get(entry.id) ?? new Set();
  }

  async run(): Promise<AccountOutcome> {
    const { access, journal, judge } = this.#dependencies;
    const entry = this.#entry;
    const { id: account, name } = entry;
    const moved = await compareWithOrganization(entry, this.#dependencies);
    if (moved !== undefined) return this.#drifted(moved);

    const session = await access.open(account, entry.actions);
    const first = await this.#observe(session);
    if (first.kind === 'drifted') return this.#drifted(first);
    const { seen, compared } = first;
    if (entry.decision === 'delete') {
      const kept = comparePermissions(entry, compared, judge);
      if (kept !== undefined) return this.#drifted(kept);
    }
    // Actions that an earlier run proved, and whose results still show, need nothing more.
    const left = entry.actions.filter((action) => {
      const target = nameTarget(action);
      return compared.due.has(target) || !this.#provenEarlier.has(target);
    });
    if (left.length === 0) return { kind: 'done-earlier' };

    this.#started = true;
    if (entry.decision === 'delete') {
      const { credentials } = compared;
      await journal.append({ type: 'account-listed', at: this.#now(), account, name, credentials });
    }
    for (const [index, action] of left.entries()) {
      // Minutes may have passed, and a new password has no id to distinguish it: observe again before each action.
      const observed = index === 0 ? { seen, compared } : await this.#observeUnchanged(session);
      await this.#carryOut(session, action, observed);
    }
    // A credential that appeared during the last deletion must not be reported as done.
    if (seen.kind === 'credentials') await this.#observeUnchanged(session);
    return { kind: 'done', ...this.#results() };
  }

  explain(error: unknown): { readonly outcome: AccountOutcome; readonly fatal: boolean } {
    // Sessions throw it only before they change anything: as if the account had not been started.
    if (isInterruption(error)) return { outcome: { kind: 'not-started' }, fatal: false };
    const message = error instanceof Error ? error.message : String(error);
    const ofAws = error instanceof RootAccessFailure || (error instanceof RootsweepError && !this.#started);
    if (ofAws && !this.#started) {
      return { outcome: { kind: 'unknown', message, ...this.#before() }, fatal: false };
    }
    const effect = this.#sent.size === 0 ? 'none' : 'unknown';
    return { outcome: { kind: 'failed', message, effect, ...this.#results() }, fatal: !ofAws };
  }

  async #carryOut(session: ActionSession, action: Action, first: Observed): Promise<void> {
    const { clock, onEvent } = this.#dependencies;
    const { id: account } = this.#entry;
    const target = nameTarget(action);
    const event = { account, action: nameOnly(action) };
    onEvent({ type: 'action-started', ...event });
    // AWS confirmed it earlier: only its result is read. It is not requested again, as it may have been undone since.
    const isAnswered = this.#earlier.answered.get(account)?.has(target) ?? false;
    const retryPolicy = new RetryPolicy(clock);
    let observed = first;
    while (observed.compared.due.has(target) && !isAnswered) {
      await this.#writeIntent(session, action, observed.seen);
      try {
        await this.#request(session, action);
        break;
      } catch (error) {
        const pause = pauseAfter(error, retryPolicy);
        if (pause === undefined) throw error;
        await clock.sleep(pause);
        // It may have taken effect, and the account may have changed: observe before each further request.
        observed = await this.#observeUnchanged(session);
      }
    }
    onEvent({ type: 'proof-started', ...event });
    await this.#prove(session, action);
    (this.#ours.has(target) ? this.#proven : this.#foundGone).push(event.action);
    this.#finished.add(target);
    onEvent({ type: 'action-proven', ...event });
  }

  /** Promise 7: the intent, and the policy to be replaced, are on the disk before anything is changed. */
  async #writeIntent(session: ActionSession, action: Action, seen: Seen): Promise<void> {
    const standing = seen.kind === 'standing' ? seen.standing : undefined;
    const about = { ...this.#about(action), session: session.accessKeyId };
    await this.#dependencies.journal.append(defined({ type: 'action-intended', ...about, standing }));
  }

  async #request(session: ActionSession, action: Action): Promise<void> {
    const { journal } = this.#dependencies;
    const target = nameTarget(action);
    const answered = await session.perform(action).catch(async (error: unknown) => {
      const isRefused = error instanceof RootAccessFailure && !mayHaveHappened(error);
      // A refused request has no effect: a result that shows later is not ours.
      if (!isRefused) this.#noteEffect(target);
      if (error instanceof RootAccessFailure) {
        await journal.append({ type: 'action-failed', ...this.#about(action), ...describeFailedCall(error) });
      }
      throw error;
    });
    this.#sent.add(target);
    if (answered.answer === 'done') this.#noteEffect(target);
    const { answer, requestId } = answered;
    await journal.append({ type: 'action-answered', ...this.#about(action), answer, requestId });
  }

  #noteEffect(target: string): void {
    this.#sent.add(target);
    this.#ours.add(target);
  }

  /** Promise 8: an action is done when AWS shows its result, not when it answers the request. */
  async #prove(session: ActionSession, action: Action): Promise<void> {
    const { clock, journal } = this.#dependencies;
    const found = await pollUntil(clock, async () => {
      const { standing, requestId } = await session.find(action);
      if (isPlaced(action)) {
        const compared = compareStanding(action, standing, { sent: true, proven: false });
        if (compared.kind === 'drifted') throw changed(compared.found);
      }
      return isResult(action, standing) ? { standing, requestId } : undefined;
    });
    if (found === undefined) throw new RootAccessFailure('aws-error', describeUnproven(action));
    const { standing, requestId } = found;
    const shown = standing === undefined ? {} : { standing };
    await journal.append({ type: 'action-proven', ...this.#about(action), requestId, ...shown });
  }

  async #observe(session: ActionSession): Promise<({ readonly kind: 'matched' } & Observed) | Drift> {
    const seen = await session.observe();
    const compared = compareEntry(this.#entry, seen, { sent: this.#sent, proven: this.#provenEarlier });
    return compared.kind === 'drifted' ? compared : { kind: 'matched', seen, compared };
  }

  /** @throws RootAccessFailure if the account changed while it was being worked on. */
  async #observeUnchanged(session: ActionSession): Promise<Observed> {
    const observed = await this.#observe(session);
    if (observed.kind === 'drifted') throw changed(observed.found);
    // If a deleted password is back, its MFA devices must stay.
    const names = observed.compared.credentials.map(nameCredential);
    const back = names.find((name) => this.#finished.has(name));
    if (back === undefined) return observed;
    throw new RootAccessFailure('aws-error', `AWS lists ${back} again, which was proven gone`);
  }

  #drifted(drift: Drift): AccountOutcome {
    return { kind: 'drifted', drift, ...this.#before() };
  }

  #before(): { readonly earlier?: readonly string[] } {
    return this.#provenEarlier.size === 0 ? {} : { earlier: [...this.#provenEarlier] };
  }

  #results() {
    const foundGone = this.#foundGone.length === 0 ? {} : { foundGone: this.#foundGone };
    return { proven: this.#proven, ...foundGone, ...this.#before() };
  }

  #about(action: Action) {
    return { at: this.#now(), account: this.#entry.id, ...nameOnly(action) };
  }

  #now(): string {
    return formatTime(this.#dependencies.clock.now());
  }
}

function changed(found: readonly string[]): RootAccessFailure {
  const holds = found.length === 0 ? 'nothing' : found.join('; ');
  return new RootAccessFailure(
    'aws-error',
    `the account changed while it was being worked on; it now holds ${holds}`,
  );
}

function describeUnproven(action: Action): string {
  const within = `after ${POLL_TIMEOUT / 1000} s`;
  const target = nameTarget(action);
  return isPlaced(action)
    ? `AWS accepted the change of the ${target} and does not show it ${within}`
    : `AWS accepted the deletion of ${target} and still lists it ${within}`;
}
