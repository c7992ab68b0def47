/**
 * Whether an account is still what the plan says (promise 3). The only way to a list of credentials that may be
 * deleted leads through `compareCredentials`.
 */
import type { Credential } from './credentials.js';
import { describeUse, nameCredential, sortCredentials } from './credentials.js';
import { describeEmail } from './masked-email.js';
import type { Permission } from './permission.js';
import type { DeleteEntry, EntryFacts } from './plan.js';
import { actionName } from './plan.js';

/** Plan and reality as lines, for a diff. */
export interface Drift {
  readonly kind: 'drifted';
  readonly planned: readonly string[];
  readonly found: readonly string[];
}

/** The account holds what was planned, less what this plan has already deleted. */
export interface Matched {
  readonly kind: 'matched';
  /** All that the account holds. */
  readonly found: readonly Credential[];
  /** What is still there and planned to go, in the safe order. */
  readonly deletable: readonly Credential[];
}

/**
 * Whether what lets each of the planned credentials go does so still, as the deleting session found them.
 * @param judge `judgeDeletion` for the policy at this time.
 */
export function comparePermissions(
  entry: DeleteEntry,
  { deletable }: Matched,
  judge: (credential: Credential) => Permission,
): Drift | undefined {
  const said = new Map(entry.actions.map((action) => [nameCredential(actionName(action)), action.by]));
  const kept = deletable.flatMap((credential) => {
    const permission = judge(credential);
    return permission.kind === 'guarded' ? [{ name: nameCredential(credential), why: permission.why }] : [];
  });
  if (kept.length === 0) return undefined;
  return {
    kind: 'drifted',
    planned: kept.map(({ name }) => `${name} goes by ${said.get(name)}`),
    found: kept.map(({ name, why }) => `${name} is not to go: ${why}`),
  };
}

/** Compares what Organizations says now with what the plan holds; undefined where nothing differs. */
export function compareFacts(planned: EntryFacts, found: EntryFacts): Drift | undefined {
  const [before, after] = [describeFacts(planned), describeFacts(found)];
  return sameLines(before, after) ? undefined : { kind: 'drifted', planned: before, found: after };
}

/**
 * Compares the credentials that the deleting session listed with the planned ones. New, missing or different is
 * drift, with one exception: a credential may be missing if the journal says that this plan may have deleted it.
 * @param sent names (`nameCredential`) of the credentials that this plan's runs may have deleted, by the journal.
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

  const planned = new Set(entry.actions.map((action) => nameCredential(actionName(action))));
  return {
    kind: 'matched',
    found: sortCredentials(found),
    deletable: sortCredentials(found).filter((it) => planned.has(nameCredential(it))),
  };
}

/** A credential on one line with everything that is known of it. */
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
