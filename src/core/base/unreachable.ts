/**
 * The default of a switch over a union: a member without a case of its own does not compile, and fails when the types
 * were wrong about what comes.
 * @throws TypeError
 */
export function unreachable(member: never): never {
  throw new TypeError(`nothing is written for ${JSON.stringify(member)}`);
}
