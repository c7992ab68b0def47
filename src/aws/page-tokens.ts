/** Detects paged lists that never end, which an endpoint could use to keep a run busy forever (promise 15). */

/**
 * The maximum pages per list. The longest list is that of an organization's accounts, at most 50,000; almost every page
 * has at least one. Source: AWS Organizations User Guide, quotas.
 */
const MOST_PAGES = 60_000;

/**
 * Detects repeated tokens while storing only one (Brent's algorithm). The stored token is replaced after 1, 2, 4, 8 …
 * pages, so a cycle is detected within three times its length.
 */
export class PageTokens {
  #kept: string | undefined;
  #since = 0;
  #span = 1;
  #pages = 0;

  /**
   * @param token of the next page; undefined ends the list.
   * @returns what is wrong with it, such as `the token of an earlier page again`; undefined if nothing is.
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
