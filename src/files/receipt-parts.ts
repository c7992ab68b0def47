/** What receipts of both kinds hold, in the order of the file: a key that is not here is not written. */
import type { Receipt, ReceiptRun } from '../core/receipt.js';
import type { Answer, End } from '../core/receipt-accounts.js';
import { optional } from './canonical.js';

export function orderOrigin({
  organization,
  plan,
  policy,
  journal,
}: Pick<Receipt, 'organization' | 'plan' | 'policy' | 'journal'>): object {
  return {
    organization,
    plan: { id: plan.id, sha256: plan.sha256 },
    policy: { sha256: policy.sha256 },
    journal: { sha256: journal.sha256, lines: journal.lines, tornBytes: journal.tornBytes },
  };
}

export function orderRun(run: ReceiptRun): object {
  const { end } = run;
  return {
    id: run.id,
    operator: { name: run.operator.name, keyid: run.operator.keyid },
    caller: run.caller,
    host: run.host,
    pid: run.pid,
    tool: run.tool,
    started: run.started,
    ...optional({ only: run.only, exclude: run.exclude }),
    signers: run.signers.map(({ name, keyid, role, at }) => ({ name, keyid, role, ...optional({ at }) })),
    end:
      end.kind === 'never-ended'
        ? { kind: end.kind }
        : { kind: end.kind, at: end.at, exitCode: end.exitCode, ...optional({ trouble: end.trouble }) },
  };
}

export function orderEnd({ run, at, outcome, message, drift, foundGone }: End): object {
  return {
    run,
    at,
    outcome,
    ...optional({
      message,
      drift: drift && { planned: drift.planned, found: drift.found },
      foundGone,
    }),
  };
}

export function orderAnswer(answer: Answer): object {
  switch (answer.kind) {
    case 'none':
      return { kind: answer.kind };
    case 'done':
    case 'absent':
      return { kind: answer.kind, at: answer.at, requestId: answer.requestId };
    case 'refused':
    case 'unclear':
      return {
        kind: answer.kind,
        at: answer.at,
        ...optional({ requestId: answer.requestId }),
        message: answer.message,
      };
  }
}
