/** Removes the session's secrets from everything that leaves this folder, in errors and in answers (promise 11). */
import { RootsweepError } from '../errors.js';
import { RootAccessFailure } from '../workflows/ports.js';
import type { Secrets } from './secrets.js';

/** @returns the same object with each function shielded. */
export function shield<T extends object>(port: T, secrets: Secrets): T {
  const entries = Object.entries(port).map(([name, value]) => [
    name,
    typeof value === 'function' ? shieldFunction(value as AnyFunction, secrets) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

/** Like `shield`, and an answer that contains a secret of the session is a failure. */
export function shieldSession<T extends object>(session: T, secrets: Secrets): T {
  const shielded = shield(session, secrets);
  const entries = Object.entries(shielded).map(([name, value]) => [
    name,
    typeof value === 'function'
      ? async (...given: unknown[]) => refuseSecrets(await (value as AnyFunction)(...given), secrets)
      : value,
  ]);
  return Object.fromEntries(entries) as T;
}

/** Returns the result of `work`, or throws its error without secrets. */
export async function shielded<T>(work: () => Promise<T>, secrets: Secrets): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withoutSecrets(error, secrets);
  }
}

function refuseSecrets<T>(answer: T, secrets: Secrets): T {
  if (!secrets.areIn(answer)) return answer;
  throw new RootAccessFailure('incomplete-answer', 'an answer has a secret of the root session in it');
}

type AnyFunction = (...given: unknown[]) => unknown;

function shieldFunction(run: AnyFunction, secrets: Secrets): AnyFunction {
  return (...given) => {
    let answer: unknown;
    try {
      answer = run(...given);
    } catch (error) {
      throw withoutSecrets(error, secrets);
    }
    if (answer instanceof Promise) return shielded(() => answer as Promise<unknown>, secrets);
    if (isIterable(answer)) return shieldPages(answer, secrets);
    return answer;
  };
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function* shieldPages(pages: AsyncIterable<unknown>, secrets: Secrets): AsyncGenerator<unknown> {
  try {
    yield* pages;
  } catch (error) {
    throw withoutSecrets(error, secrets);
  }
}

/** Drops the cause, which quotes the answer. */
function withoutSecrets(error: unknown, secrets: Secrets): unknown {
  if (!(error instanceof Error)) return error;
  const message = secrets.scrub(error.message);
  if (error instanceof RootAccessFailure) {
    const { unknownCause, refused, retryable, retryAfter, requestId } = error;
    return new RootAccessFailure(unknownCause, message, {
      refused,
      ...(retryable === undefined ? {} : { retryable }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(requestId === undefined ? {} : { requestId: secrets.scrub(requestId) }),
    });
  }
  if (error instanceof RootsweepError) {
    const { code, hint } = error;
    return new RootsweepError(code, message, hint === undefined ? {} : { hint: secrets.scrub(hint) });
  }
  const scrubbed = new Error(message);
  scrubbed.stack = secrets.scrub(error.stack ?? message);
  return scrubbed;
}
