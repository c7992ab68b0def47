import type { WorldChange } from '../state/change.js';

/** A fault and the calls it applies to. All conditions of `match` must hold; without `match`, every call matches. */
export interface FaultRule {
  readonly match?: FaultMatch;
  readonly fault: Fault;
}

export interface FaultMatch {
  /** An operation name; `*` matches any text: `Delete*`. */
  readonly operation?: string;
  readonly service?: string;
  /** The account that a call acts on: the target of AssumeRoot, or the account of a root session. */
  readonly account?: string;
  /** The name of a caller in the scenario, or `session` for root sessions. */
  readonly caller?: string;
  /** Only the nth matching call, counted from 1. */
  readonly nth?: number;
  /** Every nth matching call. */
  readonly every?: number;
  /** The share of matching calls to affect, from 0 to 1, chosen by the seed. */
  readonly probability?: number;
  /** At most this many times. */
  readonly times?: number;
}

/**
 * Milliseconds: a constant, a uniform range, an exponential distribution with a mean, or a log-normal distribution,
 * which matches real service latency (half of the calls take at most `median`, 99% at most `p99`).
 */
export type Duration =
  | number
  | { readonly from: number; readonly to: number }
  | { readonly mean: number }
  | { readonly median: number; readonly p99: number };

/** Whether the fault happens before or after the call takes effect. */
export type Moment = 'before-effect' | 'after-effect';

export type Fault =
  /** The service's own throttling error. */
  | { readonly kind: 'throttle' }
  /**
   * The service fails: 500 is an internal error, 503 is unavailable. Before the effect by default. With `after-effect`,
   * the call is carried out and still answered with this error.
   */
  | { readonly kind: 'http-error'; readonly status: 500 | 502 | 503 | 504; readonly when?: Moment }
  /** Access denied. Never after the effect, because AWS checks access before it acts. */
  | { readonly kind: 'access-denied'; readonly message: string }
  /** A temporary conflict: IAM answers 409. */
  | {
      readonly kind: 'conflict';
      readonly code: 'EntityTemporarilyUnmodifiable' | 'ConcurrentModification';
      readonly when?: Moment;
    }
  /** Any other error. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly when?: Moment;
    }
  | { readonly kind: 'latency'; readonly milliseconds: Duration }
  /** The connection closes without an answer, before or after the call takes effect. */
  | { readonly kind: 'drop'; readonly when: Moment }
  /** The connection stays open and no answer is sent. */
  | { readonly kind: 'no-answer'; readonly when: Moment }
  /** The answer is an unreadable page instead of AWS's, as from a proxy in between. */
  | { readonly kind: 'garbled'; readonly when: Moment }
  /** The call is answered with success, but has no effect. */
  | { readonly kind: 'lie' }
  /**
   * For this time, reads show the old state of a credential that the call deletes or creates, or of a bucket or queue
   * policy that it changes. AssumeRoot does not know a feature or trusted access that the call enables for this time
   * either: STS lags minutes behind IAM, which shows it at once.
   */
  | { readonly kind: 'delayed-visibility'; readonly milliseconds: number }
  /** The credentials of the call expire just before it. */
  | { readonly kind: 'expire-session' }
  /** The organization changes just before the call: an account, or the service control policies. */
  | WorldChange;
