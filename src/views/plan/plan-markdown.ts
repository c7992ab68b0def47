/**
 * A plan as a comment on a pull request or a CI step summary, the most important parts first. What does not fit is
 * shortened or omitted, starting with the least important, and counted. Blocking findings are always named.
 */
import { compareText } from '../../core/action/credentials.js';
import { isNamedKind } from '../../core/action/plan-kind.js';
import { type Blocker, listBlockers, listFullEntries } from '../../core/plan/blocker.js';
import { DECISIONS, type FullEntry, type Plan } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { RootsweepError } from '../../errors.js';
import { countCredentials, plural } from '../format/counts.js';
import { type Line, renderLines } from '../format/lines.js';
import { code, htmlCode, table } from '../format/markdown.js';
import { renderNamedPlanMarkdown } from './named-plan-markdown.js';
import { renderHead, size } from './plan-markdown-head.js';
import { DETAIL_COLUMNS, type Detail, renderRow } from './plan-markdown-row.js';
import { countOthers, countSeverities, describeLeft } from './plan-words.js';

/**
 * In bytes of UTF-8, of which a text has at least as many as characters. GitHub allows comments of 65,536 characters and
 * 1 MiB of summary per step; the rest is reserved for lines that users add.
 */
export const MARKDOWN_LIMITS = { comment: 65_000, 'step-summary': 1_000_000 } as const;

/** The most important for a reviewer first. */
const IMPORTANCE = DECISIONS.filter((decision) => decision !== 'clean');

/**
 * @param limit in bytes, or `Infinity`.
 * @throws RootsweepError USAGE if the ids of the blocked accounts alone do not fit.
 */
export function renderPlanMarkdown(review: Review, limit: number): string {
  const { plan } = review;
  const { kind, totals } = plan;
  if (isNamedKind(kind)) return renderNamedPlanMarkdown(review, kind, limit);
  const head = renderHead(review, describeLeft(plan), [
    ['deletes', countCredentials(totals.deletions)],
    ['accounts', `**${totals.decisions.delete} delete**, ${countOthers(totals)}`],
    ['findings', countSeverities(totals)],
  ]);
  const tail = renderTail(plan);
  const room = limit - size([...head, ...tail]);
  const blockers = fitBlockers(plan, room);
  const remarks = fitRemarks(plan, (room - size(blockers)) / 4);
  const accounts = fitAccounts(plan, room - size([...blockers, ...remarks]));
  const markdown = renderLines([...head, ...blockers, ...remarks, ...accounts, ...tail], false);
  if (Buffer.byteLength(markdown) > limit) throw new Error('the Markdown is longer than its limit');
  return markdown;
}

/** Every blocking finding, in as much detail as fits. */
function fitBlockers(plan: Plan, room: number): Line[] {
  const blockers = listBlockers(plan);
  if (blockers.length === 0) return [];
  const title: Line[] = [['### What blocks'], []];
  for (const [render, share] of [
    [renderBlocker, 0.5],
    [nameBlockers, 0.6],
    [numberBlockers, 1],
  ] as const) {
    const lines = [...title, ...render(blockers), []];
    if (size(lines) <= room * share) return lines;
  }
  throw new RootsweepError(
    'USAGE',
    `there is no room to name all ${blockers.length} findings that block this plan`,
    { hint: 'pass --limit step-summary or --limit none, or use --format html' },
  );
}

function renderBlocker(blockers: readonly Blocker[]): Line[] {
  return blockers.map(({ entry, finding }): Line => {
    const of =
      entry === undefined ? '' : `${code(entry.id)} ${code(entry.name)} in ${code(entry.ou ?? '?')}: `;
    return [`- ${of}${finding.code}: ${code(finding.message)}`];
  });
}

const nameBlockers = groupBlockers((entries) =>
  entries.map(({ id, name }) => code(`${id} ${name}`)).join(', '),
);

const numberBlockers = groupBlockers((entries) => code(entries.map(({ id }) => id).join(' ')));

/** Grouped by finding. Findings about no account are in full, because nothing else names them. */
function groupBlockers(
  describe: (entries: readonly FullEntry[]) => string,
): (blockers: readonly Blocker[]) => Line[] {
  return (blockers) => {
    const groups = new Map<string, Map<string, FullEntry>>();
    for (const { entry, finding } of blockers) {
      if (entry === undefined) continue;
      const group = groups.get(finding.code) ?? new Map<string, FullEntry>();
      groups.set(finding.code, group.set(entry.id, entry));
    }
    return [
      ...renderBlocker(blockers.filter(({ entry }) => entry === undefined)),
      ...[...groups].map(
        ([finding, entries]): Line => [
          `- ${finding} in ${plural(entries.size, 'account', 'accounts')}: ${describe([...entries.values()])}`,
        ],
      ),
    ];
  };
}

/** Findings about the policy or the organization that do not block. */
function fitRemarks(plan: Plan, room: number): Line[] {
  const remarks = plan.findings.filter(({ severity }) => severity !== 'block');
  if (remarks.length === 0) return [];
  const title: Line[] = [['### About the policy'], []];
  const lines: Line[] = [];
  for (const { severity, code: name, message } of remarks) {
    const line: Line = [`- ${severity} ${name}: ${code(message)}`];
    if (size([...title, ...lines, line]) > room - 100) break;
    lines.push(line);
  }
  const left = remarks.length - lines.length;
  return [...title, ...lines, ...(left === 0 ? [] : [[`- ${left} more, not shown here`]]), []];
}

interface Row {
  readonly entry: FullEntry;
  detail: Detail | 'none';
}

interface Group {
  readonly unit: string | undefined;
  readonly rows: Row[];
}

/** Names as many accounts as fit, the most important first; then shows as many of them in full as still fit. */
function fitAccounts(plan: Plan, limit: number): Line[] {
  const groups = groupByUnit(listFullEntries(plan));
  const rows = groups
    .flatMap((group) => group.rows.map((row) => ({ row, group })))
    .sort((a, b) => rank(a.row.entry) - rank(b.row.entry));
  const title: Line[] = [['### Accounts'], []];
  const sentence = describeLeftOut(rows.map(({ row }) => row));
  // Reserves space, because the final sentence may be longer.
  let room = limit - size(title) - size([[sentence], []]) - 100;
  const open = rows.length <= 10;

  const shownGroups = new Set<Group>();
  for (const { row, group } of rows) {
    const overhead = shownGroups.has(group) ? 0 : size(renderGroup({ ...group, rows: [] }, group, open)) + 40;
    const cost = overhead + size([renderRow(row.entry, 'short')]);
    if (cost > room) break;
    room -= cost;
    row.detail = 'short';
    shownGroups.add(group);
  }
  for (const { row } of rows) {
    if (row.detail === 'none') break;
    const cost = size([renderRow(row.entry, 'full')]) - size([renderRow(row.entry, 'short')]);
    if (cost > room) break;
    room -= Math.max(cost, 0);
    row.detail = 'full';
  }
  const left = describeLeftOut(rows.map(({ row }) => row));
  return [
    ...(rows.length === 0 ? [] : title),
    ...groups.filter((group) => shownGroups.has(group)).flatMap((group) => renderGroup(group, group, open)),
    ...(left === '' ? [] : [[left], []]),
  ];
}

function rank({ decision }: FullEntry): number {
  return IMPORTANCE.indexOf(decision);
}

function groupByUnit(entries: readonly FullEntry[]): Group[] {
  const groups = new Map<string | undefined, Group>();
  for (const entry of entries) {
    const group = groups.get(entry.ou) ?? { unit: entry.ou, rows: [] };
    group.rows.push({ entry, detail: 'none' });
    groups.set(entry.ou, group);
  }
  for (const { rows } of groups.values()) rows.sort((a, b) => rank(a.entry) - rank(b.entry));
  // U+10FFFF sorts unknown OUs after every path.
  return [...groups.values()].sort((a, b) => compareText(a.unit ?? '\u{10ffff}', b.unit ?? '\u{10ffff}'));
}

/** @param all the same group with all its accounts, for the counts in its title. */
function renderGroup({ unit, rows }: Group, all: Group, open: boolean): Line[] {
  const shown = rows.filter(({ detail }) => detail !== 'none');
  const left = rows.length - shown.length;
  const title = [
    plural(all.rows.length, 'account', 'accounts'),
    ...countDecisions(all.rows),
    ...(left === 0 ? [] : [`${left} not shown`]),
  ].join(', ');
  return [
    [open ? '<details open>' : '<details>'],
    [`<summary>${unit === undefined ? 'unknown OU' : htmlCode(unit)}: ${title}</summary>`],
    [],
    ...table(DETAIL_COLUMNS, []),
    ...shown.map(({ entry, detail }) => renderRow(entry, detail === 'full' ? 'full' : 'short')),
    [],
    ['</details>'],
    [],
  ];
}

/** `2 delete`, `1 blocked`: without zeros. */
function countDecisions(rows: readonly Row[]): string[] {
  return IMPORTANCE.flatMap((decision) => {
    const count = rows.filter(({ entry }) => entry.decision === decision).length;
    return count === 0 ? [] : [`${count} ${decision}`];
  });
}

function describeLeftOut(rows: readonly Row[]): string {
  const none = rows.filter(({ detail }) => detail === 'none');
  const short = rows.filter(({ detail }) => detail === 'short').length;
  if (none.length === 0 && short === 0) return '';
  const left =
    none.length === 0
      ? 'Every account of which the plan has something to say is named here.'
      : `**${plural(none.length, 'account is', 'accounts are')} not shown here: ${countDecisions(none).join(', ')}.**`;
  return short === 0 ? left : `${left} ${plural(short, 'account is', 'accounts are')} shown in short.`;
}

function renderTail({ totals }: Plan): Line[] {
  const { clean } = totals.decisions;
  return [
    ...(clean === 0
      ? []
      : [
          [
            `${plural(clean, 'account holds', 'accounts hold')} no root credentials, and ${clean === 1 ? 'is' : 'are'} not listed.`,
          ],
          [],
        ]),
    ['All of it: the plan file, or `rootsweep show PLAN` as text, HTML or CSV.'],
  ];
}
