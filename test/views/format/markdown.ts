/** What a Markdown text of ours would show other than as it was meant. */
import { findLive } from '../hostile.js';

/** A code span as rootsweep writes them: there is no backtick within. */
const SPAN = /`[^`]+`/g;

/**
 * Nothing but code spans may hold what a parser would look at, so what is left without them must be made of the few
 * characters of our own words; and each row of a table must have the cells that its head has.
 */
export function findBroken(markdown: string): string[] {
  const found = findLive(markdown);
  let columns: number | undefined;
  for (const line of markdown.split('\n')) {
    const outside = line.replace(SPAN, 'CODE');
    if (/[`<>&@[\]!$~_\\]/.test(outside)) found.push(`live outside of a span: ${line}`);
    if (/https?:|www\./.test(outside)) found.push(`an address outside of a span: ${line}`);
    // A pipe ends a cell within a span, too, and a backslash before it may save it or not.
    const cells = line.startsWith('|') ? line.split('|').length : undefined;
    if (columns !== undefined && cells !== undefined && cells !== columns) found.push(`cells: ${line}`);
    if (cells === undefined && line.includes('|')) found.push(`a pipe outside of a table: ${line}`);
    columns = cells;
  }
  return found;
}
