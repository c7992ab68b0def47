/** The receipt of a plan of remedies for people. */
import {
  REMEDY_AFTERS,
  REMEDY_OUTCOMES,
  type RemedyAfter,
  type RemedyReceipt,
  type RemedyReceiptAccount,
  type RemedyRequest,
} from '../core/remedy-receipt.js';
import { layOutJson } from './laid-out-json.js';
import type { Line } from './lines.js';
import { code } from './markdown.js';
import { fence } from './patch.js';
import {
  describeRequest,
  describeRequested,
  listCounts,
  renderEnds,
  renderHead,
} from './receipt-markdown.js';

/** @param redacted whether it is shown with what `core/redact.ts` masks. */
export function renderRemedyReceiptMarkdown(receipt: RemedyReceipt, redacted = false): Line[] {
  const { remedy, reason, totals, accounts } = receipt;
  return [
    ...renderHead('remedies', { ...receipt, redacted }, [
      ['remedy', code(remedy)],
      ['reason', code(reason)],
      ['remedies', listCounts(REMEDY_AFTERS, totals.remedies)],
      ['accounts', listCounts(REMEDY_OUTCOMES, totals.accounts)],
    ]),
    ...accounts.flatMap(renderAccount),
  ];
}

function renderAccount(account: RemedyReceiptAccount): Line[] {
  const { place, requests, after } = account;
  return [
    ...renderEnds(account),
    [],
    ...(place === undefined ? [] : [[`${code(place.name)} in ${code(place.region)}`], []]),
    ...requests.flatMap(renderRequest),
    ...renderAfter(after),
  ];
}

function renderRequest(request: RemedyRequest): Line[] {
  const { before } = request;
  return [
    [`- ${describeRequested(request, 'done')}`],
    ...(before === undefined ? [] : renderPolicy('before', before)),
  ];
}

function renderAfter(after: RemedyAfter): Line[] {
  if (after.kind === 'not-proven') return [['- after: **not proven**']];
  if (after.kind === 'not-attempted') return [['- after: not attempted']];
  const { run, at, requestId, created, policy } = after;
  const seen = `- after: **proven**, seen in run ${run} at ${code(at)}${describeRequest(requestId)}`;
  if (created !== undefined) return [[`${seen}: a password, created ${code(created)}`]];
  return policy === undefined ? [[`${seen}: no policy`]] : [[seen], ...renderPolicy('after', policy)];
}

/** Laid out for reading; byte for byte it is in the receipt's YAML. */
function renderPolicy(when: 'before' | 'after', document: string): Line[] {
  const mark = when === 'before' ? '-' : '+';
  return [
    [],
    [`Policy ${when}:`],
    [],
    ...fence(layOutJson(document).map((line) => `${mark} ${line}`)).map((line): Line => [line]),
    [],
  ];
}
