/** An audit as a page to be filed: no script, nothing to load, the same on every screen and on paper. */
import { CONTROL_IDS, type ControlResult } from '../core/control.js';
import { describeUse, nameCredential } from '../core/credentials.js';
import type { AuditedAccount, AuditReport } from '../workflows/audit-report.js';
import { countCredentials, plural } from './counts.js';
import { escapeHtml } from './html.js';
import { renderPage } from './page.js';
import { explainUnknown } from './unknown-text.js';

const WORDS: Readonly<Record<ControlResult, string>> = {
  met: 'met',
  'not-met': 'not met',
  'not-applicable': 'does not apply',
  'not-known': 'not known',
};

export function renderAuditHtml(report: AuditReport, style: string): string {
  const { organization, at, auditedBy, tool, totals, managementAccount } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['Organization', organization],
    ['Audited', `${at} by ${auditedBy}`],
    ['Management account', `${managementAccount}, which no root session can look at`],
    [
      'Accounts',
      `${totals.accounts}: ${totals.audited} audited, ${totals.unknown} unknown, ${totals.notAudited} not audited`,
    ],
    ['Root credentials', countCredentials(totals.credentials)],
    ['Tool', tool],
  ];
  const body = [
    '<header>',
    `<h1>Root credentials of ${plural(totals.accounts, 'account', 'accounts')}</h1>`,
    `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')}</dl>`,
    '</header>',
    '<main class="report">',
    ...renderControls(report),
    ...renderAccounts(report),
    '</main>',
    '<footer>What an audit saw at that moment, through root sessions that can only look. An account that could not be looked at is not known, never met. AWS checks the same controls in its own way, and may say otherwise.</footer>',
  ];
  return renderPage(`Root credentials of ${organization}, ${at}`, body, { style }, undefined);
}

function renderControls({ controls }: AuditReport): string[] {
  const head = [
    'Security Hub',
    'Control',
    'CIS v5.0.0',
    'v3.0.0',
    'v1.4.0',
    'v1.2.0',
    ...Object.values(WORDS),
  ];
  const rows = controls.map(({ id, title, cis, judgedBy, source, accounts }) => [
    `<th scope="row" class="whole">${id}</th>`,
    `<td>${escapeHtml(title)}<p class="hint">${escapeHtml(judgedBy)} Source: ${escapeHtml(source)}</p></td>`,
    ...Object.values(cis).map((number) => `<td>${number}</td>`),
    ...Object.values(accounts).map((count) => `<td class="number">${count}</td>`),
  ]);
  return ['<section class="card"><h2>Controls</h2>', ...renderTable('', head, rows), '</section>'];
}

function renderAccounts({ accounts }: AuditReport): string[] {
  const head = ['Account', 'Name', 'OU', 'State', 'Root credentials', ...CONTROL_IDS];
  const rows = accounts.map((account) => [
    `<th scope="row">${account.id}</th>`,
    `<td><bdi>${escapeHtml(account.name)}</bdi></td>`,
    `<td><bdi>${escapeHtml(account.ou ?? '')}</bdi></td>`,
    `<td>${account.state}</td>`,
    `<td>${renderObserved(account)}</td>`,
    ...CONTROL_IDS.map((id) => `<td>${renderResult(account.controls[id])}</td>`),
  ]);
  return ['<section class="card"><h2>Accounts</h2>', ...renderTable('accounts', head, rows), '</section>'];
}

function renderTable(
  className: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  return [
    // What can be scrolled must be in reach of the keyboard.
    '<div class="scroll" tabindex="0" role="group" aria-label="Table">',
    `<table${className === '' ? '' : ` class="${className}"`}>`,
    `<thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((cells) => `<tr>${cells.join('')}</tr>`),
    '</tbody>',
    '</table>',
    '</div>',
  ];
}

function renderObserved({ observed, notAudited }: AuditedAccount): string {
  if (observed === undefined) return escapeHtml(`not audited: ${notAudited}`);
  if (observed.kind === 'unknown') {
    return `not known: <bdi>${escapeHtml(observed.message)}</bdi><p class="hint">${escapeHtml(explainUnknown(observed.cause))}</p>`;
  }
  if (observed.credentials.length === 0) return `none, by ${observed.by}`;
  return observed.credentials
    .map((it) => `<bdi>${escapeHtml(nameCredential(it))}</bdi>: ${escapeHtml(describeUse(it))}`)
    .join('<br>');
}

function renderResult(result: ControlResult): string {
  const badge = { met: 'passes', 'not-met': 'fails', 'not-applicable': '', 'not-known': 'warn' }[result];
  return `<span class="badge whole ${badge}">${WORDS[result]}</span>`;
}
