/** Escapes text for HTML (promise 12). */
import { defuseCommands, makeVisible } from '../../core/base/text.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For content and quoted attributes of HTML and XML. Invisible characters are made visible. */
export function escapeHtml(text: string): string {
  const inert = makeVisible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
  // Readers see "#", but a CI runner that prints the file finds no command.
  return defuseCommands(inert, '&#35;');
}

/** A path of OU names that can wrap after each name. */
export function escapePath(path: string): string {
  return escapeHtml(path).replaceAll('/', '/<wbr>');
}
