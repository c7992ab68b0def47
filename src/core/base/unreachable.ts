/**
 * The default of an exhaustive switch over a union: a missing case does not compile, and a value outside the type fails.
 * @throws TypeError
 */
export function unreachable(member: never): never {
  throw new TypeError(`nothing is written for ${JSON.stringify(member)}`);
}
