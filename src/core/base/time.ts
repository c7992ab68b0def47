/** Times and days in UTC. */

/** In ms. */
export const DAY = 24 * 60 * 60 * 1000;

/** ISO 8601 to the second: the only spelling of a time in files and output. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Whether the last day (`2027-03-31`) on which something holds is over; false if it has none. */
export function hasEnded({ until }: { readonly until?: string | undefined }, now: Date): boolean {
  return until !== undefined && now.getTime() >= Date.parse(until) + DAY;
}
