/** What a policy says, decided again for the forms that are searched and without the code that is judged. */
import type { AccountSpec } from '../../src/emulator/scenario/scenario.js';
import { MANAGEMENT } from './accounts.js';
import type { Policy, Selector } from './policy.js';

export interface Decided {
  readonly decision: 'excluded' | 'not-active' | 'clean' | 'blocked' | 'kept' | 'delete';
  /** `kind id`, in the order in which they must go. */
  readonly actions: readonly string[];
}

/** Promise 6: an account never keeps a password with its MFA gone. */
const ORDER = ['access-key', 'signing-certificate', 'password', 'mfa-device'];

const DAY = 24 * 60 * 60;

/**
 * @param held by `kind id`, what the root user has, as `describeHoldings` describes it.
 * @param now in seconds.
 */
export function decide(
  policy: Policy,
  account: AccountSpec,
  held: ReadonlyMap<string, string>,
  now: number,
): Decided {
  const holdings = [...held.keys()];
  const nothing = (decision: Decided['decision']): Decided => ({ decision, actions: [] });
  const isMeant = (selector: Selector) => matches(selector, account);
  if (account.id === MANAGEMENT) return nothing('excluded');
  if ((account.state ?? 'ACTIVE') !== 'ACTIVE') return nothing('not-active');
  if (policy.exclude.some(isMeant)) return nothing('excluded');
  if (policy.include.length > 0 && !policy.include.some(isMeant)) return nothing('excluded');
  if (holdings.length === 0) return nothing('clean');
  const isKey = (name: string) => ['access-key', 'signing-certificate'].includes(kindOf(name));
  if (policy.present === 'block' && holdings.some(isKey)) return nothing('blocked');
  const stays = (name: string) =>
    isKey(name) &&
    policy.delete.some((it) => it === kindOf(name)) &&
    !policy.waived.includes(name) &&
    !(kindOf(name) === 'access-key' && lastUseOf(held.get(name) ?? '') <= now - policy.unusedFor * DAY);
  if (policy.guarded === 'block' && holdings.some(stays)) return nothing('blocked');
  const actions = ORDER.filter((kind) => policy.delete.some((it) => it === kind)).flatMap((kind) =>
    holdings.filter((name) => kindOf(name) === kind && !stays(name)).sort(),
  );
  return { decision: actions.length === 0 ? 'kept' : 'delete', actions };
}

/**
 * @param decisions of every account, the management account among them.
 * @param accounts all of them.
 */
export function isApplicable(
  policy: Policy,
  decisions: readonly string[],
  accounts: readonly AccountSpec[],
): boolean {
  const count = (decision: string) => decisions.filter((it) => it === decision).length;
  if (exceedsLimits(policy, count('delete'), decisions.length - 1)) return false;
  if (policy.unmatched === 'block' && findUnmatchedExclusion(policy, accounts) !== undefined) return false;
  const stops =
    count('blocked') +
    (policy.unknown === 'block' ? count('unknown') : 0) +
    (policy.notActive === 'block' ? count('not-active') : 0);
  return policy.blocking === 'account' || stops === 0;
}

/** @param touched accounts that lose something, of so many members. */
export function exceedsLimits({ limits }: Policy, touched: number, members: number): boolean {
  const { accounts = Number.POSITIVE_INFINITY, percent } = limits;
  return touched > accounts || (percent !== undefined && touched * 100 > percent * members);
}

/** @param accounts all of them, the management account included. */
export function findUnmatchedExclusion(
  { exclude }: Policy,
  accounts: readonly AccountSpec[],
): Selector | undefined {
  return exclude.find((selector) => !accounts.some((account) => matches(selector, account)));
}

/** Whether the policy lets an account be audited. */
export function isInScope(policy: Policy, account: AccountSpec): boolean {
  return decide(policy, account, new Map(), 0).decision === 'clean';
}

function matches({ account, name, ou, tags = {} }: Selector, spec: AccountSpec): boolean {
  return (
    (account === undefined || account === spec.id) &&
    (name === undefined || matchesEnd(name, '*', spec.name ?? '')) &&
    (ou === undefined || matchesEnd(ou, '**', spec.ou ?? '/')) &&
    Object.entries(tags).every(([key, value]) => spec.tags?.[key] === value)
  );
}

/** The only wildcard in these policies stands at the end. */
function matchesEnd(pattern: string, wildcard: string, text: string): boolean {
  return pattern.endsWith(wildcard) ? text.startsWith(pattern.slice(0, -wildcard.length)) : text === pattern;
}

/** In seconds: of a key that was never used, when it was created. */
function lastUseOf(description: string): number {
  const [created = '', , used = ''] = description.split(' ');
  return Number(used === '' ? created : used);
}

function kindOf(name: string): string {
  return name.split(' ')[0] ?? '';
}
