import type { Structure, Value } from './value.js';

/** Writes one element the way AWS's Query services do: no indentation, `member` for lists, `entry` for maps. */
export function writeElement(name: string, value: Value): string {
  const content = writeContent(value);
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function writeContent(value: Value): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return formatTimestamp(value);
  if (value instanceof Map) {
    return [...value].map(([key, entry]) => writeElement('entry', { key, value: entry })).join('');
  }
  if (isList(value)) return value.map((member) => writeElement('member', member)).join('');
  return Object.entries(value as Structure)
    .map(([member, child]) => (child === undefined ? '' : writeElement(member, child)))
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
