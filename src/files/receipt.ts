/** A receipt in YAML: from the receipt to its bytes, and back. There is exactly one spelling of it, as of a plan. */
import { AFTERS, findReceiptFault, OUTCOMES, type Receipt } from '../core/receipt.js';
import type { Deletion, ReceiptAccount, ReceiptCredential } from '../core/receipt-accounts.js';
import type { AnyReceipt } from '../core/remedy-receipt.js';
import {
  type CanonicalKind,
  emitCanonical,
  optional,
  ordered,
  orderFacts,
  parseEither,
} from './canonical.js';
import { orderAnswer, orderEnd, orderOrigin, orderRun } from './receipt-parts.js';
import { orderRemedyReceipt, REMEDY_RECEIPT } from './remedy-receipt.js';

export function emitReceipt(receipt: Receipt): Buffer {
  return emitCanonical(RECEIPT, receipt);
}

const RECEIPT: CanonicalKind<Receipt> = {
  what: 'receipt',
  schema: 'receipt.schema.json',
  code: 'RECEIPT_INVALID',
  hint: 'write it again with this version of rootsweep: rootsweep receipt JOURNAL',
  order: orderReceipt,
  style: { isOneLine },
  findFault: findReceiptFault,
};

/**
 * Reads the body of a receipt of either kind, whose signatures were verified, or are of no interest.
 * @throws RootsweepError RECEIPT_INVALID.
 */
export function parseAnyReceipt(body: Buffer, fileName: string): AnyReceipt {
  return parseEither(body, fileName, RECEIPT, REMEDY_RECEIPT);
}

export function emitAnyReceipt(receipt: AnyReceipt): Buffer {
  return 'remedy' in receipt ? emitCanonical(REMEDY_RECEIPT, receipt) : emitReceipt(receipt);
}

export function orderAnyReceipt(receipt: AnyReceipt): object {
  return 'remedy' in receipt ? orderRemedyReceipt(receipt) : orderReceipt(receipt);
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
  'runs.*.operator',
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
  const { totals } = receipt;
  return {
    type: 'receipt',
    version: receipt.version,
    ...orderOrigin(receipt),
    totals: {
      runs: totals.runs,
      accounts: ordered(totals.accounts, OUTCOMES),
      credentials: ordered(totals.credentials, AFTERS),
    },
    runs: receipt.runs.map(orderRun),
    accounts: receipt.accounts.map(orderAccount),
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
