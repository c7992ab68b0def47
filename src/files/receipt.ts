/** A receipt in YAML: from the receipt to its bytes, and back. There is exactly one spelling of it, as of a plan. */
import { AFTERS, findReceiptFault, OUTCOMES, type Receipt, type ReceiptRun } from '../core/receipt.js';
import type { Deletion, End, ReceiptAccount, ReceiptCredential } from '../core/receipt-accounts.js';
import { optional, ordered, orderFacts, parseCanonical } from './canonical.js';
import { emitYaml } from './emit-yaml.js';

export function emitReceipt(receipt: Receipt): Buffer {
  return Buffer.from(emitYaml(orderReceipt(receipt), isOneLine));
}

/**
 * Reads the body of a receipt whose signatures were verified, or are of no interest.
 * @throws RootsweepError RECEIPT_INVALID.
 */
export function parseReceipt(body: Buffer, fileName: string): Receipt {
  return parseCanonical<Receipt>(body, fileName, {
    what: 'receipt',
    schema: 'receipt.schema.json',
    code: 'RECEIPT_INVALID',
    hint: 'write it again with this version of rootsweep: rootsweep receipt JOURNAL',
    emit: emitReceipt,
    findFault: findReceiptFault,
  });
}

/** One line for each run's end, each end of an account but a drift, each deletion, and each look. */
const ONE_LINE: ReadonlySet<string> = new Set([
  'plan',
  'policy',
  'journal',
  'totals.accounts',
  'totals.credentials',
  'runs.*.only',
  'runs.*.exclude',
  'runs.*.end',
  'runs.*.signers.*',
  'accounts.*.credentials.*.before',
  'accounts.*.credentials.*.after',
  'accounts.*.credentials.*.deletions.*',
]);

function isOneLine(path: string, value: object): boolean {
  return ONE_LINE.has(path) || (path === 'accounts.*.ends.*' && !('drift' in value));
}

/**
 * Every key by name, in the order of the file. The first says what the file is, and so which signatures can fit it
 * (`namedKind` in `core/envelope.ts`).
 */
export function orderReceipt(receipt: Receipt): object {
  const { plan, policy, journal, totals } = receipt;
  return {
    type: 'receipt',
    version: receipt.version,
    organization: receipt.organization,
    plan: { id: plan.id, sha256: plan.sha256 },
    policy: { sha256: policy.sha256 },
    journal: { sha256: journal.sha256, lines: journal.lines, tornBytes: journal.tornBytes },
    totals: {
      runs: totals.runs,
      accounts: ordered(totals.accounts, OUTCOMES),
      credentials: ordered(totals.credentials, AFTERS),
    },
    runs: receipt.runs.map(orderRun),
    accounts: receipt.accounts.map(orderAccount),
  };
}

function orderRun(run: ReceiptRun): object {
  const { end } = run;
  return {
    id: run.id,
    caller: run.caller,
    host: run.host,
    pid: run.pid,
    tool: run.tool,
    started: run.started,
    ...optional({ only: run.only, exclude: run.exclude }),
    signers: run.signers.map(({ name, keyid, role }) => ({ name, keyid, role })),
    end:
      end.kind === 'never-ended'
        ? { kind: end.kind }
        : { kind: end.kind, at: end.at, exitCode: end.exitCode, ...optional({ trouble: end.trouble }) },
  };
}

function orderAccount({ id, name, outcome, ends, credentials }: ReceiptAccount): object {
  return {
    id,
    ...optional({ name }),
    outcome,
    ends: ends.map(orderEnd),
    credentials: credentials.map(orderCredential),
  };
}

function orderEnd({ run, at, outcome, message, drift, foundGone }: End): object {
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

function orderCredential({ kind, id, before, deletions, after }: ReceiptCredential): object {
  return {
    kind,
    ...optional({
      id,
      before: before && { run: before.run, listed: before.listed, ...orderFacts(before) },
    }),
    deletions: deletions.map(orderDeletion),
    after:
      after.kind === 'gone'
        ? { kind: after.kind, run: after.run, at: after.at, requestId: after.requestId }
        : { kind: after.kind },
  };
}

function orderDeletion({ run, intended, session, answer }: Deletion): object {
  return { run, ...optional({ intended, session }), answer: orderAnswer(answer) };
}

function orderAnswer(answer: Deletion['answer']): object {
  switch (answer.kind) {
    case 'none':
      return { kind: answer.kind };
    case 'deleted':
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
