/**
 * Lines for people. A line is made of spans, and every span's text is made visible before anything is coloured, so
 * that no account name can move a cursor, colour a word or speak to a CI runner (promise 12): there is no other
 * way to a terminal.
 */
import { Chalk, type ChalkInstance } from 'chalk';
import { defuseCommands, makeVisible, SEAM } from '../../core/base/text.js';

export type TextStyle = 'plain' | 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export interface Span {
  readonly text: string;
  readonly style: TextStyle;
}

export type Line = readonly (string | Span)[];

export const bold = (text: string): Span => ({ text, style: 'bold' });
export const dim = (text: string): Span => ({ text, style: 'dim' });
export const red = (text: string): Span => ({ text, style: 'red' });
export const green = (text: string): Span => ({ text, style: 'green' });
export const yellow = (text: string): Span => ({ text, style: 'yellow' });
export const cyan = (text: string): Span => ({ text, style: 'cyan' });

export function renderLines(lines: readonly Line[], colour: boolean): string {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return lines.map((line) => `${renderLine(line, chalk)}\n`).join('');
}

function renderLine(line: Line, chalk: ChalkInstance): string {
  const spans = line.map((span) =>
    typeof span === 'string' ? { text: span, style: 'plain' as const } : span,
  );
  // As a whole: what two spans hold can be a command together.
  const inert = defuse(spans.map(({ text }) => makeVisible(text)).join(SEAM)).split(SEAM);
  const rendered = spans
    .map(({ style }, index) => {
      const safe = inert[index] ?? '';
      return style === 'plain' || safe === '' ? safe : chalk[style](safe);
    })
    .join('')
    .trimEnd();
  // GitHub's runner takes a line that starts with `::` for a command; elsewhere the two colons are part of ARNs.
  const start = spans.map(({ text }) => text).join('');
  return start.trimStart().startsWith('::') ? rendered.replace('::', ':\\u{3a}') : rendered;
}

function defuse(text: string): string {
  return defuseCommands(text, '\\u{23}');
}

/** As it is shown: for whoever must know how long that is. */
export function makeInert(text: string): string {
  return defuse(makeVisible(text));
}

/** Rows as lines with aligned columns; cells are padded as they are, so only the last may be long. */
export function alignRows(rows: readonly (readonly (string | Span)[])[]): Line[] {
  const textOf = (cell: string | Span) => makeInert(typeof cell === 'string' ? cell : cell.text);
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, textOf(cell).length);
    });
  }
  return rows.map((row) =>
    row.flatMap((cell, column) => [cell, ' '.repeat((widths[column] ?? 0) - textOf(cell).length + 2)]),
  );
}
