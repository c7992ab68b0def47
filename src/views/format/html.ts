/** Text in HTML, where it is a text and nothing else (promise 12). */
import { defuseCommands, makeVisible } from '../../core/base/text.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For content and for quoted attributes; XML takes it, too. What a reader would not see is made visible. */
export function escapeHtml(text: string): string {
  const inert = makeVisible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
  // A reader sees the sign; a CI runner that prints the file sees no command.
  return defuseCommands(inert, '&#35;');
}

/** A path of OU names, which may be broken after each of them. */
export function escapePath(path: string): string {
  return escapeHtml(path).replaceAll('/', '/<wbr>');
}
