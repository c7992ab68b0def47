/** What can stand on a command line, for the shells that complete it. */
import { type CommandDefinition, readFlag, readPositionals } from './command-definition.js';

/** The words that an option or an argument takes, by its name (`--format`, `SHELL`), where there are only so many. */
export type Choices = Readonly<Record<string, readonly string[]>>;

/** `file` stands for everything that is not known: shells complete files there. */
export type Expected =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' };

export interface CompletedFlag {
  /** `--format` */
  readonly name: string;
  readonly description: string;
  /** Undefined for a flag that takes no value. */
  readonly value: Expected | undefined;
}

export interface CompletedArgument {
  /** `PLAN` */
  readonly name: string;
  readonly expected: Expected;
}

export interface CompletedCommand {
  /** Without the program: `['plan']`. */
  readonly words: readonly string[];
  /** One line. */
  readonly description: string;
  readonly flags: readonly CompletedFlag[];
  readonly arguments: readonly CompletedArgument[];
}

/** What is said of a command where it is completed. */
export interface DescribedDefinition extends CommandDefinition {
  readonly description?: string;
  readonly options: readonly {
    readonly definition: string;
    readonly description?: string;
    readonly required: boolean;
  }[];
}

const HELP: CompletedFlag = { name: '--help', description: 'Explain the command', value: undefined };

/** What may stand in the place of a command. */
export const PROGRAM_FLAGS: readonly CompletedFlag[] = [
  { ...HELP, description: 'List the commands' },
  { name: '--version', description: 'Print the version', value: undefined },
];

/**
 * @param words by which the command is called.
 * @param choices of this command.
 */
export function describeCompletion(
  words: readonly string[],
  definition: DescribedDefinition,
  choices: Choices,
): CompletedCommand {
  const expect = (name: string): Expected => {
    const known = choices[name];
    return known === undefined ? { kind: 'file' } : { kind: 'words', words: known };
  };
  return {
    words,
    description: (definition.description ?? '').trim(),
    flags: [
      ...definition.options.flatMap((option): readonly CompletedFlag[] => {
        const { name, takesValue } = readFlag(option);
        const description = (option.description ?? '').trim();
        const flag = { name, description, value: takesValue ? expect(name) : undefined };
        // What is on unless it is turned off says so.
        const off = `--no-${name.slice(2)}`;
        return description.includes(off) ? [flag, { ...flag, name: off }] : [flag];
      }),
      HELP,
    ],
    arguments: readPositionals(definition).map(({ name }) => ({ name, expected: expect(name) })),
  };
}

/** Every flag that takes a value, in whatever command: the word after it is no command. */
export function flagsWithValues(commands: readonly CompletedCommand[]): readonly string[] {
  const flags = commands.flatMap((command) => command.flags.filter(({ value }) => value !== undefined));
  return [...new Set(flags.map(({ name }) => name))].sort();
}

/** The words that can follow these ones to name a command, each with what is said of it. */
export function nextWords(
  commands: readonly CompletedCommand[],
  before: readonly string[],
): readonly { readonly word: string; readonly description: string }[] {
  const next = new Map<string, string>();
  for (const { words, description } of commands) {
    const word = words[before.length];
    if (word === undefined || before.some((it, index) => words[index] !== it) || next.has(word)) continue;
    next.set(word, description);
  }
  return [...next].map(([word, description]) => ({ word, description }));
}

/** The beginnings of commands of several words that are no command themselves: `[]`, and `['a']` of `['a', 'b']`. */
export function commandGroups(commands: readonly CompletedCommand[]): readonly (readonly string[])[] {
  const beginnings = commands.flatMap(({ words }) => words.map((_, index) => words.slice(0, index)));
  return [...new Map(beginnings.map((words) => [words.join(' '), words])).values()];
}
