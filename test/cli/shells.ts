/** Real shells, asked what they complete: with a script, a command line up to the cursor, and no program to call. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The path of the shell, where it is installed. */
export function findShell(shell: Shell): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${shell}`], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** A program that must not be called: whoever completes would wait for it at each key. */
const TELL_TALE = '#!/bin/sh\n: > "$FOLDER/called"\n';

/**
 * What the shell offers, in order; of files the names.
 * @param folder an empty one, in which it is asked; `called` is in it if the script called rootsweep.
 */
export async function completeIn(
  shell: Shell,
  script: string,
  line: string,
  folder: string,
): Promise<string[]> {
  const bin = join(folder, '.bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'rootsweep'), TELL_TALE, { mode: 0o755 });
  const path = join(bin, '_rootsweep');
  await writeFile(path, script);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: bin, FOLDER: folder, SCRIPT: path, LINE: line };
  const words = await ASK[shell](bin, { cwd: folder, env });
  return words.filter((word) => word !== '').sort();
}

interface Settings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const ASK: Readonly<Record<Shell, (bin: string, settings: Settings) => Promise<string[]>>> = {
  // As readline does: it takes a line apart at spaces and at "=", and completes files where nothing is offered.
  bash: async (_bin, settings) => {
    const words = settings.env.LINE?.split(/ +|(=)/).filter((word) => word !== undefined) ?? [];
    const line = words.flatMap((word, index) => (word === '' && words[index - 1] === '=' ? [] : [word]));
    const asked = `
      source "$SCRIPT"
      compopt() { [[ "$*" == '+o default' ]] && default=''; }
      default=yes COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      read -r _ _ _ _ function _ <<< "$(complete -p rootsweep)"
      "$function"
      printf '%s\\n' "\${COMPREPLY[@]}"
      [[ -n $default && \${#COMPREPLY[@]} == 0 ]] && compgen -f -- "\${!#}"
      true`;
    const { stdout } = await run('bash', ['--norc', '-c', asked, 'bash', ...line], settings);
    return stdout.split('\n');
  },
  // Only a shell at a terminal completes; zsh brings one. What is found are the calls of compadd.
  zsh: async (bin, settings) => {
    await writeFile(join(bin, '.zshrc'), ZSHRC);
    const env = { ...settings.env, ZDOTDIR: bin, TERM: 'xterm' };
    const terminal = 'zmodload zsh/zpty; zpty asked zsh -d -i; while zpty -r asked chunk; do :; done; true';
    await run('zsh', ['-f', '-c', terminal], { ...settings, env });
    return (await readFile(join(bin, 'found'), 'utf8')).split('\n');
  },
  fish: async (_bin, settings) => {
    const asked = 'source $SCRIPT; complete -C"$LINE"';
    const { stdout } = await run('fish', ['--no-config', '-c', asked], settings);
    // A value after "=" is offered together with its flag.
    return stdout.split('\n').map((offered) => (offered.split('\t')[0] ?? '').replace(/^--[\w-]+=/, ''));
  },
};

const ZSHRC = `
autoload -Uz compinit && compinit -u -D
source $SCRIPT
compadd() {
  # Calls that only fill arrays for the functions themselves.
  if [[ -n \${(M)@:#-[OAD]} ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  print -rl -- $hits >> $ZDOTDIR/found
  builtin compadd "$@"
}
zle-line-init() {
  BUFFER=$LINE CURSOR=$#LINE
  : >| $ZDOTDIR/found
  zle list-choices
  exit
}
zle -N zle-line-init
`;
