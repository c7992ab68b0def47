/** Work on every account of an organization, started with the first page of the list. */
import pLimit from 'p-limit';
import type { Account } from '../core/account/organization.js';
import { checkStop } from '../core/base/stop.js';

export interface EachAccountOptions {
  /** Accounts worked on at the same time. */
  readonly concurrency: number;
  /** Once aborted, no further account is started. */
  readonly stop: AbortSignal;
  /** The message of the error, such as `interrupted; nothing was written`. */
  readonly interrupted: string;
  /** After each page, and once more when the list is complete. */
  readonly onListed: (event: {
    readonly type: 'accounts-listed';
    readonly accounts: number;
    readonly complete: boolean;
  }) => void;
}

/**
 * @param pages every account, page by page; duplicates count once.
 * @returns the results of the work, in the order of the list.
 * @throws RootsweepError INTERRUPTED, and the first error of the list or of the work; no further account is started then.
 */
export async function workOnEachAccount<T>(
  pages: AsyncIterable<readonly Account[]>,
  work: (account: Account) => Promise<T>,
  { concurrency, stop, interrupted, onListed }: EachAccountOptions,
): Promise<T[]> {
  const limit = pLimit(concurrency);
  const started = new Map<string, Promise<T>>();
  const start = async (account: Account) => {
    checkStop(stop, interrupted);
    return work(account);
  };
  try {
    for await (const page of pages) {
      checkStop(stop, interrupted);
      for (const account of page) {
        if (started.has(account.id)) continue;
        const task = limit(start, account);
        // Awaited below; until then a failure must not be an unhandled rejection.
        task.catch(() => undefined);
        started.set(account.id, task);
      }
      onListed({ type: 'accounts-listed', accounts: started.size, complete: false });
    }
    onListed({ type: 'accounts-listed', accounts: started.size, complete: true });
    return await Promise.all(started.values());
  } catch (error) {
    limit.clearQueue();
    throw error;
  }
}
