import { createHmac } from 'node:crypto';
import type { AwsError } from '../aws-error.js';
import type { World } from '../state/world.js';

export interface PageByName {
  /** Identifies the list, so that a token is valid only for its own list. */
  readonly listing: string;
  readonly token: string | undefined;
  readonly size: number;
  /** The service's error for an invalid token. */
  readonly invalidToken: () => AwsError;
}

/** Returns a page of a list sorted by name, and the token of the next page. Throws `invalidToken`. */
export function pageByName<T extends { readonly name: string }>(
  { seed }: World,
  items: readonly T[],
  { listing, token, size, invalidToken }: PageByName,
): { readonly page: readonly T[]; readonly next: string | undefined } {
  const seal = (name: string) =>
    createHmac('sha256', `${seed} ${listing}`).update(name).digest('hex').slice(0, 16);
  const [after = '', given] =
    token === undefined ? ['', seal('')] : Buffer.from(token, 'base64url').toString().split('/');
  if (given !== seal(after)) throw invalidToken();
  const rest = items.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, size);
  const last = page.at(-1)?.name;
  const isMore = last !== undefined && page.length < rest.length;
  return { page, next: isMore ? Buffer.from(`${last}/${seal(last)}`).toString('base64url') : undefined };
}
