/** The time below which no client can be, in ms: by AWS's quotas, and by the way that answers take. */

import type { Case } from './cases.js';
import type { Traffic } from './emulator-process.js';

/** Calls a second, and at once. Source: AWS Organizations User Guide, "Quotas and service limits". */
const LIST_ACCOUNTS = { perSecond: 8, burst: 12 };
const DESCRIBE_ACCOUNT = { perSecond: 20, burst: 30 };

/**
 * The greatest of: calls under a quota, less its burst, at its rate; pages of accounts one after the other, because
 * each names the next; all calls, so many at a time.
 */
export function boundOf(
  { pages, described, calls }: Traffic,
  { latency, quotas, concurrency }: Case,
): number {
  const atRate = (count: number, { perSecond, burst }: typeof LIST_ACCOUNTS) =>
    quotas ? (Math.max(0, count - burst) / perSecond) * 1000 : 0;
  return Math.max(
    atRate(pages, LIST_ACCOUNTS),
    atRate(described, DESCRIBE_ACCOUNT),
    pages * latency,
    (calls * latency) / concurrency,
  );
}
