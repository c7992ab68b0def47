/** Selectors as text, and the selectors that certainly match all accounts that another one matches. */
import { quoteVisibly } from '../base/text.js';
import type { Selector } from './policy.js';

/** Of a selector with more conditions, only an equal one is found: the number of subsets grows exponentially. */
const MOST_CONDITIONS = 8;

/** `{ ou: "/Workloads/**", tags["stage"]: "prod" }`: equal texts mean equal selectors. */
export function formatSelector(selector: Selector): string {
  return format(conditionsOf(selector));
}

/**
 * The texts of the selectors that certainly match every account that this one matches: those with a subset of its
 * conditions. The selector's own text comes first. Globs are not compared with globs.
 */
export function* widerSelectors(selector: Selector): Generator<string> {
  const conditions = conditionsOf(selector);
  yield format(conditions);
  if (conditions.length > MOST_CONDITIONS) return;
  for (let chosen = 2 ** conditions.length - 2; chosen > 0; chosen -= 1) {
    yield format(conditions.filter((_, index) => (chosen >> index) & 1));
  }
}

/** The conditions as texts, in an order that does not depend on the file. */
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
