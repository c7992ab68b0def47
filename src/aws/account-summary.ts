/**
 * Checks the raw XML of GetAccountSummary. The SDK would read `00` as 0, an empty value as some number, and of a
 * duplicate key the second value. Only a single `0` means that the root user has no credential of a kind (promise 4).
 */
import type { IAMClient } from '@aws-sdk/client-iam';
import { CREDENTIALS, SHOWN_KINDS } from '../core/action/credentials.js';
import { nonsense } from './explain-session.js';

const OPERATION = 'GetAccountSummary';

export const SUMMARY_KEYS = SHOWN_KINDS.map((kind) => CREDENTIALS[kind].summaryKey);

/** Checks each summary before the SDK parses it. Calls reject with RootAccessFailure if it is not in AWS's format. */
export function checkSummaries({ middlewareStack }: Pick<IAMClient, 'middlewareStack'>): void {
  middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (commandName !== `${OPERATION}Command`) return result;
        const response = result.response as Response;
        if (response.statusCode !== 200) return result;
        const chunks: Uint8Array[] = [];
        if (response.body instanceof Uint8Array) chunks.push(response.body);
        else for await (const chunk of response.body) chunks.push(chunk);
        response.body = Buffer.concat(chunks);
        const fault = findFault(response.body.toString());
        if (fault !== undefined) throw nonsense(OPERATION, fault);
        return result;
      },
    { step: 'deserialize', priority: 'low', name: 'checkSummaries' },
  );
}

interface Response {
  readonly statusCode: number;
  body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** The caller of the operation checks for missing keys. */
function findFault(xml: string): string | undefined {
  // DTDs and entities could hide keys or values from the checks below. AWS uses neither.
  if (/<!|&/.test(xml)) return 'XML that is not plain';
  for (const key of SUMMARY_KEYS) {
    const count = xml.split(key).length - 1;
    if (count > 1) return `${key} ${count} times`;
    if (count === 0) continue;
    const [, value] =
      new RegExp(`<entry>\\s*<key>${key}</key>\\s*<value>([^<]*)</value>\\s*</entry>`).exec(xml) ?? [];
    if (value === undefined) return `${key} without its value`;
    if (value !== '0' && value !== '1') return `${key} "${value.slice(0, 20)}", which is 0 or 1`;
  }
  return undefined;
}
