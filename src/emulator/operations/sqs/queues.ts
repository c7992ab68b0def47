import { AwsError } from '../../aws-error.js';
import { queueArn, type Resource } from '../../state/resource.js';
import { requiredText } from '../fields.js';
import type { Call } from '../operation.js';
import { authorizeQueue, authorizeSqs } from './authorize-sqs.js';

/** SQS's service model accepts any text; `findByUrl` interprets it. */
export const queueUrl = requiredText({});

/** `https://sqs.eu-west-1.amazonaws.com/222222222222/orders`, even if the client used another host. */
export function urlOf({ region, account, name }: Resource): string {
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** The account in a queue URL. */
export function accountOfUrl(url: string): string | undefined {
  return parseUrl(url)?.account;
}

/**
 * Finds the queue of a URL. Callers without permission do not learn whether it exists. The host matters only if it
 * names another region.
 */
export function findByUrl(call: Call, operation: string, url: string): Resource {
  const parsed = parseUrl(url);
  const isElsewhere = parsed?.region !== undefined && parsed.region !== call.endpointRegion;
  if (parsed === undefined || isElsewhere) {
    throw new AwsError('InvalidAddress', 404, `The address ${url} is not valid for this endpoint.`);
  }
  return findByName(call, operation, parsed.account, parsed.name);
}

/** Throws AccessDenied or QueueDoesNotExist. */
export function findByName(call: Call, operation: string, account: string, name: string): Resource {
  const arn = queueArn(call.endpointRegion, account, name);
  const queue = call.world.resources.get(arn);
  if (queue === undefined) {
    authorizeSqs(call, operation, arn);
    throw new AwsError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
  }
  authorizeQueue(call, operation, queue);
  return queue;
}

interface ParsedUrl {
  readonly region: string | undefined;
  readonly account: string;
  readonly name: string;
}

function parseUrl(url: string): ParsedUrl | undefined {
  const match = /^https?:\/\/(?<host>[^/]+)\/(?<account>\d{12})\/(?<name>[\w-]+(?:\.fifo)?)$/.exec(url);
  const { host = '', account = '', name = '' } = match?.groups ?? {};
  if (match === null) return undefined;
  const region = /^(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com$/.exec(host);
  return { region: region?.[1] ?? region?.[2], account, name };
}
