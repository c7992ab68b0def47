/** Errors for people: what happened, and what to do. */
import type { RootsweepError } from '../../errors.js';
import { dim, type Line, red } from '../format/lines.js';

export function renderError(error: RootsweepError): Line[] {
  const [first = '', ...more] = error.message.split('\n');
  return [
    [red('Error'), ': ', first],
    ...more.map((line): Line => ['       ', line]),
    ...(error.hint === undefined ? [] : [[dim('  → '), error.hint]]),
  ];
}

/** An unexpected error, which is a defect of rootsweep. */
export function renderDefect(error: unknown): Line[] {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    [red('Error'), ': rootsweep met a defect of its own; please report it'],
    ...text.split('\n').map((line): Line => ['  ', dim(line)]),
  ];
}
