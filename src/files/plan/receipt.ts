/** Writes and reads receipts in YAML. Each receipt has exactly one spelling (`schema/canonical.ts`). */
import {
  AFTERS,
  findReceiptFault,
  OUTCOMES,
  type Receipt,
  type ReceiptRun,
} from '../../core/apply/receipt.js';
import type { End, ReceiptAccount, ReceiptTarget } from '../../core/apply/receipt-accounts.js';
import {
  type CanonicalKind,
  emitCanonical,
  optional,
  orderFacts,
  parseCanonical,
  pick,
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
 * Parses the body of a receipt; does not verify its signatures.
 * @throws RootsweepError RECEIPT_INVALID.
 */
export function parseReceipt(body: Buffer, fileName: string): Receipt {
  return parseCanonical(body, fileName, RECEIPT);
}

/** Policies, written as literal blocks. */
const STANDING: ReadonlySet<string> = new Set([
  'accounts.*.targets.*.requests.*.standing',
  'accounts.*.targets.*.after.standing',
]);

/** Collections written on one line, unless they contain a drift or a policy. */
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
 * Lists every key by name, in the order of the file. Any other key is not written. The first key distinguishes receipts
 * from plans, and so determines which signatures can fit (`namedKind` in `core/signing/envelope.ts`).
 */
export function orderReceipt(receipt: Receipt): object {
  const { plan, policy, journal, totals } = receipt;
  return {
    type: 'receipt',
    ...pick(receipt, 'version', 'kind', 'reason', 'organization'),
    plan: pick(plan, 'id', 'sha256'),
    policy: pick(policy, 'sha256'),
    journal: pick(journal, 'sha256', 'lines', 'tornBytes'),
    totals: {
      runs: totals.runs,
      accounts: pick(totals.accounts, ...OUTCOMES),
      targets: pick(totals.targets, ...AFTERS),
    },
    runs: receipt.runs.map(orderRun),
    accounts: receipt.accounts.map(orderAccount),
  };
}

function orderRun(run: ReceiptRun): object {
  return {
    id: run.id,
    operator: pick(run.operator, 'name', 'keyid'),
    ...pick(run, 'caller', 'host', 'pid', 'tool', 'started', 'only', 'exclude'),
    signers: run.signers.map((signer) => pick(signer, 'name', 'keyid', 'role', 'at')),
    end: pick(run.end, 'kind', 'at', 'exitCode', 'trouble'),
  };
}

function orderAccount(account: ReceiptAccount): object {
  return {
    ...pick(account, 'id', 'name', 'outcome'),
    ends: account.ends.map(orderEnd),
    targets: account.targets.map(orderTarget),
  };
}

function orderEnd(end: End): object {
  return {
    ...pick(end, 'run', 'at', 'outcome', 'message'),
    ...optional({ drift: end.drift && pick(end.drift, 'planned', 'found') }),
    ...pick(end, 'foundGone'),
  };
}

function orderTarget(target: ReceiptTarget): object {
  const { before, requests, after } = target;
  return {
    ...pick(target, 'kind', 'id', 'name', 'region'),
    ...optional({ before: before && { ...pick(before, 'run', 'listed'), ...orderFacts(before) } }),
    requests: requests.map((request) => ({
      ...pick(request, 'run', 'intended', 'session', 'standing'),
      answer: pick(request.answer, 'kind', 'at', 'requestId', 'message'),
    })),
    after: pick(after, 'kind', 'run', 'at', 'requestId', 'standing'),
  };
}
