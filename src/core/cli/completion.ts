/** The words of a command line, for shell completion. */
import { type CommandDefinition, readFlag, readPositionals } from './command-definition.js';

/** The allowed words of an option or an argument, by its name (`--format`, `SHELL`). */
export type Choices = Readonly<Record<string, readonly string[]>>;

/** `file`: any other value; shells complete files there. */
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

/** A command with the descriptions that completion shows. */
export interface DescribedDefinition extends CommandDefinition {
  readonly description?: string;
  readonly options: readonly {
    readonly definition: string;
    readonly description?: string;
    readonly required: boolean;
  }[];
}

const HELP: CompletedFlag = { name: '--help', description: 'Explain the command', value: undefined };

/** Flags of the program itself. */
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
        // A flag that is on by default names its negation in its description.
        const off = `--no-${name.slice(2)}`;
        return description.includes(off) ? [flag, { ...flag, name: off }] : [flag];
      }),
      HELP,
    ],
    arguments: readPositionals(definition).map(({ name }) => ({ name, expected: expect(name) })),
  };
}

/** Every flag of any command that takes a value: the word after it is not a command. */
export function flagsWithValues(commands: readonly CompletedCommand[]): readonly string[] {
  const flags = commands.flatMap((command) => command.flags.filter(({ value }) => value !== undefined));
  return [...new Set(flags.map(({ name }) => name))].sort();
}

/** The words that can come next in the name of a command, with their descriptions. */
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

/** The proper prefixes of the names of commands: `[]`, and `['a']` of `['a', 'b']`. */
export function commandGroups(commands: readonly CompletedCommand[]): readonly (readonly string[])[] {
  const beginnings = commands.flatMap(({ words }) => words.map((_, index) => words.slice(0, index)));
  return [...new Map(beginnings.map((words) => [words.join(' '), words])).values()];
}
