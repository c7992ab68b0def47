/** Commands for people to copy: the one place that puts values into them. */
import { hasInvisible } from './text.js';

/**
 * A word of a shell's command line: as it is where it means nothing to the shell, else in quotation marks. What would not
 * show, break the line or be a command to a CI runner is an escape in `$'…'`, of POSIX.1-2024: bash, zsh and ksh read it.
 */
export function shellWord(text: string): string {
  // A leading = is a command's path to zsh.
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text)) return text;
  if (hasInvisible(text) || text.includes('##')) return `$'${escapeBytes(text)}'`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Three octal digits each: a hexadecimal escape may take in what follows. */
function escapeBytes(text: string): string {
  return Array.from(text, (character) => {
    if (!hasInvisible(character) && !/[\\'#!]/.test(character)) return character;
    return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  }).join('');
}

/** A word, a flag with its value, or a file, which is no flag whatever its name. */
export type CommandWord =
  | string
  | readonly [flag: string, value: string | undefined]
  | { readonly file: string };

/** A command line; a flag without a value is left out. */
export function commandLine(...words: readonly CommandWord[]): string {
  return words.flatMap(writeWord).join(' ');
}

function writeWord(word: CommandWord): string[] {
  if (typeof word === 'string') return [shellWord(word)];
  if ('file' in word) return [fileWord(word.file)];
  const [flag, value] = word;
  if (value === undefined) return [];
  return flag.startsWith('--') && value.startsWith('-')
    ? [`${flag}=${shellWord(value)}`]
    : [flag, shellWord(value)];
}

/** A path as an operand. */
export function fileWord(path: string): string {
  return shellWord(path.startsWith('-') ? `./${path}` : path);
}
