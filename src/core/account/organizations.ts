/** Runs over several organizations, one after the other, and their common exit code. */

/** One organization of the file. Paths are as the file spells them. */
export interface OrganizationEntry {
  readonly name: string;
  /** `o-…` */
  readonly organization: string;
  readonly profile: string;
  readonly region?: string;
  readonly policy: string;
  readonly plan: string;
}

/** `not-started`: the user asked to stop before. */
export type OrganizationOutcome =
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'not-started' };

/**
 * Exit codes, worst first: interrupted; an account failed half way; the command failed; refused; blocked; signatures
 * missing; declined; some accounts drifted; there is something to apply; done. Any other code is a defect, and the worst.
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
