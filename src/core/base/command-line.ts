/** Command lines for users to copy. No other file puts values into one. */
import { hasInvisible } from './text.js';

/**
 * A word of a shell's command line, quoted where the shell would interpret it. Characters that are invisible, break the
 * line or start a command of a CI runner are escaped in `$'…'` (POSIX.1-2024; bash, zsh and ksh read it).
 */
export function shellWord(text: string): string {
  // zsh replaces a leading = by the path of a command.
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text)) return text;
  if (hasInvisible(text) || text.includes('##')) return `$'${escapeBytes(text)}'`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** In three octal digits: a hexadecimal escape has no fixed length and could include the next character. */
function escapeBytes(text: string): string {
  return Array.from(text, (character) => {
    if (!hasInvisible(character) && !/[\\'#!]/.test(character)) return character;
    return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  }).join('');
}

/** A word, a flag with its value, or a file, whose name is never read as a flag. */
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
