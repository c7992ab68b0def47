/** What every run of `apply` has in common, whatever its plan is to do. */
import type { JournalRecord, RunOperator } from '../core/apply/journal.js';
import type { Plan } from '../core/plan/plan.js';
import type { Signer } from '../core/signing/trust.js';
import { RootsweepError } from '../errors.js';

/** Who runs `apply` on whose word, for the journal. */
export interface ApplyRun {
  /** UUID. */
  readonly id: string;
  /** The plan's digest, and whose signatures on it counted. */
  readonly digest: string;
  readonly signers: readonly Omit<Signer, 'until'>[];
  readonly caller: string;
  readonly tool: string;
  readonly host: string;
  readonly pid: number;
  readonly operator: RunOperator;
}

/** Which of the plan's accounts to work on. A flag can only take some away. */
export interface Narrowing {
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Whether `--only` and `--exclude` leave an account in. */
export function isNamed({ only, exclude = [] }: Narrowing, id: string): boolean {
  return (only === undefined || only.includes(id)) && !exclude.includes(id);
}

/** The head of a run in its journal. */
export function startRun(
  plan: Plan,
  { id: run, digest, signers, caller, tool, host, pid, operator }: ApplyRun,
  narrowing: Narrowing,
  at: string,
): JournalRecord {
  const { id, created, organization, kind, reason, policy } = plan;
  return {
    type: 'run-started',
    at,
    run,
    plan: id,
    digest,
    created,
    organization,
    kind,
    ...(reason === undefined ? {} : { reason }),
    policy: policy.sha256,
    signers,
    caller,
    tool,
    host,
    pid,
    ...narrowing,
    operator,
  };
}

/** Why a run went no further, in one line. */
export function describeTrouble(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof RootsweepError && error.hint !== undefined ? `; ${error.hint}` : '';
  return `${message}${hint}`;
}
