import { createHmac } from 'node:crypto';
import { AwsError } from '../../aws-error.js';
import { hashToUnit } from '../../random.js';
import type { Value } from '../../wire/value.js';
import { optionalInteger, optionalText } from '../fields.js';
import type { Call, OperationResult } from '../operation.js';

export const nextToken = optionalText({ max: 100_000 });
export const maxResults = optionalInteger({ min: 1, max: 20 });

export interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

interface Position {
  /** Index of the first entry of the page. */
  readonly start: number;
  /** Whether the previous page was empty; two empty pages never follow each other. */
  readonly afterEmpty: boolean;
}

/**
 * Returns a page as `{ [member]: […], NextToken }`. `listing` (operation and parent) ties a token to its list. "These
 * operations can occasionally return an empty set of results even when more results are available" (API reference):
 * which pages are empty depends only on the seed. Items for which `describe` returns undefined still count, so that
 * later pages do not shift.
 */
export function pageResult<T>(
  { world }: Call,
  listing: string,
  member: string,
  items: readonly T[],
  request: PageRequest,
  describe: (item: T) => Value | undefined,
): OperationResult {
  const secret = `${world.seed} ${listing}`;
  const position = request.NextToken === undefined ? FIRST : readToken(secret, request.NextToken);
  const { start } = position;
  const chance = hashToUnit(world.seed, `${listing} ${start}`);
  if (!position.afterEmpty && start < items.length && chance < world.paging.emptyPages) {
    return { output: { [member]: [], NextToken: writeToken(secret, { start, afterEmpty: true }) } };
  }
  const end = start + Math.min(request.MaxResults ?? world.paging.size, world.paging.size);
  return {
    output: {
      [member]: items.slice(start, end).flatMap((item) => describe(item) ?? []),
      NextToken: end < items.length ? writeToken(secret, { start: end, afterEmpty: false }) : undefined,
    },
  };
}

const FIRST: Position = { start: 0, afterEmpty: false };

function writeToken(secret: string, position: Position): string {
  const payload = `${position.start}.${Number(position.afterEmpty)}`;
  return Buffer.from(`${payload}.${seal(secret, payload)}`).toString('base64url');
}

function readToken(secret: string, token: string): Position {
  const [start = '', afterEmpty = '', given] = Buffer.from(token, 'base64url').toString().split('.');
  if (given !== seal(secret, `${start}.${afterEmpty}`)) {
    throw new AwsError('InvalidInputException', 400, 'You provided an invalid NextToken.', {
      Reason: 'INVALID_NEXT_TOKEN',
    });
  }
  return { start: Number(start), afterEmpty: afterEmpty === '1' };
}

function seal(secret: string, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('hex').slice(0, 16);
}
