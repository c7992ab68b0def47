/**
 * The maximum width of a text on a terminal. Terminals disagree about characters outside ASCII, but none uses more than
 * two columns for one. Each counts as two here, so that a line that fits by this count fits on every terminal.
 */
const CUT = '…';

/** @param text without invisible characters (`makeVisible`). */
export function countColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** Cuts a text that is too wide and ends it with an ellipsis. */
export function cutToColumns(text: string, columns: number): string {
  if (countColumns(text) <= columns) return text;
  let left = columns - countColumns(CUT);
  if (left < 0) return '';
  let cut = '';
  for (const character of text) {
    left -= columnsOf(character);
    if (left < 0) break;
    cut += character;
  }
  return `${cut.trimEnd()}${CUT}`;
}

function columnsOf(character: string): number {
  return character >= ' ' && character <= '~' ? 1 : 2;
}
