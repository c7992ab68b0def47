/** One call to AWS, repeated as long as repeating can help. The SDK's own retries are off: they lose calls. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../core/clock.js';
import { LONGEST_RETRY_AFTER, Patience, type Setback } from '../core/patience.js';
import { checkStop, type Stop, sleepUnlessStopped, unlessStopped } from '../core/stop.js';
import type { Throttled } from '../core/throttled.js';
import type { CallRate } from './call-rate.js';
import { classifyError, type FailureKind } from './failures.js';
import { unansweredAt } from './http-handler.js';
import { Limiter } from './limiter.js';
import type { SendOptions } from './send-options.js';

export type Send<T> = (options: SendOptions) => Promise<T>;

export interface Calls {
  /**
   * Sends, through the limiter if there is one, and repeats after throttling, transient failures and conflicts,
   * with full jitter and heeding Retry-After. Rejects with what the SDK rejected with; ended at once by a request to
   * stop (RootsweepError INTERRUPTED), unless the work that it belongs to holds.
   */
  readonly call: <T>(send: Send<T>, limiter?: Limiter) => Promise<T>;
  /**
   * Sends once: what must not be sent again without another look. Only a signature that AWS refused for its time is
   * made anew. Holds.
   */
  readonly callOnce: <T>(send: Send<T>) => Promise<T>;
  /** The same calls, for a piece of work of its own: a root session. */
  readonly forWork: () => Calls;
  /** From now on, no call of this work is cut off by a request to stop: something is being changed. */
  readonly hold: () => void;
}

const REPEATED: readonly FailureKind[] = ['throttled', 'transient', 'busy', 'skewed'] satisfies Setback[];

/** For how long an endpoint that has never answered is tried, in ms. */
const FIRST_ANSWER_WITHIN = 20_000;
/** How much longer a call that must not be cut off is repeated once somebody has asked to stop, in ms: one deadline. */
const STOPPED_WITHIN = 30_000;

export interface CallsOptions extends Pick<CallRate, 'maxRate'> {
  /** Told of each answer that throttles, with the limiter of the call if it has one. */
  readonly onThrottled?: ((by: Throttled | undefined) => void) | undefined;
  readonly stop?: Stop | undefined;
}

/** @param options whose `maxRate` holds for all of these calls together. */
export function createCalls(clock: Clock, { maxRate, onThrottled, stop }: CallsOptions = {}): Calls {
  const overall = maxRate === undefined ? undefined : new Limiter({ perSecond: maxRate, burst: 1 }, clock);
  const now = () => clock.now().getTime();
  let stoppedAt: number | undefined;
  // As many calls wait for it as there are, which is no leak.
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
    const patience = new Patience(clock);
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
        const pause = repeated.includes(kind) ? patience.after(kind as Setback, retryAfter) : undefined;
        const next = now() + (pause ?? 0);
        const place = unansweredAt(error);
        if (place !== undefined) {
          if (pause === undefined || next - started >= FIRST_ANSWER_WITHIN) {
            throw new UnansweredError(error, `tried ${place} ${describe(attempts, now() - started)}`);
          }
        } else if (pause === undefined) throw error;
        if (stoppedAt !== undefined) {
          // AWS is silent, and somebody waits for the end: nothing more of this work can be finished now.
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
  /** What ends it at once. */
  readonly cutOff: Stop | undefined;
}

/** What `classifyError` calls an answer that did not come in time. */
const SILENT: ReadonlySet<string> = new Set(['ETIMEDOUT', 'TimeoutError']);

/** Nothing has ever answered there. Named so that it counts as a call without an answer. */
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
