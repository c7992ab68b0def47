import type { Structure, Value } from './value.js';

/** How the XML services differ. */
export interface XmlDialect {
  /** The element name of list entries. */
  entryOf(list: string): string;
  formatTimestamp(date: Date): string;
}

/** The Query services: `member` entries and whole seconds. */
const QUERY: XmlDialect = { entryOf: () => 'member', formatTimestamp };

/** Writes one element, by default like the Query services: no indentation, `entry` for maps. */
export function writeElement(name: string, value: Value, dialect = QUERY): string {
  const content = writeContent(name, value, dialect);
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function writeContent(name: string, value: Value, dialect: XmlDialect): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return dialect.formatTimestamp(value);
  if (value instanceof Map) {
    return [...value].map(([key, entry]) => writeElement('entry', { key, value: entry }, dialect)).join('');
  }
  if (isList(value)) {
    return value.map((member) => writeElement(dialect.entryOf(name), member, dialect)).join('');
  }
  return writeMembers(value as Structure, dialect);
}

/** Writes the members of a structure in order, one element each. */
export function writeMembers(structure: Structure, dialect = QUERY): string {
  return Object.entries(structure)
    .map(([member, child]) => (child === undefined ? '' : writeElement(member, child, dialect)))
    .join('');
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Query timestamps have whole seconds. */
export function formatTimestamp(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Escapes text. Characters that XML 1.0 cannot represent become U+FFFD. */
export function escapeText(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
