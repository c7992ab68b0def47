/** Durations as users write them: `30m`, `72h`, `7d`. */

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a whole, positive number of minutes, hours or days; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^([1-9][0-9]{0,8})([mhd])$/.exec(text) ?? [];
  if (digits === '') return undefined;
  return Number(digits) * UNITS[unit as keyof typeof UNITS];
}

/** The shortest spelling in hours or minutes; rounded down to whole minutes. */
export function formatDuration(milliseconds: number): string {
  return milliseconds % UNITS.h === 0
    ? `${milliseconds / UNITS.h}h`
    : `${Math.floor(milliseconds / UNITS.m)}m`;
}
