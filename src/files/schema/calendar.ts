/** Validates dates and timestamps against the calendar: `Date.parse` accepts 30 February as 2 March. */

/** `2027-03-31`, an existing day. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** `2027-03-31T12:00:00Z` (RFC 3339 in upper case, with `Z` or an offset), on an existing day. */
export function isInstant(text: string): boolean {
  return isDate(text.slice(0, 10)) && text[10] === 'T' && TIME.test(text.slice(11));
}
