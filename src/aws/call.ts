/** Calls AWS and retries where that can help. The SDK's own retries are off, because they give up too early. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../core/base/clock.js';
import { LONGEST_RETRY_AFTER, type RetryableCause, RetryPolicy } from '../core/base/retry-policy.js';
import { checkStop, type Stop, sleepUnlessStopped, unlessStopped } from '../core/base/stop.js';
import type { Throttled } from '../core/base/throttled.js';
import type { CallRate } from './call-rate.js';
import { classifyError, type FailureKind } from './failures.js';
import { unansweredAt } from './http-handler.js';
import { Limiter } from './limiter.js';
import type { SendOptions } from './send-options.js';

export type Send<T> = (options: SendOptions) => Promise<T>;

export interface Calls {
  /**
   * Sends a request, through the limiter if given. Retries after throttling, transient failures and conflicts, with
   * full jitter and respecting Retry-After. Rejects with the SDK's error, or with RootsweepError INTERRUPTED on a
   * request to stop, unless `hold` was called for this work.
   */
  readonly call: <T>(send: Send<T>, limiter?: Limiter) => Promise<T>;
  /**
   * Sends a request that must not be repeated without checking the state first, and calls `hold`. Signs again only if
   * AWS rejected the signature's time.
   */
  readonly callOnce: <T>(send: Send<T>) => Promise<T>;
  /** Separate calls for one piece of work, such as a root session. */
  readonly forWork: () => Calls;
  /** From now on, a request to stop does not interrupt calls of this work, because it is making a change. */
  readonly hold: () => void;
}

const REPEATED: readonly FailureKind[] = [
  'throttled',
  'transient',
  'busy',
  'skewed',
] satisfies RetryableCause[];

/** How long to try an endpoint that has never answered, in ms. */
const FIRST_ANSWER_WITHIN = 20_000;
/**
 * How long calls that must not be interrupted are still retried after a request to stop, in ms, counted from that
 * request.
 */
const STOPPED_WITHIN = 30_000;

export interface CallsOptions extends Pick<CallRate, 'maxRate'> {
  /** Called for each throttled answer, with the call's limiter if it has one. */
  readonly onThrottled?: ((by: Throttled | undefined) => void) | undefined;
  readonly stop?: Stop | undefined;
}

/** @param options `maxRate` limits all of these calls together. */
export function createCalls(clock: Clock, { maxRate, onThrottled, stop }: CallsOptions = {}): Calls {
  const overall = maxRate === undefined ? undefined : new Limiter({ perSecond: maxRate, burst: 1 }, clock);
  const now = () => clock.now().getTime();
  let stoppedAt: number | undefined;
  // Every waiting call adds a listener; this is not a leak.
  if (stop !== undefined) setMaxListeners(0, stop.signal);
  stop?.signal.addEventListener(
    'abort',
    () => {
      stoppedAt = now();
    },
    { once: true },
  );

  async function repeat<T>(
    send: Send<T>,
    { limiter, repeated, cutOff }: Repeating,
    silenced: (error: unknown) => void,
  ): Promise<T> {
    const retryPolicy = new RetryPolicy(clock);
    let started: number | undefined;
    for (let attempts = 1; ; attempts += 1) {
      await limiter?.acquire(cutOff);
      await overall?.acquire(cutOff);
      if (cutOff !== undefined) checkStop(cutOff.signal, cutOff.says);
      started ??= now();
      try {
        const requestTimeout = Math.max(1, started + FIRST_ANSWER_WITHIN - now());
        const abortSignal = cutOff?.signal;
        const sent = send({ requestTimeout, ...(abortSignal === undefined ? {} : { abortSignal }) });
        const result = await unlessStopped(sent, cutOff);
        limiter?.succeeded();
        return result;
      } catch (error) {
        if (cutOff !== undefined) checkStop(cutOff.signal, cutOff.says);
        const { kind, code, retryAfter } = classifyError(error);
        if (kind === 'throttled') {
          limiter?.throttled(Math.min(retryAfter ?? 0, LONGEST_RETRY_AFTER));
          onThrottled?.(limiter);
        }
        const pause = repeated.includes(kind)
          ? retryPolicy.nextDelay(kind as RetryableCause, retryAfter)
          : undefined;
        const next = now() + (pause ?? 0);
        const place = unansweredAt(error);
        if (place !== undefined) {
          if (pause === undefined || next - started >= FIRST_ANSWER_WITHIN) {
            throw new UnansweredError(error, `tried ${place} ${describe(attempts, now() - started)}`);
          }
        } else if (pause === undefined) throw error;
        if (stoppedAt !== undefined) {
          // AWS does not answer and the user wants to stop: give up.
          if (SILENT.has(code)) silenced(error);
          if (SILENT.has(code) || next - stoppedAt >= STOPPED_WITHIN) throw error;
        }
        if (pause > 0) await sleepUnlessStopped(clock, pause, cutOff);
      }
    }
  }

  function forWork(): Calls {
    let cutOff = stop;
    let silence: { readonly error: unknown } | undefined;
    const run = <T>(send: Send<T>, repeating: Repeating) => {
      if (silence !== undefined) return Promise.reject(silence.error);
      return repeat(send, repeating, (error) => {
        silence = { error };
      });
    };
    return {
      call: (send, limiter) => run(send, { limiter, repeated: REPEATED, cutOff }),
      callOnce: (send) => {
        cutOff = undefined;
        return run(send, { limiter: undefined, repeated: ['skewed'], cutOff });
      },
      forWork,
      hold: () => {
        cutOff = undefined;
      },
    };
  }
  return forWork();
}

interface Repeating {
  readonly limiter: Limiter | undefined;
  readonly repeated: readonly FailureKind[];
  /** Interrupts it at once. */
  readonly cutOff: Stop | undefined;
}

/** Codes of `classifyError` for an answer that did not arrive in time. */
const SILENT: ReadonlySet<string> = new Set(['ETIMEDOUT', 'TimeoutError']);

/** The endpoint has never answered. The name makes `classifyError` treat it as a time-out. */
class UnansweredError extends Error {
  override readonly name = 'TimeoutError';

  constructor(cause: unknown, tried: string) {
    super(`${classifyError(cause).message}; ${tried}`, { cause });
  }
}

function describe(attempts: number, milliseconds: number): string {
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  const seconds = Math.round(milliseconds / 1000);
  return `${times} in ${seconds === 0 ? 'less than 1 s' : `${seconds} s`}`;
}
