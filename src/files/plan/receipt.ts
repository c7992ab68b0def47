/** A receipt in YAML: from the receipt to its bytes, and back. There is exactly one spelling of it, as of a plan. */
import {
  AFTERS,
  findReceiptFault,
  OUTCOMES,
  type Receipt,
  type ReceiptRun,
} from '../../core/apply/receipt.js';
import type {
  ActionRequest,
  After,
  End,
  ReceiptAccount,
  ReceiptTarget,
  RequestAnswer,
} from '../../core/apply/receipt-accounts.js';
import {
  type CanonicalKind,
  emitCanonical,
  optional,
  ordered,
  orderFacts,
  parseCanonical,
} from '../schema/canonical.js';

const RECEIPT: CanonicalKind<Receipt> = {
  what: 'receipt',
  schema: 'receipt.schema.json',
  code: 'RECEIPT_INVALID',
  hint: 'write it again with this version of rootsweep: rootsweep receipt JOURNAL',
  order: orderReceipt,
  style: { isOneLine, isAsIs: (path) => STANDING.has(path) },
  findFault: findReceiptFault,
};

export function emitReceipt(receipt: Receipt): Buffer {
  return emitCanonical(RECEIPT, receipt);
}

/**
 * Reads the body of a receipt whose signatures were verified, or are of no interest.
 * @throws RootsweepError RECEIPT_INVALID.
 */
export function parseReceipt(body: Buffer, fileName: string): Receipt {
  return parseCanonical(body, fileName, RECEIPT);
}

/** Policies: they stand in lines of their own, as they are. */
const STANDING: ReadonlySet<string> = new Set([
  'accounts.*.targets.*.requests.*.standing',
  'accounts.*.targets.*.after.standing',
]);

/** One line each, unless it holds what needs lines of its own: a drift, or what stood there. */
const ONE_LINE: ReadonlySet<string> = new Set([
  'plan',
  'policy',
  'journal',
  'totals.accounts',
  'totals.targets',
  'runs.*.only',
  'runs.*.exclude',
  'runs.*.operator',
  'runs.*.end',
  'runs.*.signers.*',
  'accounts.*.ends.*',
  'accounts.*.targets.*.before',
  'accounts.*.targets.*.requests.*',
  'accounts.*.targets.*.requests.*.answer',
  'accounts.*.targets.*.after',
]);

function isOneLine(path: string, value: object): boolean {
  return ONE_LINE.has(path) && !('drift' in value) && !('standing' in value);
}

/**
 * Every key by name, in the order of the file: a key that is not here is not written. The first says what the file is,
 * and so which signatures can fit it (`namedKind` in `core/signing/envelope.ts`).
 */
export function orderReceipt(receipt: Receipt): object {
  const { version, kind, reason, organization, plan, policy, journal, totals, runs, accounts } = receipt;
  return {
    type: 'receipt',
    version,
    kind,
    ...optional({ reason }),
    organization,
    plan: { id: plan.id, sha256: plan.sha256 },
    policy: { sha256: policy.sha256 },
    journal: { sha256: journal.sha256, lines: journal.lines, tornBytes: journal.tornBytes },
    totals: {
      runs: totals.runs,
      accounts: ordered(totals.accounts, OUTCOMES),
      targets: ordered(totals.targets, AFTERS),
    },
    runs: runs.map(orderRun),
    accounts: accounts.map(orderAccount),
  };
}

function orderRun(run: ReceiptRun): object {
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

function orderAccount({ id, name, outcome, ends, targets }: ReceiptAccount): object {
  return { id, ...optional({ name }), outcome, ends: ends.map(orderEnd), targets: targets.map(orderTarget) };
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

function orderTarget({ kind, id, name, region, before, requests, after }: ReceiptTarget): object {
  return {
    kind,
    ...optional({
      id,
      name,
      region,
      before: before && { run: before.run, listed: before.listed, ...orderFacts(before) },
    }),
    requests: requests.map(orderRequest),
    after: orderAfter(after),
  };
}

function orderRequest({ run, intended, session, standing, answer }: ActionRequest): object {
  return { run, ...optional({ intended, session, standing }), answer: orderAnswer(answer) };
}

function orderAnswer(answer: RequestAnswer): object {
  switch (answer.kind) {
    case 'none':
      return { kind: answer.kind };
    case 'done':
    case 'absent':
      return { kind: answer.kind, at: answer.at, requestId: answer.requestId };
    case 'refused':
    case 'unclear': {
      const { kind, at, requestId, message } = answer;
      return { kind, at, ...optional({ requestId }), message };
    }
  }
}

function orderAfter(after: After): object {
  if (after.kind !== 'proven') return { kind: after.kind };
  const { kind, run, at, requestId, standing } = after;
  return { kind, run, at, requestId, ...optional({ standing }) };
}
