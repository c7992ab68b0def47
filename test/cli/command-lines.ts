/** Command lines of rootsweep in what people copy, and whether the command line as it is today takes them. */
import type { CommandContext } from '../../src/commands/command.js';
import { COMMANDS, openCli } from '../../src/main.js';

/**
 * Every command line of rootsweep in a shell script, word by word, without the program itself. What is put together
 * elsewhere (`"${more[@]}"`) is left out, and so is a line that only passes on what it was given (`"$@"`).
 */
export function findCommandLines(script: string): string[][] {
  return script
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) =>
      [...line.matchAll(/(?:^|[|;&({`!]|\bthen|\bdo|\brun:|--no-install)\s*rootsweep(?=\s)/g)].map((found) =>
        splitWords(line.slice(found.index + found[0].length)).filter(
          (word) => !/^\$\{\w+\[@\]\}$/.test(word),
        ),
      ),
    )
    .filter(([command]) => command !== '$@');
}

/** The words up to the end of the command; redirections are none of them. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [, redirection, end, word] of text.matchAll(
    /\s*(?:(\d*(?:>>?|<)(?:&\d|\s*(?:"[^"]*"|[^\s;|&)]+)))|(#|[;|&)]|$)|((?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s"'\\;|&)])+))/g,
  )) {
    if (redirection !== undefined) continue;
    if (end !== undefined || word === undefined) break;
    words.push(word.replaceAll(/"((?:\\.|[^"])*)"|'([^']*)'|\\(.)/g, '$1$2$3'));
  }
  return words;
}

/** Why the command line does not fit; undefined where it does. */
export function findFault(argv: readonly string[]): string | undefined {
  try {
    // Nothing runs, and so nothing asks for what surrounds a run.
    openCli().process([...argv], {} as CommandContext);
  } catch (error) {
    return String(error).split('\n')[0];
  }
  const choices = COMMANDS.find(({ paths }) =>
    paths?.some((path) => path.every((it, at) => argv[at] === it)),
  )?.choices;
  for (const [index, word] of argv.entries()) {
    const words = choices?.[word];
    const value = argv[index + 1] ?? '';
    if (words !== undefined && !words.includes(value) && !/^\d+$|\$/.test(value))
      return `${word} takes no ${value}`;
  }
  return undefined;
}
