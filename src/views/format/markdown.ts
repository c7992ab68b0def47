/**
 * Markdown in which a text from outside is a text and nothing else (promise 12). Such texts stand in code spans,
 * where no parser looks for HTML, links, emphasis or entities, and GitHub for no mention, issue or address. What
 * could end the span, or the table's cell around it, is an escape like those of `core/base/text.ts`; control characters,
 * direction overrides and CI commands are left to `renderLines`, through which every line goes.
 */
import { escapeHtml } from './html.js';
import type { Line } from './lines.js';

/** A backtick ends a span, a pipe ends a cell even within one, and a backslash may make either of them something else. */
const BREAKING = /[`|\\]/g;

export function code(text: string): string {
  const safe = text.replace(BREAKING, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
  // Without anything in it there is no span, and white space at its ends is not shown.
  if (safe === '') return '(empty)';
  return `\`${safe.replace(/^ | $/g, '\\u{20}')}\``;
}

/** The same where a line of HTML stands in Markdown, which is no place for spans. */
export function htmlCode(text: string): string {
  return text === '' ? '(empty)' : `<code>${escapeHtml(text)}</code>`;
}

/** @param cells of each row: words of rootsweep's own, and what `code` gave. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): Line[] {
  const row = (cells: readonly string[]): Line => [`| ${cells.join(' | ')} |`];
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}
