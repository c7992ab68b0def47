/** Converts failed calls in a root session to RootAccessFailure. */
import type { UnknownCause } from '../core/action/credentials.js';
import { RootsweepError } from '../errors.js';
import { RootAccessFailure, type RootAccessFailureFacts } from '../workflows/ports.js';
import { type AwsFailure, classifyError, describeFailure } from './failures.js';

export function incomplete(operation: string, what: string): RootAccessFailure {
  return new RootAccessFailure('incomplete-answer', `${operation} answered without ${what}`);
}

/** An answer that AWS would not give says nothing about the account. */
export function nonsense(operation: string, what: string): RootAccessFailure {
  return new RootAccessFailure('incomplete-answer', `${operation} answered with ${what}`);
}

/** A request to stop is not a failure and passes through. */
export function explainInSession(error: unknown, operation: string): RootAccessFailure | RootsweepError {
  if (error instanceof RootAccessFailure || error instanceof RootsweepError) return error;
  const failure = classifyError(error);
  const { kind, message } = failure;
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
  return new RootAccessFailure(cause, describeFailure(operation, failure), factsOf(failure, error));
}

export function factsOf(failure: AwsFailure, cause: unknown): RootAccessFailureFacts {
  const { kind, refused, requestId, retryAfter } = failure;
  return {
    refused,
    cause,
    ...(kind === 'throttled' || kind === 'busy' ? { retryable: kind } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
