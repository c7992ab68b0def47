/**
 * A plan as one comment of a pull request, or one summary of a CI step: what the answer hangs on comes first. What
 * does not fit is folded from the least important end, and counted; what blocks is always named.
 */

import { compareText } from '../../core/action/credentials.js';
import { isNamedKind } from '../../core/action/plan-kind.js';
import { type Blocker, listBlockers, listFullEntries } from '../../core/plan/blocker.js';
import type { FullEntry, Plan } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { RootsweepError } from '../../errors.js';
import { countCredentials, plural } from '../format/counts.js';
import { type Line, renderLines } from '../format/lines.js';
import { code, htmlCode, table } from '../format/markdown.js';
import { renderNamedPlanMarkdown } from './named-plan-markdown.js';
import { beginComment, listOrigin, size, topOf } from './plan-markdown-head.js';
import { DETAIL_COLUMNS, type Detail, renderRow } from './plan-markdown-row.js';
import { describeLeft, headline } from './plan-words.js';

/**
 * Bytes of UTF-8, of which no text has fewer than characters. GitHub takes comments of 65,536 characters, and 1 MiB
 * of summary for each step; some of both is left to whoever adds a line.
 */
export const MARKDOWN_LIMITS = { comment: 65_000, 'step-summary': 1_000_000 } as const;

/** From what a reviewer must not miss to what they can look up. */
const IMPORTANCE: readonly FullEntry['decision'][] = [
  'delete',
  'recover',
  'unlock',
  'blocked',
  'unknown',
  'kept',
  'excluded',
  'not-active',
];

/**
 * @param limit in bytes; `Infinity` for everything.
 * @throws RootsweepError USAGE where not even the ids of all blocked accounts have room.
 */
export function renderPlanMarkdown(review: Review, limit: number): string {
  const { kind } = review.plan;
  if (isNamedKind(kind)) return renderNamedPlanMarkdown(review, kind, limit);
  const head = renderHead(review);
  const tail = renderTail(review.plan);
  const room = limit - size([...head, ...tail]);
  const blockers = fitBlockers(review.plan, room);
  const remarks = fitRemarks(review.plan, (room - size(blockers)) / 4);
  const accounts = fitAccounts(review.plan, room - size([...blockers, ...remarks]));
  const markdown = renderLines([...head, ...blockers, ...remarks, ...accounts, ...tail], false);
  if (Buffer.byteLength(markdown) > limit) throw new Error('the Markdown is longer than its limit');
  return markdown;
}

function renderHead(review: Review): Line[] {
  const { plan, digest } = review;
  const { totals } = plan;
  const { decisions, deletions } = totals;
  const left = describeLeft(plan);
  return [
    ...beginComment(plan),
    ...topOf(review),
    [`## ${headline(review)}`],
    [],
    ...(left === '' ? [] : [[left], []]),
    ...table(
      ['', ''],
      [
        ['digest', code(`sha256:${digest}`)],
        ['deletes', countCredentials(deletions)],
        [
          'accounts',
          [
            `**${decisions.delete} delete**`,
            `${decisions.blocked} blocked`,
            `${decisions.unknown} unknown`,
            `${decisions.kept} kept`,
            `${decisions.excluded} excluded`,
            `${decisions['not-active']} not active`,
            `${decisions.clean} clean`,
          ].join(', '),
        ],
        [
          'findings',
          `${totals.findings.block} block, ${totals.findings.warn} warn, ${totals.findings.info} info`,
        ],
        ...listOrigin(review),
      ],
    ),
    [],
  ];
}

/** Every blocker, with as much about each as there is room for. */
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

/** By finding; what is about no account stands in full, because nothing else names it. */
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

/**
 * Names every account for which there is room, the most important first; then tells all about as many as there is
 * still room for, in the same order.
 */
function fitAccounts(plan: Plan, limit: number): Line[] {
  const groups = groupByUnit(listFullEntries(plan));
  const rows = groups
    .flatMap((group) => group.rows.map((row) => ({ row, group })))
    .sort((a, b) => rank(a.row.entry) - rank(b.row.entry));
  const title: Line[] = [['### Accounts'], []];
  const sentence = describeLeftOut(rows.map(({ row }) => row));
  // Some more for the words that the sentence may have in the end.
  let room = limit - size(title) - size([[sentence], []]) - 100;
  const open = rows.length <= 10;

  const begun = new Set<Group>();
  for (const { row, group } of rows) {
    const overhead = begun.has(group) ? 0 : size(renderGroup({ ...group, rows: [] }, group, open)) + 40;
    const cost = overhead + size([renderRow(row.entry, 'short')]);
    if (cost > room) break;
    room -= cost;
    row.detail = 'short';
    begun.add(group);
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
    ...groups.filter((group) => begun.has(group)).flatMap((group) => renderGroup(group, group, open)),
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
  // U+10FFFF comes after every path: where AWS told no place, last.
  return [...groups.values()].sort((a, b) => compareText(a.unit ?? '\u{10ffff}', b.unit ?? '\u{10ffff}'));
}

/** @param all the same group with all of its accounts, for the counts of its title. */
function renderGroup({ unit, rows }: Group, all: Group, open: boolean): Line[] {
  const counts = IMPORTANCE.map((decision) => ({
    decision,
    count: all.rows.filter(({ entry }) => entry.decision === decision).length,
  })).filter(({ count }) => count > 0);
  const shown = rows.filter(({ detail }) => detail !== 'none');
  const left = rows.length - shown.length;
  const title = [
    plural(all.rows.length, 'account', 'accounts'),
    ...counts.map(({ decision, count }) => `${count} ${decision}`),
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

function describeLeftOut(rows: readonly Row[]): string {
  const none = rows.filter(({ detail }) => detail === 'none');
  const short = rows.filter(({ detail }) => detail === 'short').length;
  if (none.length === 0 && short === 0) return '';
  const kinds = IMPORTANCE.map((decision) => ({
    decision,
    count: none.filter(({ entry }) => entry.decision === decision).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ decision, count }) => `${count} ${decision}`);
  const left =
    none.length === 0
      ? 'Every account of which the plan has something to say is named here.'
      : `**${plural(none.length, 'account is', 'accounts are')} not shown here: ${kinds.join(', ')}.**`;
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
