/** Reads AWS's paged lists. */
import { setImmediate } from 'node:timers/promises';
import { asCaller } from './explain-caller.js';
import { PageTokens } from './page-tokens.js';
import { unexpectedAnswer } from './require-field.js';

/**
 * Follows NextToken to the end. Requests the first page at once, and each following page before yielding the current
 * one, because pages dominate the time for a large organization. A page may be empty although more follow.
 * @throws RootsweepError AWS_FAILED for an endless list, otherwise as from `explainCaller`.
 */
export function paginate<T extends { NextToken?: string | undefined }, P>(
  action: string,
  read: (token: string | undefined) => Promise<T>,
  parse: (page: T) => P,
): AsyncGenerator<P> {
  const ask = (token: string | undefined) => {
    const page = asCaller(action, () => read(token));
    // The error is handled when the page is awaited; this prevents an unhandled rejection.
    page.catch(() => undefined);
    return page;
  };
  return follow(ask(undefined));

  async function* follow(first: Promise<T>): AsyncGenerator<P> {
    const tokens = new PageTokens();
    for (let next: Promise<T> | undefined = first; next !== undefined; ) {
      const page: T = await next;
      const fault = tokens.findFault(page.NextToken);
      if (fault !== undefined) throw unexpectedAnswer(action, fault);
      next = page.NextToken === undefined ? undefined : ask(page.NextToken);
      // Lets the request for the next page leave before those that this page causes.
      await setImmediate();
      yield parse(page);
    }
  }
}
