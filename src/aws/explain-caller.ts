/** Converts a failed call with the caller's own credentials to an error for the user. */
import { RootsweepError } from '../errors.js';
import { classifyError, describeFailure } from './failures.js';

/** These failures are fatal: no work can continue without such a call. */
export function explainCaller(error: unknown, action: string): RootsweepError {
  if (error instanceof RootsweepError) return error;
  const failure = classifyError(error);
  const { kind, message } = failure;
  switch (kind) {
    case 'denied':
      return new RootsweepError(
        'CALLER_NOT_ALLOWED',
        `the caller is not allowed to call ${action}: ${message}`,
        {
          hint: `allow ${action} in the IAM policy of the caller; the README holds the whole policy`,
          cause: error,
        },
      );
    case 'expired':
    case 'credentials':
      return new RootsweepError('CREDENTIALS_REJECTED', `AWS refused the credentials: ${message}`, {
        hint: 'sign in again, or pass --profile',
        cause: error,
      });
    case 'skewed':
      return new RootsweepError('CREDENTIALS_REJECTED', `AWS refused the signature: ${message}`, {
        hint: 'set the clock of this machine',
        cause: error,
      });
    case 'transient':
      return new RootsweepError('AWS_UNREACHABLE', `${action} got no answer from AWS: ${message}`, {
        hint: 'check the network, the region and AWS_ENDPOINT_URL',
        cause: error,
      });
    default:
      return new RootsweepError('AWS_FAILED', describeFailure(action, failure), {
        hint: "try again; if it stays, see AWS's documentation of the error code, and where AWS_ENDPOINT_URL leads",
        cause: error,
      });
  }
}

/** @throws RootsweepError as from `explainCaller`. */
export async function asCaller<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explainCaller(error, action);
  }
}
