/** What changed since the plan, for people. */
import { createTwoFilesPatch } from 'diff';
import type { Drift } from '../../core/base/change.js';
import { layOutJson } from '../format/laid-out-json.js';
import { cyan, dim, type Line, red } from '../format/lines.js';
import { MOST_EDITS } from '../format/patch.js';

/** A diff of what was planned and what was found. Policies are laid out, unless only their spelling differs. */
export function renderDrift({ planned, found }: Pick<Drift, 'planned' | 'found'>): Line[] {
  const layOut = (line: string) => (line.startsWith('{') ? layOutJson(line) : [line]);
  const [before, after] = [planned.flatMap(layOut), found.flatMap(layOut)];
  return before.join('\n') === after.join('\n') ? comparePair(planned, found) : comparePair(before, after);
}

function comparePair(planned: readonly string[], found: readonly string[]): Line[] {
  const text = (lines: readonly string[]) =>
    lines.map((line) => `${line.replaceAll('\n', '\\n')}\n`).join('');
  const patch = createTwoFilesPatch('planned', 'found', text(planned), text(found), undefined, undefined, {
    context: 1,
    maxEditLength: MOST_EDITS,
  });
  // Lists with little in common are shown one after the other.
  const lines = patch?.split('\n') ?? [
    ...planned.map((line) => `-${line.replaceAll('\n', '\\n')}`),
    ...found.map((line) => `+${line.replaceAll('\n', '\\n')}`),
  ];
  return lines
    .filter((line) => /^[-+ ]/.test(line))
    .map((line) => [
      '      ',
      line.startsWith('-') ? red(line) : line.startsWith('+') ? cyan(line) : dim(line),
    ]);
}
