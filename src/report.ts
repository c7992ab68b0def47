/** Reports an error: one sentence on stderr (and an object on stdout with --json), and the exit code. */
import type { Context } from './context.js';
import { RootsweepError } from './errors.js';
import { renderDefect, renderError } from './views/cli/error-text.js';
import { renderJson } from './views/format/json.js';
import { renderLines } from './views/format/lines.js';

export function reportError(
  error: unknown,
  { stdout, stderr }: Pick<Context, 'stdout' | 'stderr'>,
  {
    json,
    colour,
    facts = {},
  }: {
    readonly json: boolean;
    readonly colour: boolean;
    /** Further members of the JSON object. */
    readonly facts?: object;
  },
): number {
  const known =
    error instanceof RootsweepError
      ? error
      : new RootsweepError('INTERNAL', error instanceof Error ? error.message : String(error));
  stderr.write(renderLines(known === error ? renderError(known) : renderDefect(error), colour));
  if (json) {
    const { code, message, hint, exitCode } = known;
    const said = { code, message, ...(hint === undefined ? {} : { hint }), exitCode };
    stdout.write(renderJson('error', { ...said, ...facts }));
  }
  return known.exitCode;
}
