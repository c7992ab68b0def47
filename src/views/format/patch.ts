/** Two texts as a unified diff. */
import { createTwoFilesPatch } from 'diff';
import type { Change } from '../../core/base/change.js';
import type { Line } from './lines.js';

/** A diff with more edits takes long to compute and is no clearer than the two texts. */
export const MOST_EDITS = 2000;

/** Returns lines without line breaks. Hostile characters are not escaped; the caller must do so. */
export function patchText(
  beforeName: string,
  afterName: string,
  { before, after }: Change<string>,
): readonly string[] {
  const patch = createTwoFilesPatch('before', 'after', before, after, undefined, undefined, {
    context: 3,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) return [`(they differ in more than ${MOST_EDITS} lines)`];
  const lines = patch.replace(/\n$/, '').split('\n');
  const start = lines.findIndex((line) => line.startsWith('@@'));
  return [`--- ${beforeName}`, `+++ ${afterName}`, ...lines.slice(start)];
}

/** A Markdown code block with a fence that no line can end. */
export function fence(lines: readonly string[]): Line[] {
  let longest = 2;
  for (const [run] of lines.join('\n').matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const bar = '`'.repeat(longest + 1);
  return [`${bar}diff`, ...lines, bar].map((line) => [line]);
}
