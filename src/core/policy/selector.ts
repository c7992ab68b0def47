/** Selectors as values: how one is written in a sentence, and which others surely match all that it matches. */

import { quoteVisibly } from '../base/text.js';
import type { Selector } from './policy.js';

/** Of a selector with more conditions, only the same selector is found: the parts of a set are many. */
const MOST_CONDITIONS = 8;

/** `{ ou: "/Workloads/**", tags["stage"]: "prod" }`: the same text for the same selector and for no other. */
export function formatSelector(selector: Selector): string {
  return format(conditionsOf(selector));
}

/**
 * The texts of all selectors that are known to match every account that this one matches: those with some of its
 * conditions and no others. The selector's own text comes first. Globs are not compared with globs.
 */
export function* widerSelectors(selector: Selector): Generator<string> {
  const conditions = conditionsOf(selector);
  yield format(conditions);
  if (conditions.length > MOST_CONDITIONS) return;
  for (let chosen = 2 ** conditions.length - 2; chosen > 0; chosen -= 1) {
    yield format(conditions.filter((_, index) => (chosen >> index) & 1));
  }
}

/** What must hold of an account, condition by condition, in an order that does not depend on the file. */
function conditionsOf({
  account,
  name,
  email,
  ou,
  tags = {},
  joined = {},
  joinedMethod,
}: Selector): string[] {
  const conditions: [part: string, value: string | undefined][] = [
    ['account', account],
    ['name', name],
    ['email', email],
    ['ou', ou],
    ...Object.keys(tags)
      .sort()
      .map((key): [string, string | undefined] => [`tags[${quoteVisibly(key)}]`, tags[key]]),
    ['joined.after', joined.after],
    ['joined.before', joined.before],
    ['joinedMethod', joinedMethod],
  ];
  return conditions.flatMap(([part, value]) =>
    value === undefined ? [] : [`${part}: ${quoteVisibly(value)}`],
  );
}

function format(conditions: readonly string[]): string {
  return `{ ${conditions.join(', ')} }`;
}
