/**
 * The HTML report of a plan: reads the plan embedded in the page and renders it. Sends no requests and stores nothing.
 */
import type { Plan } from '../core/plan/plan.js';
import { createAccountList } from './account-list.js';
import { drawAccountPage } from './account-page.js';
import { filterAccounts, rankAccounts } from './accounts.js';
import { element } from './dom.js';
import { createFilters } from './filters.js';
import { drawPicture } from './picture.js';
import { createUnitTree } from './unit-tree.js';
import { buildUnits } from './units.js';

function open(): void {
  const plan = JSON.parse(document.getElementById('plan')?.textContent ?? '') as Plan;
  const accounts = rankAccounts(plan);
  const byId = new Map(accounts.map(({ entry }) => [entry.id, entry]));
  let unit: string | undefined;

  const list = createAccountList();
  const picture = element('div');
  const filters = createFilters(plan, accounts, () => refresh());
  const chooseUnit = (path: string | undefined) => {
    unit = path;
    tree.choose(path);
    drawUnit();
    refresh();
    if (location.hash !== '') location.hash = '';
  };
  const tree = createUnitTree(buildUnits(accounts), accounts.length, chooseUnit);
  const drawUnit = () => picture.replaceChildren(drawPicture(accounts, unit, chooseUnit));
  const refresh = () => list.show(filterAccounts(accounts, { ...filters.read(), unit }), accounts.length);

  const overview = element('div', { class: 'overview' }, picture, filters.element, list.element);
  const detail = element('div', { hidden: true });
  const content = document.getElementById('content');
  if (content === null) return;
  content.replaceChildren(tree.element, element('div', { class: 'main' }, overview, detail));
  drawUnit();
  refresh();

  // Nothing can be expanded on paper, so printing expands everything.
  const folded = [...document.querySelectorAll('details')].filter((it) => !it.open);
  addEventListener('beforeprint', () => setOpen(folded, true));
  addEventListener('afterprint', () => setOpen(folded, false));

  let shown: string | undefined;
  const route = () => {
    const [, id = ''] = /^#account\/(\d{12})$/.exec(location.hash) ?? [];
    const entry = byId.get(id);
    detail.hidden = entry === undefined;
    overview.hidden = entry !== undefined;
    const left = shown;
    shown = entry?.id;
    detail.replaceChildren(...(entry === undefined ? [] : [drawAccountPage(entry)]));
    if (entry !== undefined) {
      detail.querySelector('h2')?.focus();
      detail.scrollIntoView();
    } else if (left !== undefined) {
      // Return focus to the account that was open.
      list.element.querySelector<HTMLElement>(`a[href="#account/${left}"]`)?.focus();
    }
  };
  addEventListener('hashchange', route);
  route();
}

function setOpen(all: readonly HTMLDetailsElement[], open: boolean): void {
  for (const it of all) it.open = open;
}

open();
