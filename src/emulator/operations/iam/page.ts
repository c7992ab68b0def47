import { AwsError } from '../../aws-error.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly truncated: boolean;
  readonly marker: string | undefined;
}

/** A page of an IAM list: 100 entries unless MaxItems is given. Throws ValidationError for an invalid marker. */
export function takePage<T>(
  items: readonly T[],
  { Marker, MaxItems }: { Marker: string | undefined; MaxItems: number | undefined },
): Page<T> {
  const start = Marker === undefined ? 0 : parseMarker(Marker);
  const end = start + (MaxItems ?? 100);
  const truncated = end < items.length;
  return { items: items.slice(start, end), truncated, marker: truncated ? writeMarker(end) : undefined };
}

function writeMarker(position: number): string {
  return Buffer.from(`marker:${position}`).toString('base64');
}

function parseMarker(marker: string): number {
  const match = /^marker:(\d+)$/.exec(Buffer.from(marker, 'base64').toString());
  // Code and text of this error are not documented.
  if (match === null) throw new AwsError('ValidationError', 400, 'Invalid Marker');
  return Number(match[1]);
}
