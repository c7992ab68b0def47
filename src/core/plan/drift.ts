/**
 * Whether an account is still as planned (promise 3). Only `compareCredentials` returns credentials that may be deleted.
 */

import { describeEmail } from '../account/masked-email.js';
import { nameTarget } from '../action/action.js';
import { type Credential, describeUse, nameCredential, sortCredentials } from '../action/credentials.js';
import { compareStanding, type Standing } from '../action/standing.js';
import type { Drift } from '../base/change.js';
import type { Permission } from '../policy/permission.js';
import type { ActionEntry, DeleteEntry, EntryFacts } from './plan.js';

/** What a session saw of an account: all of its root credentials, or the state of the target of its only action. */
export type Seen =
  | { readonly kind: 'credentials'; readonly credentials: readonly Credential[] }
  | { readonly kind: 'standing'; readonly standing: Standing };

/** The account is as planned, except for what this plan has already changed. */
export interface Matched {
  readonly kind: 'matched';
  /** The targets (`nameTarget`) whose actions are still to be carried out. */
  readonly due: ReadonlySet<string>;
  /** All root credentials of the account; empty if they were not listed. */
  readonly credentials: readonly Credential[];
}

/** What this run and earlier ones of the plan did in an account, by target (`nameTarget`). */
export interface AccountProgress {
  /** Requested, and not refused by AWS. */
  readonly sent: ReadonlySet<string>;
  /** Seen done by an earlier run. */
  readonly proven: ReadonlySet<string>;
}

/** Compares what a session saw in an account with the plan. */
export function compareEntry(
  entry: ActionEntry,
  seen: Seen,
  { sent, proven }: AccountProgress,
): Matched | Drift {
  if (entry.decision === 'delete') {
    if (seen.kind === 'credentials') return compareCredentials(entry, seen.credentials, sent);
  } else if (seen.kind === 'standing') {
    const [action] = entry.actions;
    const target = nameTarget(action);
    const progress = { sent: sent.has(target), proven: proven.has(target) };
    const compared = compareStanding(action, seen.standing, progress);
    if (compared.kind === 'drifted') return compared;
    return { kind: 'matched', due: new Set(compared.kind === 'due' ? [target] : []), credentials: [] };
  }
  throw new Error(`a session saw ${seen.kind} in account ${entry.id}, and the plan needs something else`);
}

/**
 * Checks that the policy still allows each planned deletion, for the credentials as the deleting session found them.
 * @param judge `judgeDeletion` for the policy at this time.
 */
export function comparePermissions(
  entry: DeleteEntry,
  { due, credentials }: Matched,
  judge: (credential: Credential) => Permission,
): Drift | undefined {
  const allowedBy = new Map(entry.actions.map((action) => [nameTarget(action), action.by]));
  const kept = credentials.flatMap((credential) => {
    const name = nameCredential(credential);
    if (!due.has(name)) return [];
    const permission = judge(credential);
    return permission.kind === 'guarded' ? [{ name, why: permission.why }] : [];
  });
  if (kept.length === 0) return undefined;
  return {
    kind: 'drifted',
    planned: kept.map(({ name }) => `${name} goes by ${allowedBy.get(name)}`),
    found: kept.map(({ name, why }) => `${name} is not to go: ${why}`),
  };
}

/** Compares the facts of Organizations now with those of the plan; undefined if they are equal. */
export function compareFacts(planned: EntryFacts, found: EntryFacts): Drift | undefined {
  const [before, after] = [describeFacts(planned), describeFacts(found)];
  return sameLines(before, after) ? undefined : { kind: 'drifted', planned: before, found: after };
}

/**
 * Compares the credentials that the deleting session listed with the planned ones. New, missing or different ones are
 * drift, except that a credential may be missing if this plan may have deleted it.
 * @param sent names (`nameCredential`) of the credentials that this plan may have deleted, by the journal.
 */
export function compareCredentials(
  entry: DeleteEntry,
  found: readonly Credential[],
  sent: ReadonlySet<string>,
): Matched | Drift {
  const here = new Set(found.map(nameCredential));
  const expected = entry.observed.credentials.filter((credential) => {
    const name = nameCredential(credential);
    return here.has(name) || !sent.has(name);
  });
  const [before, after] = [expected.map(describeCredential), sortCredentials(found).map(describeCredential)];
  if (!sameLines(before, after)) return { kind: 'drifted', planned: before, found: after };

  const planned = new Set(entry.actions.map(nameTarget));
  return {
    kind: 'matched',
    due: new Set([...planned].filter((name) => here.has(name))),
    credentials: sortCredentials(found),
  };
}

/** All facts of a credential on one line. */
function describeCredential(credential: Credential): string {
  return `${nameCredential(credential)}, ${describeUse(credential)}`;
}

function describeFacts(facts: EntryFacts): string[] {
  const tags = Object.entries(facts.tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `name: ${facts.name}`,
    ...(facts.email === undefined ? [] : [`email: ${describeEmail(facts.email)}`]),
    `state: ${facts.state}`,
    `ou: ${facts.ou ?? 'unknown'}`,
    `parents: ${facts.parents.join(' ')}`,
    `joined: ${facts.joined} ${facts.joinedMethod}`,
    ...tags.map(([key, value]) => `tag: ${key.replaceAll('%', '%25').replaceAll('=', '%3D')}=${value}`),
  ];
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}
