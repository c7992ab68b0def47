/**
 * Deletes the planned root credentials of one account. The order of effects is the product:
 * look again, compare, and then for each credential write the intent, delete, write the answer, prove it gone.
 */
import type { Clock } from '../core/clock.js';
import { type CredentialName, nameCredential } from '../core/credentials.js';
import { compareCredentials, compareFacts, type Drift } from '../core/drift.js';
import type { JournalState } from '../core/journal.js';
import type { AccountOutcome } from '../core/ledger.js';
import { actionName, type DeleteEntry } from '../core/plan.js';
import { formatTime } from '../core/time.js';
import { RootsweepError } from '../errors.js';
import { entryFacts } from './plan.js';
import {
  type Journal,
  type OrganizationReader,
  type RootAccess,
  RootAccessFailure,
  type RootSession,
} from './ports.js';
import { withUnitPath } from './survey.js';

/** IAM is eventually consistent: how long a deleted credential may still be seen, in ms. */
const PROVE_WITHIN = 60_000;
const PROVE_FIRST_PAUSE = 250;
const PROVE_LONGEST_PAUSE = 5_000;

export type DeletionEvent =
  | { readonly type: 'deletion-started'; readonly account: string; readonly credential: CredentialName }
  | { readonly type: 'deletion-proven'; readonly account: string; readonly credential: CredentialName };

export interface ApplyDependencies {
  readonly reader: OrganizationReader;
  readonly access: RootAccess;
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: Clock;
  readonly onEvent: (event: DeletionEvent) => void;
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
  const proven = earlier.proven.get(entry.id);
  const credentials = entry.actions.map(actionName);
  if (credentials.every((credential) => proven?.has(nameCredential(credential)))) {
    return { outcome: { kind: 'already-deleted' }, fatal: false };
  }
  const { reader, access, journal, clock, onEvent } = dependencies;
  const deleted: CredentialName[] = [];
  let begun = false;
  try {
    const moved = await compareWithOrganization(entry, reader);
    if (moved !== undefined) return { outcome: { kind: 'drifted', drift: moved }, fatal: false };

    const session = await access.open(entry.id, 'delete');
    const intended = earlier.intended.get(entry.id) ?? new Set<string>();
    const compared = compareCredentials(entry, await session.list(), intended);
    if (compared.kind === 'drifted') return { outcome: { kind: 'drifted', drift: compared }, fatal: false };

    const present = new Set(compared.deletable.map(nameCredential));
    begun = true;
    for (const credential of credentials) {
      onEvent({ type: 'deletion-started', account: entry.id, credential });
      if (present.has(nameCredential(credential)))
        await deleteCredential(entry.id, session, credential, journal, clock);
      await proveGone(entry.id, session, credential, journal, clock);
      deleted.push(credential);
      onEvent({ type: 'deletion-proven', account: entry.id, credential });
    }
    return { outcome: { kind: 'deleted', deleted }, fatal: false };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const ofAws = error instanceof RootAccessFailure || (error instanceof RootsweepError && !begun);
    if (ofAws && !begun) return { outcome: { kind: 'unknown', message }, fatal: false };
    return { outcome: { kind: 'failed', deleted, message }, fatal: !ofAws };
  }
}

/** What decided about the account, read again (promise 3). */
async function compareWithOrganization(
  entry: DeleteEntry,
  reader: OrganizationReader,
): Promise<Drift | undefined> {
  const account = await reader.account(entry.id);
  if (account === undefined) {
    return {
      kind: 'drifted',
      planned: ['member of the organization'],
      found: ['no member of the organization'],
    };
  }
  const tags = entry.tags === undefined ? {} : { tags: await reader.tags(entry.id) };
  return compareFacts(entry, entryFacts(await withUnitPath(reader, { account, ...tags })));
}

async function deleteCredential(
  account: string,
  session: RootSession,
  credential: CredentialName,
  journal: Pick<Journal, 'append'>,
  clock: Clock,
): Promise<void> {
  const about = () => ({ at: formatTime(clock.now()), account, ...credential });
  // Promise 7: the intent is on the disk before anything is deleted.
  await journal.append({ type: 'deletion-intended', ...about(), session: session.accessKeyId });
  try {
    const { answer, requestId } = await session.delete(credential);
    await journal.append({ type: 'deletion-answered', ...about(), answer, requestId });
  } catch (error) {
    if (error instanceof RootAccessFailure) {
      await journal.append({ type: 'deletion-failed', ...about(), message: error.message });
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
  const deadline = clock.now().getTime() + PROVE_WITHIN;
  for (let pause = PROVE_FIRST_PAUSE; ; pause = Math.min(pause * 2, PROVE_LONGEST_PAUSE)) {
    const { present, requestId } = await session.find(credential);
    if (!present) {
      const at = formatTime(clock.now());
      await journal.append({ type: 'deletion-proven', at, account, ...credential, requestId });
      return;
    }
    if (clock.now().getTime() + pause > deadline) {
      throw new RootAccessFailure(
        'aws-error',
        `AWS accepted the deletion of ${nameCredential(credential)} and still lists it after ${PROVE_WITHIN / 1000} s`,
      );
    }
    await clock.sleep(pause);
  }
}
