/**
 * How much room a text takes on a terminal, at most. Terminals disagree on what is not ASCII, and none gives a
 * character more than two columns: two is what each counts here, so that a line that fits by this count fits on all.
 */
const CUT = '…';

/** @param text without anything invisible (`makeVisible`). */
export function countColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
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
