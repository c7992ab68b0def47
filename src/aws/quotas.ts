/** Rate limiters that stay below AWS's quotas. */
import type { Clock } from '../core/base/clock.js';
import { type CallRate, DEFAULT_CALL_RATE } from './call-rate.js';
import { Limiter, type Rate } from './limiter.js';

/**
 * Calls per second and burst that AWS grants one account.
 * Source: AWS Organizations User Guide, "Quotas and service limits", API throttling.
 */
const DOCUMENTED = {
  describeOrganization: { api: 'DescribeOrganization', perSecond: 1, burst: 2 },
  listAccounts: { api: 'ListAccounts', perSecond: 8, burst: 12 },
  describeAccount: { api: 'DescribeAccount', perSecond: 20, burst: 30 },
  listUnits: { api: 'ListOrganizationalUnitsForParent', perSecond: 5, burst: 8 },
  listTags: { api: 'ListTagsForResource', perSecond: 10, burst: 15 },
  listDelegates: { api: 'ListDelegatedAdministrators', perSecond: 5, burst: 8 },
  serviceAccess: { api: 'ListAWSServiceAccessForOrganization', perSecond: 1, burst: 2 },
} as const satisfies Readonly<Record<string, Rate>>;

/**
 * AssumeRoot has no documented quota, and throttling costs no account: start with a generous burst, and double the rate each
 * second while nothing is throttled. The maximum is below the 600 calls per second that AWS documents for most of STS ("IAM
 * and AWS STS quotas").
 */
const ASSUME_ROOT: Rate = { api: 'AssumeRoot', perSecond: 80, burst: 160, growTo: 500 };

/** The quotas of policy operations are not known here either. */
const POLICIES: Rate = { perSecond: 2, burst: 2, growTo: 10 };

/** One limiter per quota, shared by all calls of one caller. */
export interface Limiters {
  readonly describeOrganization: Limiter;
  readonly listAccounts: Limiter;
  readonly describeAccount: Limiter;
  readonly listUnits: Limiter;
  readonly listTags: Limiter;
  readonly listDelegates: Limiter;
  readonly serviceAccess: Limiter;
  readonly policies: Limiter;
  readonly assumeRoot: Limiter;
}

export function createLimiters({ quotaShare }: CallRate, clock: Clock): Limiters {
  const isUnlimited = quotaShare === Number.POSITIVE_INFINITY;
  const start = isUnlimited ? quotaShare : undefined;
  const share = isUnlimited ? DEFAULT_CALL_RATE.quotaShare : quotaShare;
  const below = ({ perSecond, burst, ...rest }: Rate) =>
    new Limiter(
      { ...rest, perSecond: share * perSecond, burst: Math.max(1, Math.floor(share * burst)) },
      clock,
      start,
    );
  return {
    describeOrganization: below(DOCUMENTED.describeOrganization),
    listAccounts: below(DOCUMENTED.listAccounts),
    describeAccount: below(DOCUMENTED.describeAccount),
    listUnits: below(DOCUMENTED.listUnits),
    listTags: below(DOCUMENTED.listTags),
    listDelegates: below(DOCUMENTED.listDelegates),
    serviceAccess: below(DOCUMENTED.serviceAccess),
    policies: new Limiter(POLICIES, clock, start),
    assumeRoot: new Limiter(ASSUME_ROOT, clock, start),
  };
}
