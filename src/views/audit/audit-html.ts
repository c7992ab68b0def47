/** An audit as a self-contained HTML page without scripts, for filing and printing. */
import { describeUse, nameCredential } from '../../core/action/credentials.js';
import { CONTROL_IDS, CONTROL_RESULTS, type ControlResult } from '../../core/doctor/control.js';
import type { AuditedAccount, AuditReport } from '../../workflows/audit-report.js';
import { countCredentials, plural } from '../format/counts.js';
import { escapeHtml, escapePath } from '../format/html.js';
import { renderPage } from '../format/page.js';
import { explainUnknown } from '../plan/unknown-text.js';
import { REDACTED } from '../plan/verdict-words.js';
import type { ShownReport } from './audit-csv.js';

const WORDS: Readonly<Record<ControlResult, string>> = {
  met: 'met',
  'not-met': 'not met',
  'not-applicable': 'does not apply',
  'not-known': 'not known',
};

const EDITIONS = ['v5.0.0', 'v3.0.0', 'v1.4.0', 'v1.2.0'] as const;

export function renderAuditHtml(report: ShownReport, style: string): string {
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
    ...(report.redacted ? [`<p>${escapeHtml(REDACTED)}</p>`] : []),
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
  const head = ['Security Hub', 'Control', ...EDITIONS.map((it) => `CIS ${it}`), ...Object.values(WORDS)];
  const rows = controls.map(({ id, title, cis, judgedBy, source, accounts }) => [
    id,
    `${escapeHtml(title)}<p class="hint">${escapeHtml(judgedBy)} Source: ${escapePath(source)}</p>`,
    ...EDITIONS.map((edition) => cis[edition]),
    ...CONTROL_RESULTS.map((result) => String(accounts[result])),
  ]);
  return ['<section class="card"><h2>Controls</h2>', ...renderTable('controls', head, rows), '</section>'];
}

function renderAccounts({ accounts }: AuditReport): string[] {
  const head = ['Account', 'Name', 'OU', 'State', 'Root credentials', ...CONTROL_IDS];
  const rows = accounts.map((account) => [
    account.id,
    `<bdi>${escapeHtml(account.name)}</bdi>`,
    account.ou === undefined ? '' : `<bdi>${escapePath(account.ou)}</bdi>`,
    account.state,
    renderObserved(account),
    ...CONTROL_IDS.map((id) => renderResult(account.controls[id])),
  ]);
  return ['<section class="card"><h2>Accounts</h2>', ...renderTable('accounts', head, rows), '</section>'];
}

/** @param rows of HTML; the first cell of each is its header. */
function renderTable(name: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    // Focusable, so that the keyboard can scroll it.
    `<div class="scroll" tabindex="0" role="group" aria-label="Table of ${name}">`,
    `<table class="${name} stack">`,
    `<thead><tr>${head.map((label) => `<th scope="col">${label}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(([first = '', ...cells]) => {
      const labelled = cells.map((cell, index) => `<td data-label="${head[index + 1]}">${cell}</td>`);
      return `<tr><th scope="row">${first}</th>${labelled.join('')}</tr>`;
    }),
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
