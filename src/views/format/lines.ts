/**
 * Lines for people. A line consists of spans. Every span's text is made visible before it is coloured, so that an account
 * name cannot move the cursor, change colours or give commands to a CI runner (promise 12). All terminal output goes
 * through here.
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
  // All spans together, because a command can span two of them.
  const inert = defuse(spans.map(({ text }) => makeVisible(text)).join(SEAM)).split(SEAM);
  const rendered = spans
    .map(({ style }, index) => {
      const safe = inert[index] ?? '';
      return style === 'plain' || safe === '' ? safe : chalk[style](safe);
    })
    .join('')
    .trimEnd();
  // GitHub's runner treats a line that starts with `::` as a command. Elsewhere the colons are part of ARNs.
  const start = spans.map(({ text }) => text).join('');
  return start.trimStart().startsWith('::') ? rendered.replace('::', ':\\u{3a}') : rendered;
}

function defuse(text: string): string {
  return defuseCommands(text, '\\u{23}');
}

/** The text as it is shown, for measuring its length. */
export function makeInert(text: string): string {
  return defuse(makeVisible(text));
}

/** Rows as lines with aligned columns. Every column is as wide as its longest cell. */
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

export function indent(spaces: number, lines: readonly Line[]): Line[] {
  return lines.map((line) => [' '.repeat(spaces), ...line]);
}
