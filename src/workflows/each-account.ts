/** Work on every account of an organization, which begins with the first page of the list. */
import pLimit from 'p-limit';
import type { Account } from '../core/account/organization.js';
import { checkStop } from '../core/base/stop.js';

export interface EachAccountOptions {
  /** Accounts worked on at the same time. */
  readonly concurrency: number;
  /** Aborted: no further account is begun. */
  readonly stop: AbortSignal;
  /** What is said then, such as `interrupted; nothing was written`. */
  readonly interrupted: string;
  /** After each page, and once more when the list is complete. */
  readonly onListed: (event: {
    readonly type: 'accounts-listed';
    readonly accounts: number;
    readonly complete: boolean;
  }) => void;
}

/**
 * @param pages every account, page by page; one that is listed twice counts once.
 * @returns what the work made of each, in the order of the list.
 * @throws RootsweepError INTERRUPTED, and the first error of the list or of the work; no further account is begun then.
 */
export async function workOnEachAccount<T>(
  pages: AsyncIterable<readonly Account[]>,
  work: (account: Account) => Promise<T>,
  { concurrency, stop, interrupted, onListed }: EachAccountOptions,
): Promise<T[]> {
  const limit = pLimit(concurrency);
  const begun = new Map<string, Promise<T>>();
  const begin = async (account: Account) => {
    checkStop(stop, interrupted);
    return work(account);
  };
  try {
    for await (const page of pages) {
      checkStop(stop, interrupted);
      for (const account of page) {
        if (begun.has(account.id)) continue;
        const task = limit(begin, account);
        // Awaited below; until then a failure must not count as unhandled.
        task.catch(() => undefined);
        begun.set(account.id, task);
      }
      onListed({ type: 'accounts-listed', accounts: begun.size, complete: false });
    }
    onListed({ type: 'accounts-listed', accounts: begun.size, complete: true });
    return await Promise.all(begun.values());
  } catch (error) {
    limit.clearQueue();
    throw error;
  }
}
