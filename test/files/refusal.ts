import { RootsweepError } from '../../src/errors.js';

/** What a function is refused with: `CODE` and the message below it; `accepted` if it returns. */
export function refusalOf(run: () => unknown): string {
  try {
    run();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof RootsweepError)) throw error;
    return `${error.code}\n${error.message}`;
  }
}

/** Joins the lines of a small file. */
export function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
