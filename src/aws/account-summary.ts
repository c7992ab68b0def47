/**
 * GetAccountSummary, as AWS wrote it. The SDK makes numbers of what it reads: of `00` a 0, of nothing another one, and of
 * two values for one key the second. Nothing but one 0 says that the root user has no credential of a kind (promise 4).
 */
import type { IAMClient } from '@aws-sdk/client-iam';
import { nonsense } from './explain-session.js';

const OPERATION = 'GetAccountSummary';

/** Keys that say 1 where the root user has a credential of a kind, and 0 where it has none. */
export const SUMMARY_KEYS = [
  'AccountPasswordPresent',
  'AccountMFAEnabled',
  'AccountAccessKeysPresent',
  'AccountSigningCertificatesPresent',
] as const;

/** Has each summary read before the SDK does. Its calls reject with RootAccessFailure where AWS would not write so. */
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

/** A key that is missing is for the reader of the answer to notice. */
function findFault(xml: string): string | undefined {
  // With either, a key or a value may be written in a way that is not looked for here. AWS needs neither.
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
