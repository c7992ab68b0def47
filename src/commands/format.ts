/** In which form a command prints what it has to say. */
import { RootsweepError } from '../errors.js';

export interface FormatChoice<Format extends string> {
  readonly formats: readonly Format[];
  /** What `--format` says. */
  readonly named: string | undefined;
  /** Without `--format` and `--json`. */
  readonly usual: Format;
  readonly json: boolean;
  /** A command line that is right. */
  readonly example: string;
}

/** @throws RootsweepError USAGE for a format that there is not, and where `--json` and `--format` contradict each other. */
export function chooseFormat<Format extends string>(of: FormatChoice<Format>): Format {
  const format = requireFormat(of);
  if (!of.json || (format as string) === 'json') return format;
  throw new RootsweepError('USAGE', `--json prints JSON, and --format ${format} would print something else`, {
    hint: 'leave one of them out',
  });
}

/** @throws RootsweepError USAGE for a format that there is not. */
export function requireFormat<Format extends string>(of: FormatChoice<Format>): Format {
  const named = of.named ?? (of.json ? 'json' : of.usual);
  const format = of.formats.find((it) => it === named);
  if (format !== undefined) return format;
  const quoted = of.formats.map((it) => `"${it}"`);
  const list = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
  throw new RootsweepError('USAGE', `--format takes ${list}, not "${named}"`, {
    hint: `for example: ${of.example}`,
  });
}
