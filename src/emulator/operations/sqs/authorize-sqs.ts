import type { Resource } from '../../state/resource.js';
import { decide, denial } from '../authorize.js';
import { authorizeResource } from '../authorize-resource.js';
import type { Call } from '../operation.js';

/** Throws AccessDenied unless the call is allowed. SQS writes the action in lower case in its denials. */
export function authorizeQueue(call: Call, operation: string, queue: Resource): void {
  authorizeResource(call, `sqs:${operation}`, queue, { action: wordOf(operation), resource: queue.arn });
}

/** Throws AccessDenied for a call that no queue policy applies to. */
export function authorizeSqs(call: Call, operation: string, resource: string): void {
  const context = { 'aws:resourceaccount': call.principal.account };
  const decision = decide(call, `sqs:${operation}`, resource, context);
  if (decision.kind !== 'allowed') throw denial(call, wordOf(operation), resource, decision);
}

function wordOf(operation: string): string {
  return `sqs:${operation.toLowerCase()}`;
}
