import type { Change } from '../state/change.js';

/** One thing that goes wrong, and when. Of the conditions of a match all must hold; without any, every call matches. */
export interface FaultRule {
  readonly match?: FaultMatch;
  readonly fault: Fault;
}

export interface FaultMatch {
  /** An operation's name, with `*` for any text: `Delete*`. */
  readonly operation?: string;
  readonly service?: string;
  /** The account that a call acts on: the target of AssumeRoot, the account of a root session. */
  readonly account?: string;
  /** The name of a caller in the scenario, or `session` for root sessions. */
  readonly caller?: string;
  /** Only the n-th call that matches, counted from 1. */
  readonly nth?: number;
  /** Every n-th call that matches. */
  readonly every?: number;
  /** A share of the calls that match, from 0 to 1, chosen by the seed. */
  readonly probability?: number;
  /** No more than this many times. */
  readonly times?: number;
}

/**
 * Milliseconds: always the same, evenly spread, exponentially distributed around a mean, or log-normally, which is how
 * services answer: half of the calls within the median, and one in a hundred not even within `p99`.
 */
export type Duration =
  | number
  | { readonly from: number; readonly to: number }
  | { readonly mean: number }
  | { readonly median: number; readonly p99: number };

/** Whether something goes wrong before the call takes effect, or once it has. */
export type Moment = 'before-effect' | 'after-effect';

export type Fault =
  /** The service's own throttling error. */
  | { readonly kind: 'throttle' }
  /**
   * The service fails: 500 is its internal error, 503 its unavailability. Before the effect unless told otherwise;
   * after it, the call was carried out and its answer is this error all the same.
   */
  | { readonly kind: 'http-error'; readonly status: 500 | 502 | 503 | 504; readonly when?: Moment }
  /** A refusal: never after the effect, because AWS decides on access before it acts. */
  | { readonly kind: 'access-denied'; readonly message: string }
  /** A conflict that passes: IAM answers 409. */
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
  /** The connection is closed without an answer, before or after the call took effect. */
  | { readonly kind: 'drop'; readonly when: Moment }
  /** The connection stays open and nothing is ever answered. */
  | { readonly kind: 'no-answer'; readonly when: Moment }
  /** Instead of AWS's answer comes a page that no client can read, as from a proxy on the way. */
  | { readonly kind: 'garbled'; readonly when: Moment }
  /** The call is answered as if it had worked, and nothing happens. */
  | { readonly kind: 'lie' }
  /**
   * Reads show only after this time what became of a credential that the call deletes or creates, or of the policy of a
   * bucket or queue that it changes. A feature or a trusted access that the call turns on is unknown to AssumeRoot for
   * this time: STS lags by minutes behind IAM, which shows it at once.
   */
  | { readonly kind: 'delayed-visibility'; readonly milliseconds: number }
  /** The credentials that the call uses expire at this moment. */
  | { readonly kind: 'expire-session' }
  /** The organization changes right before the call: an account, or the service control policies. */
  | Change;
