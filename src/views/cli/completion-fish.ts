/** A completion script that uses only commands built into fish 3 and later. */
import {
  type CompletedCommand,
  type CompletedFlag,
  commandGroups,
  type Expected,
  flagsWithValues,
  nextWords,
  PROGRAM_FLAGS,
} from '../../core/cli/completion.js';

export function renderFishCompletion(commands: readonly CompletedCommand[]): string {
  const groups = commandGroups(commands).flatMap((words) =>
    nextWords(commands, words).map(({ word, description }) =>
      renderLine(`__rootsweep_after ${words.join(' ')}`.trim(), `-a ${word} -d ${quote(description)}`),
    ),
  );
  return `# Completion of rootsweep in fish. Written by: rootsweep completion fish

# The words before the cursor that are neither flags nor their values, the program left out.
function __rootsweep_words
    set -l previous ''
    for word in (commandline -opc)[2..]
        if not string match -q -- '-*' $word; and not contains -- "$previous" ${flagsWithValues(commands).join(' ')}
            echo $word
        end
        set previous $word
    end
end

# They are these.
function __rootsweep_after
    set -l found (__rootsweep_words)
    test "$found" = "$argv"
end

# They begin with these.
function __rootsweep_within
    set -l found (__rootsweep_words)
    string match -q -- "$argv *" "$found "
end

complete -c rootsweep -f
${[
  ...PROGRAM_FLAGS.map((flag) => renderFlag('__rootsweep_after', flag)),
  ...groups,
  ...commands.flatMap(renderCommand),
].join('')}`;
}

function renderCommand({ words, flags, arguments: args }: CompletedCommand): readonly string[] {
  const within = `__rootsweep_within ${words.join(' ')}`;
  return [
    ...flags.map((flag) => renderFlag(within, flag)),
    ...args.map(({ expected }) => renderLine(within, renderExpected(expected))),
  ];
}

function renderFlag(condition: string, { name, description, value }: CompletedFlag): string {
  const takes = value === undefined ? '' : `-r ${renderExpected(value)} `;
  return renderLine(condition, `-l ${name.slice(2)} ${takes}-d ${quote(description)}`);
}

function renderExpected(expected: Expected): string {
  return expected.kind === 'file' ? '-F' : `-f -a '${expected.words.join(' ')}'`;
}

function renderLine(condition: string, completion: string): string {
  return `complete -c rootsweep -n '${condition}' ${completion}\n`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
