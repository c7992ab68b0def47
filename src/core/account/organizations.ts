/** Several organizations, worked on one after the other, and what came of all of them. */

/** One of them. Paths are as the file gives them. */
export interface OrganizationEntry {
  readonly name: string;
  /** `o-…` */
  readonly organization: string;
  readonly profile: string;
  readonly region?: string;
  readonly policy: string;
  readonly plan: string;
}

/** `not-started`: somebody asked to stop before its turn came. */
export type OrganizationOutcome =
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'not-started' };

/**
 * Exit codes from the worst on: not everything was tried; an account failed half way; nothing can be said; refused;
 * blocked; signatures missing; declined; some accounts changed; there is something to apply; done. A code that is none
 * of these is a defect, and worse than all.
 */
const WORST_FIRST: readonly number[] = [130, 6, 1, 4, 3, 7, 8, 5, 2, 0];

/** The exit code of a run over several organizations: the worst of theirs. */
export function worstExitCode(outcomes: readonly OrganizationOutcome[]): number {
  const codes = outcomes.map((outcome) => (outcome.kind === 'ended' ? outcome.exitCode : 130));
  return codes.reduce((worst, code) => (rank(code) < rank(worst) ? code : worst), 0);
}

function rank(code: number): number {
  return WORST_FIRST.indexOf(code);
}
