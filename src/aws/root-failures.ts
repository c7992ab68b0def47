/** What a failed call on the way into a root session, or within one, says of the account. */
import type { UnknownCause } from '../core/credentials.js';
import { RootAccessFailure, type RootAccessFailureFacts } from '../workflows/ports.js';
import { type AwsFailure, classifyError } from './failures.js';

export function incomplete(operation: string, what: string): RootAccessFailure {
  return new RootAccessFailure('incomplete-answer', `${operation} answered without ${what}`);
}

/** Source of the texts: recorded answers of AWS; the generic denial has several causes and gets the generic name. */
export function explainAssumeRoot(error: unknown): RootAccessFailure {
  const failure = classifyError(error);
  const { kind, code, message } = failure;
  const denied = DENIALS.find(({ says }) => message.includes(says))?.cause ?? ('caller-not-allowed' as const);
  const cause: UnknownCause = kind === 'transient' ? 'unreachable' : kind === 'denied' ? denied : 'aws-error';
  return new RootAccessFailure(cause, `AssumeRoot failed: ${code}: ${message}`, factsOf(failure, error));
}

const DENIALS: readonly { readonly says: string; readonly cause: UnknownCause }[] = [
  {
    says: 'Root credentials management feature is not enabled',
    cause: 'root-credentials-management-disabled',
  },
  { says: 'Root sessions feature is not enabled', cause: 'root-sessions-disabled' },
  { says: 'Service not enabled for AWS Organizations', cause: 'trusted-access-disabled' },
];

export function explainInSession(error: unknown, operation: string): RootAccessFailure {
  if (error instanceof RootAccessFailure) return error;
  const failure = classifyError(error);
  const { kind, code, message } = failure;
  const denied: UnknownCause = message.includes('service control policy')
    ? 'denied-by-scp'
    : 'denied-in-session';
  const cause: UnknownCause =
    kind === 'denied'
      ? denied
      : kind === 'expired'
        ? 'session-expired'
        : kind === 'transient'
          ? 'unreachable'
          : 'aws-error';
  return new RootAccessFailure(cause, `${operation} failed: ${code}: ${message}`, factsOf(failure, error));
}

function factsOf(failure: AwsFailure, cause: unknown): RootAccessFailureFacts {
  const { kind, refused, requestId, retryAfter } = failure;
  return {
    refused,
    cause,
    ...(kind === 'throttled' || kind === 'busy' ? { setback: kind } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
