/** ISO 8601 in UTC to the second: the one spelling of an instant in files and output. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
