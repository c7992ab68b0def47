/** The head of a run of `apply`, and the accounts that it works on. */
import type { JournalRecord, RunOperator } from '../core/apply/journal.js';
import { defined } from '../core/base/defined.js';
import type { Plan } from '../core/plan/plan.js';
import type { Signer } from '../core/signing/trust.js';
import { RootsweepError } from '../errors.js';

/** The operator, caller and signers of a run, for the journal. */
export interface ApplyRun {
  /** UUID. */
  readonly id: string;
  /** The plan's digest, and the signers whose signatures counted. */
  readonly digest: string;
  readonly signers: readonly Omit<Signer, 'until'>[];
  readonly caller: string;
  readonly tool: string;
  readonly host: string;
  readonly pid: number;
  readonly operator: RunOperator;
}

/** Flags that leave out accounts of the plan. */
export interface Narrowing {
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Whether `--only` and `--exclude` keep an account. */
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
    ...defined({ type: 'run-started', at, run, plan: id, digest, created, organization, kind, reason }),
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

/** Why a run ended early, in one line. */
export function describeTrouble(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof RootsweepError && error.hint !== undefined ? `; ${error.hint}` : '';
  return `${message}${hint}`;
}
