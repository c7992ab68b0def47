import type { Structure, Value } from './value.js';

/** What services that write XML differ in. */
export interface XmlDialect {
  /** What the entries of a list are called. */
  entryOf(list: string): string;
  formatTimestamp(date: Date): string;
}

/** The Query services: `member` for entries, whole seconds. */
const QUERY: XmlDialect = { entryOf: () => 'member', formatTimestamp };

/** Writes one element the way AWS's Query services do, unless told otherwise: no indentation, `entry` for maps. */
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

/** The members of a structure, one element each, in their order. */
export function writeMembers(structure: Structure, dialect = QUERY): string {
  return Object.entries(structure)
    .map(([member, child]) => (child === undefined ? '' : writeElement(member, child, dialect)))
    .join('');
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Query timestamps are whole seconds. */
export function formatTimestamp(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Characters that XML 1.0 cannot hold, even escaped, become U+FFFD. */
export function escapeText(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
