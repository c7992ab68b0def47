/** A scenario that cannot be used. The message says where and why: `file:line:column: sentence`. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** A defect found in a scenario, by the path to the member that has it. */
export interface Defect {
  readonly path: readonly (string | number)[];
  readonly sentence: string;
}
