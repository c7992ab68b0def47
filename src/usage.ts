/** Explains an invalid command line in one sentence, where clipanion would list candidates. */

import { suggest } from './core/base/suggest.js';
import { quoteVisibly as quote } from './core/base/text.js';
import {
  type CommandDefinition,
  readFlag,
  readPositionals,
  readWords,
  repeatsArgument,
} from './core/cli/command-definition.js';
import { RootsweepError } from './errors.js';

/** @param cause what clipanion threw for `argv`. */
export function explainUsage(
  argv: readonly string[],
  commands: readonly CommandDefinition[],
  cause: unknown,
): RootsweepError {
  const at = argv.findIndex((word) => isPositional(word));
  const command = commands.find((it) => readWords(it).every((word, index) => argv[at + index] === word));
  if (command !== undefined) {
    const others = argv.toSpliced(at, readWords(command).length);
    const fault = findFault(command, others) ?? `the command line does not fit "${command.path}"`;
    return new RootsweepError('USAGE', fault, { hint: `see: ${command.path} --help`, cause });
  }
  const names = commands.map((it) => readWords(it).join(' '));
  const sentence =
    at < 0
      ? 'no command was given'
      : `unknown command ${quote(argv[at] ?? '')}${didYouMean(suggest(argv[at] ?? '', names))}`;
  return new RootsweepError('USAGE', sentence, { hint: 'see: rootsweep --help', cause });
}

/** Finds the first error in command-line order; missing arguments come last. */
function findFault(command: CommandDefinition, words: readonly string[]): string | undefined {
  const { path, options } = command;
  const flags = options.map(readFlag);
  const expected = readPositionals(command);
  const most = repeatsArgument(command) ? Number.POSITIVE_INFINITY : expected.length;
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

function isPositional(word: string): boolean {
  return word === '-' || !word.startsWith('-');
}

function didYouMean(candidate: string | undefined): string {
  return candidate === undefined ? '' : `; did you mean ${quote(candidate)}?`;
}
