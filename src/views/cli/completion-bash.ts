/** A completion script that uses only commands built into bash 3.2. */
import {
  type CompletedCommand,
  commandGroups,
  flagsWithValues,
  nextWords,
  PROGRAM_FLAGS,
} from '../../core/cli/completion.js';

export function renderBashCompletion(commands: readonly CompletedCommand[]): string {
  // Longest first, because a command can be a prefix of another.
  const longest = commands.toSorted((one, other) => other.words.length - one.words.length);
  return `# Completion of rootsweep in bash. Written by: rootsweep completion bash
# shellcheck shell=bash
_rootsweep() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} line='' options='' choices='' files='' index
  # Readline takes "--format=csv" apart.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index-1]} in ${flagsWithValues(commands).join('|')}|=) continue ;; esac
    [[ \${COMP_WORDS[index]} == [-=]* ]] || line+="\${COMP_WORDS[index]} "
  done
  case $line in
${[...longest.map(renderCommand), ...commandGroups(commands).map((words) => renderGroup(commands, words))].join('')}  esac
  # Where COMPREPLY stays empty, readline completes files.
  if [[ -n $choices && ! ($current == -* && -n $options) ]]; then
    options=$choices
  elif [[ $current != -* ]]; then
    [[ -n $files ]] && return
    options=''
  fi
  # bash 3.2 has no compopt.
  compopt +o default 2>/dev/null
  # shellcheck disable=SC2207 # words of this script, without spaces and wildcards
  COMPREPLY=($(compgen -W "$options" -- "$current"))
}
complete -o default -F _rootsweep rootsweep
`;
}

function renderCommand({ words, flags, arguments: args }: CompletedCommand): string {
  const cases = flags.flatMap(({ name, value }) =>
    value?.kind === 'words' ? [`        ${name}) options='' choices='${value.words.join(' ')}' ;;\n`] : [],
  );
  const files = flags.filter(({ value }) => value?.kind === 'file').map(({ name }) => name);
  if (files.length > 0) cases.push(`        ${files.join('|')}) return ;;\n`);
  const choices = args.flatMap(({ expected }) => (expected.kind === 'words' ? expected.words : []));
  return `    '${words.join(' ')} '*)
      options='${flags.map(({ name }) => name).join(' ')}'
      choices='${choices.join(' ')}' files='${args.some(({ expected }) => expected.kind === 'file') ? 'yes' : ''}'
      case $previous in
${cases.join('')}      esac
      ;;
`;
}

function renderGroup(commands: readonly CompletedCommand[], words: readonly string[]): string {
  const next = nextWords(commands, words).map(({ word }) => word);
  const flags = words.length === 0 ? PROGRAM_FLAGS.map(({ name }) => name) : [];
  return `    '${words.map((word) => `${word} `).join('')}')
      options='${flags.join(' ')}'
      choices='${next.join(' ')}'
      ;;
`;
}
