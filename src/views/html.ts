/** Text in HTML, where it is a text and nothing else (promise 12). */
import { makeVisible } from '../core/text.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For content and for quoted attributes; XML takes it, too. What a reader would not see is made visible. */
export function escapeHtml(text: string): string {
  return makeVisible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
