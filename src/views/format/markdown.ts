/**
 * Markdown in which text from outside cannot be markup (promise 12). Such texts are in code spans, where parsers do not
 * look for HTML, links, emphasis or entities, and GitHub not for mentions, issues or addresses. Characters that could end
 * the span or its table cell are escaped like those of `core/base/text.ts`. `renderLines` handles control characters,
 * direction overrides and CI commands.
 */
import { escapeHtml } from './html.js';
import type { Line } from './lines.js';

/** A backtick ends a span, a pipe ends a cell even within a span, and a backslash may change the meaning of both. */
const BREAKING = /[`|\\]/g;

export function code(text: string): string {
  const safe = text.replace(BREAKING, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
  // An empty span is not a span, and white space at its ends is not shown.
  if (safe === '') return '(empty)';
  return `\`${safe.replace(/^ | $/g, '\\u{20}')}\``;
}

/** A code span for lines of HTML in Markdown, where backticks do not work. */
export function htmlCode(text: string): string {
  return text === '' ? '(empty)' : `<code>${escapeHtml(text)}</code>`;
}

/** @param rows of rootsweep's own words and results of `code`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): Line[] {
  const row = (cells: readonly string[]): Line => [`| ${cells.join(' | ')} |`];
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}
