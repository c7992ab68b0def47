/** `--format`: a command has a table of formats, and all that names them is made of its keys. */
import { Option } from 'clipanion';
import { RootsweepError } from '../errors.js';

/** What a command line says of the format. */
interface Said {
  readonly format: string | undefined;
  json: boolean;
}

/** @param rows for each format, what renders it; the usual one first. */
export function formatFlag<Format extends string>(
  rows: Readonly<Record<Format, unknown>>,
  {
    example,
    describe = listWords,
  }: {
    /** A command line that is right. */
    readonly example: string;
    /** What the help says of the formats. */
    readonly describe?: (formats: readonly string[]) => string;
  },
) {
  const formats = Object.keys(rows) as Format[];

  /** @throws RootsweepError USAGE for a format that there is not. */
  const parse = ({ format, json }: Said): Format => {
    const named = format ?? (json ? 'json' : formats[0]);
    const found = formats.find((it) => it === named);
    if (found !== undefined) return found;
    const list = listWords(formats.map((it) => `"${it}"`));
    throw new RootsweepError('USAGE', `--format takes ${list}, not "${named}"`, {
      hint: `for example: ${example}`,
    });
  };

  /**
   * The format of this run. Where it is JSON, all is, errors included.
   * @throws RootsweepError USAGE, also where `--json` and `--format` contradict each other.
   */
  const choose = (command: Said): Format => {
    const format = parse(command);
    if (command.json && format !== 'json') {
      throw contradiction(format, 'leave one of them out');
    }
    command.json ||= format === 'json';
    return format;
  };

  return {
    formats,
    option: () => Option.String('--format', { description: describe(formats) }),
    parse,
    choose,
  };
}

/** `--json` promises objects on standard output: there, nothing else is written. */
export function contradiction(format: string, hint: string): RootsweepError {
  return new RootsweepError(
    'USAGE',
    `--json prints JSON, and --format ${format} would print something else`,
    { hint },
  );
}

/** `text, json or junit`. */
export function listWords(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
