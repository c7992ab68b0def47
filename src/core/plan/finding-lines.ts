/**
 * The lines of findings in a plan file. A plan has exactly one spelling, with one finding a line, so counting lines is
 * enough: no untrusted text starts a line (`files/plan/plan.ts`).
 */

/** Line numbers from 1, in the order of the findings. */
export interface FindingLines {
  readonly ofPlan: readonly number[];
  /** By the account's id. */
  readonly ofAccounts: ReadonlyMap<string, readonly number[]>;
}

const ACCOUNT = /^ {2}- (?:\{ )?id: "(\d{12})"/;
const FINDING_OF_PLAN = /^ {2}- \{ code: /;
const FINDING_OF_ACCOUNT = /^ {6}- \{ code: /;

/** @param body the canonical bytes of a plan, as text. */
export function locateFindings(body: string): FindingLines {
  const ofPlan: number[] = [];
  const ofAccounts = new Map<string, number[]>();
  let account: number[] | undefined;
  for (const [index, line] of body.split('\n').entries()) {
    const [, id] = ACCOUNT.exec(line) ?? [];
    if (id !== undefined) {
      account = [];
      ofAccounts.set(id, account);
    } else if (account === undefined && FINDING_OF_PLAN.test(line)) {
      ofPlan.push(index + 1);
    } else if (FINDING_OF_ACCOUNT.test(line)) {
      account?.push(index + 1);
    }
  }
  return { ofPlan, ofAccounts };
}
