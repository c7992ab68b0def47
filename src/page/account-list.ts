/** The accounts that match the filter, one page at a time; in print, all of them. */
import { CREDENTIAL_KINDS } from '../core/action/credentials.js';
import { countPresent } from '../views/format/counts.js';
import type { PageAccount } from './accounts.js';
import { button, cells, dataTable, element, formatCount, outside, outsidePath, scroller } from './dom.js';

const PAGE_SIZE = 50;
const HEAD = ['Account', 'Name', 'OU', 'Decision', 'Root credentials', 'Findings'] as const;

export interface AccountList {
  readonly element: HTMLElement;
  readonly show: (accounts: readonly PageAccount[], all: number) => void;
}

export function createAccountList(): AccountList {
  let accounts: readonly PageAccount[] = [];
  let page = 0;
  const status = element('p', { role: 'status', class: 'status' });
  const body = element('tbody');
  const where = element('span', { class: 'where' });
  const turn = (by: number) => {
    page += by;
    draw();
    table.scrollIntoView({ block: 'nearest' });
  };
  const previous = button(['Previous'], {}, () => turn(-1));
  const next = button(['Next'], {}, () => turn(1));
  const pager = element(
    'div',
    { class: 'pager', role: 'group', 'aria-label': 'Pages' },
    previous,
    where,
    next,
  );
  const caption = element('caption', { class: 'unseen' }, 'Accounts that fit the filters');
  const table = dataTable('accounts stack', HEAD, body, caption);

  function draw(from = page * PAGE_SIZE, to = from + PAGE_SIZE): void {
    body.replaceChildren(...accounts.slice(from, to).map(drawRow));
    pager.hidden = accounts.length <= PAGE_SIZE;
    previous.disabled = page === 0;
    next.disabled = to >= accounts.length;
    where.textContent = `${formatCount(from + 1)} to ${formatCount(Math.min(to, accounts.length))} of ${formatCount(accounts.length)}`;
  }

  addEventListener('beforeprint', () => draw(0, accounts.length));
  addEventListener('afterprint', () => draw());
  return {
    element: element(
      'section',
      { 'aria-label': 'Accounts', class: 'card' },
      status,
      scroller('Table of accounts', table),
      pager,
    ),
    show: (found, all) => {
      accounts = found;
      page = 0;
      status.textContent =
        found.length === all
          ? `${formatCount(all)} accounts`
          : `${formatCount(found.length)} of ${formatCount(all)} accounts`;
      draw();
    },
  };
}

function drawRow({ entry, name, unit, holds, loses, findings }: PageAccount): HTMLElement {
  const goes = CREDENTIAL_KINDS.some((kind) => loses[kind] > 0);
  const lookedAt = entry.decision === 'clean' || entry.observed !== undefined;
  const held =
    holds === undefined ? (lookedAt ? 'not known' : 'not looked at') : countPresent(holds) || 'none';
  const credentials = goes ? [element('strong', {}, `delete ${countPresent(loses)}`)] : [held];
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, element('a', { href: `#account/${entry.id}` }, entry.id)),
    ...cells(HEAD.slice(1), [
      [outside(name)],
      [unit === undefined ? undefined : outsidePath(unit)],
      [drawDecision(entry.decision)],
      credentials,
      [...findings].flatMap((code) => [element('span', { class: 'whole' }, code), ' ']),
    ]),
  );
}

export function drawDecision(decision: string): HTMLElement {
  return element('span', { class: `badge ${decision}` }, decision === 'not-active' ? 'not active' : decision);
}
