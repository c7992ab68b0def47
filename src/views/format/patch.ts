/** Two texts as a unified diff. */
import { createTwoFilesPatch } from 'diff';
import type { Change } from '../../core/base/change.js';

/** Beyond so many edits a diff shows nothing that the two texts would not, and takes long to find. */
export const MOST_EDITS = 2000;

/** Lines without their line breaks; what is hostile in them is left to whoever prints them. */
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

/** The lines as a block of Markdown, in a fence that none of them can end. */
export function fence(lines: readonly string[]): readonly string[] {
  let longest = 2;
  for (const [run] of lines.join('\n').matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const bar = '`'.repeat(longest + 1);
  return [`${bar}diff`, ...lines, bar];
}
