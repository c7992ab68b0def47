/** Commands for people to copy. */

/** A word of a POSIX shell's command line: as it is where it means nothing to the shell, else in quotation marks. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word, or a flag with its value. */
export type CommandWord = string | readonly [flag: string, value: string | undefined];

/** A command line; a flag without a value is left out. */
export function commandLine(...words: readonly CommandWord[]): string {
  return words
    .flatMap((word) => {
      if (typeof word === 'string') return [shellWord(word)];
      const [flag, value] = word;
      return value === undefined ? [] : [flag, shellWord(value)];
    })
    .join(' ');
}
