/** Lists that AWS gives in pages. */
import { setImmediate } from 'node:timers/promises';
import { asCaller } from './explain-caller.js';
import { PageTokens } from './page-tokens.js';
import { unexpectedAnswer } from './require-field.js';

/**
 * Follows NextToken to the end. Asks for the first page at once, and for each next one before it hands a page over: the
 * pages are what a large organization takes its time for. A page may be empty although more follow.
 * @throws RootsweepError AWS_FAILED for a list without an end, and what `explainCaller` makes of a failure.
 */
export function paginate<T extends { NextToken?: string | undefined }, P>(
  action: string,
  read: (token: string | undefined) => Promise<T>,
  parse: (page: T) => P,
): AsyncGenerator<P> {
  const ask = (token: string | undefined) => {
    const page = asCaller(action, () => read(token));
    // Heard when its turn comes, if it comes.
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
      // Its request leaves before those that this page gives rise to.
      await setImmediate();
      yield parse(page);
    }
  }
}
