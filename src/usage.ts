/** What is wrong with a command line that fits no command: one sentence, where clipanion lists candidates. */
import { suggest } from './core/suggest.js';
import { quoteVisibly as quote } from './core/text.js';
import { RootsweepError } from './errors.js';

/** A command as clipanion describes it. */
export interface CommandDefinition {
  /** `rootsweep plan` */
  readonly path: string;
  /** `rootsweep show <PLAN>`, without the flags; ` ...` behind an argument that may be repeated. */
  readonly usage: string;
  /** `{ definition: '--policy #0' }`: a flag that takes a value. */
  readonly options: readonly { readonly definition: string; readonly required: boolean }[];
}

interface Flag {
  readonly name: string;
  readonly takesValue: boolean;
  readonly required: boolean;
}

/** @param cause what clipanion threw at `argv`. */
export function explainUsage(
  argv: readonly string[],
  commands: readonly CommandDefinition[],
  cause: unknown,
): RootsweepError {
  const wordsOf = ({ path }: CommandDefinition) => path.split(' ').slice(1);
  const at = argv.findIndex((word) => isPositional(word));
  const command = commands.find((it) => wordsOf(it).every((word, index) => argv[at + index] === word));
  if (command !== undefined) {
    const others = argv.toSpliced(at, wordsOf(command).length);
    const fault = findFault(command, others) ?? `the command line does not fit "${command.path}"`;
    return new RootsweepError('USAGE', fault, { hint: `see: ${command.path} --help`, cause });
  }
  const names = commands.map((it) => wordsOf(it).join(' '));
  const sentence =
    at < 0
      ? 'no command was given'
      : `unknown command ${quote(argv[at] ?? '')}${didYouMean(suggest(argv[at] ?? '', names))}`;
  return new RootsweepError('USAGE', sentence, { hint: 'see: rootsweep --help', cause });
}

/** The first fault in the order of the command line; what is missing comes last. */
function findFault(
  { path, usage, options }: CommandDefinition,
  words: readonly string[],
): string | undefined {
  const flags = options.map(readFlag);
  const expected = [...usage.matchAll(/[<[](\w+)[>\]]/g)].map(([part, name = '']) => ({
    name,
    required: part.startsWith('<'),
  }));
  const most = usage.includes(' ...') ? Number.POSITIVE_INFINITY : expected.length;
  const given = new Set<string>();
  let positionals = 0;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (isPositional(word)) {
      positionals += 1;
      if (positionals > most) return `unexpected argument ${quote(word)} for "${path}"`;
      continue;
    }
    const [name = '', ...value] = word.split('=');
    const flag = flags.find(
      (it) => it.name === name || (!it.takesValue && name === `--no-${it.name.slice(2)}`),
    );
    if (flag === undefined) {
      const meant = suggest(
        name,
        flags.map((it) => it.name),
      );
      return `unknown flag ${quote(name)} for "${path}"${didYouMean(meant)}`;
    }
    given.add(flag.name);
    if (!flag.takesValue) {
      if (value.length > 0) return `flag ${quote(name)} takes no value`;
    } else if (value.length === 0) {
      index += 1;
      if (!isPositional(words[index] ?? '-?')) return `flag ${quote(name)} needs a value`;
    }
  }
  const missing = [
    ...expected.filter(({ required }, index) => required && index >= positionals),
    ...flags.filter(({ name, required }) => required && !given.has(name)),
  ].map(({ name }) => name);
  return missing.length === 0 ? undefined : `"${path}" needs ${missing.join(' and ')}`;
}

function readFlag({ definition, required }: CommandDefinition['options'][number]): Flag {
  const [name = '', ...values] = definition.split(' ');
  return { name, takesValue: values.length > 0, required };
}

function isPositional(word: string): boolean {
  return word === '-' || !word.startsWith('-');
}

function didYouMean(candidate: string | undefined): string {
  return candidate === undefined ? '' : `; did you mean ${quote(candidate)}?`;
}
