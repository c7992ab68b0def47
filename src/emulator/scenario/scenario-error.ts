/** A scenario that cannot be used. The message gives place and reason: `file:line:column: sentence`. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** A defect in a scenario, with the path of the member concerned. */
export interface Defect {
  readonly path: readonly (string | number)[];
  readonly sentence: string;
}
