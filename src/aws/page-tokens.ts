/** An end for lists in pages: an endpoint that hands out tokens for ever would be asked for ever (promise 15). */

/**
 * Pages of one list at most. The longest list of AWS is that of an organization's accounts, of which there are 50,000 at
 * most; a page holds at least one, but for a few that are empty. Source: AWS Organizations User Guide, quotas.
 */
const MOST_PAGES = 60_000;

/**
 * Finds a token that was given before with one token kept, however long the list is: Brent's algorithm. The one that is
 * kept is replaced after 1, 2, 4, 8 … further ones, so that a circle is noticed within three times its length.
 */
export class PageTokens {
  #kept: string | undefined;
  #since = 0;
  #span = 1;
  #pages = 0;

  /**
   * @param token of the next page; an absent one ends the list.
   * @returns what is wrong with it: `a token that it gave before`.
   */
  findFault(token: string | undefined): string | undefined {
    this.#pages += 1;
    if (token === undefined) return undefined;
    if (token === this.#kept) return 'the token of an earlier page again';
    if (this.#pages >= MOST_PAGES) return `${MOST_PAGES} pages, and says that there are more`;
    this.#since += 1;
    if (this.#since === this.#span) {
      this.#kept = token;
      this.#since = 0;
      this.#span *= 2;
    }
    return undefined;
  }
}
