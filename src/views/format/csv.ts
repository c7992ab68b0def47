/**
 * CSV (RFC 4180, with LF) that spreadsheets read as text, not as formulas (promise 12). Every cell is quoted. An
 * apostrophe is inserted before a character that starts a formula (`=`, `+`, `-`, `@`, and their full-width forms) at the
 * start of a cell, and after characters that some spreadsheets use as separators (semicolon, comma, bar).
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
