/** A completion script that uses only commands built into zsh. */
import {
  type CompletedCommand,
  type CompletedFlag,
  commandGroups,
  type Expected,
  flagsWithValues,
  nextWords,
  PROGRAM_FLAGS,
} from '../../core/cli/completion.js';

export function renderZshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef rootsweep
# Completion of rootsweep in zsh. Written by: rootsweep completion zsh
_rootsweep() {
  local command=''
  local -a next
  integer index
  for (( index = 2; index < CURRENT; index++ )); do
    [[ $words[index] == -* || $words[index-1] == (${flagsWithValues(commands).join('|')}) ]] && continue
    command+="\${command:+ }$words[index]"
    case $command in
${commands.map(renderCommand).join('')}    esac
  done
  case $command in
${commandGroups(commands)
  .map((words) => renderGroup(commands, words))
  .join('')}  esac
}
# A file of $fpath is run as the function itself; a file that is sourced registers it.
if [[ $funcstack[1] == _rootsweep ]]; then _rootsweep "$@"; else compdef _rootsweep rootsweep; fi
`;
}

function renderCommand({ words, flags, arguments: args }: CompletedCommand): string {
  const specs = [
    ...flags.map(renderFlag),
    ...args.map(({ name, expected }) => quote(`:${name}:${renderExpected(expected)}`)),
  ];
  return `      (${quote(words.join(' '))})
        words=("$words[1]" "\${(@)words[index+1,-1]}")
        (( CURRENT -= index - 1 ))
        _arguments \\
${specs.map((spec) => `          ${spec}`).join(' \\\n')}
        return
        ;;
`;
}

/** Flags with a value can be completed again, because their definition does not say whether they can be repeated. */
function renderFlag({ name, description, value }: CompletedFlag): string {
  const help = `[${description.replace(/[\\[\]:]/g, '\\$&')}]`;
  if (value === undefined) return quote(`${name}${help}`);
  return quote(`*${name}=${help}:value:${renderExpected(value)}`);
}

function renderExpected(expected: Expected): string {
  return expected.kind === 'file' ? '_files' : `(${expected.words.join(' ')})`;
}

function renderGroup(commands: readonly CompletedCommand[], words: readonly string[]): string {
  const next = nextWords(commands, words).map(({ word, description }) =>
    quote(`${word}:${description.replace(/[\\:]/g, '\\$&')}`),
  );
  const flags = PROGRAM_FLAGS.map(renderFlag).join(' ');
  return `    (${quote(words.join(' '))})
      ${words.length === 0 ? `[[ $words[CURRENT] == -* ]] && { _arguments ${flags}; return }\n      ` : ''}next=(
${next.map((word) => `        ${word}`).join('\n')}
      )
      _describe command next
      ;;
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
