/** The receipt of a plan of remedies: from the receipt to its bytes, and back (`parseAnyReceipt`). */
import {
  findRemedyReceiptFault,
  REMEDY_AFTERS,
  REMEDY_OUTCOMES,
  type RemedyAfter,
  type RemedyReceipt,
  type RemedyReceiptAccount,
  type RemedyRequest,
} from '../core/remedy-receipt.js';
import { type CanonicalKind, optional, ordered } from './canonical.js';
import { orderAnswer, orderEnd, orderOrigin, orderRun } from './receipt-parts.js';

export const REMEDY_RECEIPT: CanonicalKind<RemedyReceipt> = {
  what: 'receipt',
  schema: 'remedy-receipt.schema.json',
  code: 'RECEIPT_INVALID',
  hint: 'write it again with this version of rootsweep: rootsweep receipt JOURNAL',
  order: orderRemedyReceipt,
  style: { isOneLine, isAsIs: isDocument },
  findFault: findRemedyReceiptFault,
};

const ONE_LINE: ReadonlySet<string> = new Set([
  'plan',
  'policy',
  'journal',
  'totals.accounts',
  'totals.remedies',
  'runs.*.only',
  'runs.*.exclude',
  'runs.*.operator',
  'runs.*.end',
  'runs.*.signers.*',
  'accounts.*.place',
  'accounts.*.requests.*.answer',
]);

/** A policy never stands between the quotation marks of one line. */
function isOneLine(path: string, value: object): boolean {
  if (path === 'accounts.*.ends.*') return !('drift' in value);
  if (path === 'accounts.*.after') return !('policy' in value);
  return ONE_LINE.has(path);
}

function isDocument(path: string): boolean {
  return path === 'accounts.*.requests.*.before' || path === 'accounts.*.after.policy';
}

/** Every key by name, in the order of the file: a key that is not here is not written. */
export function orderRemedyReceipt(receipt: RemedyReceipt): object {
  const { totals } = receipt;
  return {
    type: 'receipt',
    version: receipt.version,
    remedy: receipt.remedy,
    reason: receipt.reason,
    ...orderOrigin(receipt),
    totals: {
      runs: totals.runs,
      accounts: ordered(totals.accounts, REMEDY_OUTCOMES),
      remedies: ordered(totals.remedies, REMEDY_AFTERS),
    },
    runs: receipt.runs.map(orderRun),
    accounts: receipt.accounts.map(orderAccount),
  };
}

function orderAccount({ id, name, outcome, ends, place, requests, after }: RemedyReceiptAccount): object {
  return {
    id,
    ...optional({ name }),
    outcome,
    ends: ends.map(orderEnd),
    ...optional({ place: place && { name: place.name, region: place.region } }),
    requests: requests.map(orderRequest),
    after: orderAfter(after),
  };
}

function orderRequest({ run, intended, session, before, answer }: RemedyRequest): object {
  return { run, ...optional({ intended, session, before }), answer: orderAnswer(answer) };
}

function orderAfter(after: RemedyAfter): object {
  if (after.kind !== 'proven') return { kind: after.kind };
  const { kind, run, at, requestId, created, policy } = after;
  return { kind, run, at, requestId, ...optional({ created, policy }) };
}
