/**
 * CSV (RFC 4180, with LF) that a spreadsheet takes for text (promise 12). Every cell is quoted. Where a text begins
 * as a formula does (`=`, `+`, `-`, `@`, and their full-width forms), an apostrophe goes before it; so it does after
 * what somebody's spreadsheet takes for the end of a cell: a semicolon, a comma, a tab or a bar within the text.
 */
import { defuseCommands, makeVisible } from '../../core/base/text.js';

const FORMULA = /(^|[;,|])([\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

export function renderCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(renderCell).join(',')}\n`).join('');
}

function renderCell(text: string): string {
  const inert = defuseCommands(makeVisible(text), '\\u{23}').replace(FORMULA, "$1$2'");
  return `"${inert.replaceAll('"', '""')}"`;
}
