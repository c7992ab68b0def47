import { AwsError } from '../aws-error.js';
import type { Service } from '../operations/service.js';
import type { Random } from '../random.js';
import type { Change } from '../state/change.js';
import type { Duration, Fault, Moment } from './rule.js';

/** All that goes wrong with one call, as instructions for the one place that carries calls out. */
export interface Interference {
  readonly changes: readonly Change[];
  readonly expireSession: boolean;
  readonly replacement: Replacement | undefined;
  /** The answer is a lie: the effect does not happen. */
  readonly withholdEffect: boolean;
  /** Milliseconds for which reads do not show the effect. */
  readonly invisibleFor: number;
  /** Milliseconds until the answer is sent. */
  readonly delay: number;
  readonly delivery: Delivery;
  /** Whether the call is lost before the operation runs. */
  readonly lostBeforeEffect: boolean;
}

/** What becomes of the answer on its way to the client. */
export type Delivery = 'answer' | 'garbled' | 'drop' | 'no-answer';

/** An error in the place of the operation's own answer: instead of running it, or once it has run and taken effect. */
export interface Replacement {
  readonly error: AwsError;
  readonly when: Moment;
}

/** Combines faults: delays add up; of errors and of lost answers the first counts. */
export function combineFaults(faults: readonly Fault[], service: Service, random: Random): Interference {
  const lost = faults.find(isLoss);
  return {
    changes: faults.filter(isChange),
    expireSession: faults.some(({ kind }) => kind === 'expire-session'),
    replacement: faults.map((fault) => replacementOf(fault, service)).find((found) => found !== undefined),
    withholdEffect: faults.some(({ kind }) => kind === 'lie'),
    invisibleFor: Math.max(0, ...faults.map((f) => (f.kind === 'delayed-visibility' ? f.milliseconds : 0))),
    delay: faults.reduce((sum, f) => sum + (f.kind === 'latency' ? draw(f.milliseconds, random) : 0), 0),
    delivery: lost === undefined ? 'answer' : lost.kind,
    lostBeforeEffect: lost?.when === 'before-effect',
  };
}

function isLoss(fault: Fault): fault is Extract<Fault, { kind: Exclude<Delivery, 'answer'> }> {
  return fault.kind === 'drop' || fault.kind === 'no-answer' || fault.kind === 'garbled';
}

function isChange(fault: Fault): fault is Fault & Change {
  return fault.kind === 'change-account' || fault.kind === 'attach-policy' || fault.kind === 'detach-policy';
}

/** How many standard deviations of a normal distribution 99 in 100 values stay below. */
const P99_DEVIATIONS = 2.3263478740408408;

function draw(duration: Duration, random: Random): number {
  if (typeof duration === 'number') return duration;
  if ('mean' in duration) return -Math.log(1 - random.next()) * duration.mean;
  if ('median' in duration) {
    const deviation = Math.log(duration.p99 / duration.median) / P99_DEVIATIONS;
    return duration.median * Math.exp(deviation * random.normal());
  }
  return duration.from + random.next() * (duration.to - duration.from);
}

function replacementOf(fault: Fault, service: Service): Replacement | undefined {
  switch (fault.kind) {
    case 'throttle':
      return { error: throttled(service), when: 'before-effect' };
    case 'access-denied':
      return { error: new AwsError('AccessDenied', 403, fault.message), when: 'before-effect' };
    case 'http-error':
      return { error: failed(service, fault.status), when: fault.when ?? 'before-effect' };
    case 'conflict':
      return { error: conflicting(fault.code), when: fault.when ?? 'before-effect' };
    case 'error':
      return {
        error: new AwsError(fault.code, fault.status, fault.message),
        when: fault.when ?? 'before-effect',
      };
    case 'latency':
    case 'drop':
    case 'no-answer':
    case 'garbled':
    case 'lie':
    case 'delayed-visibility':
    case 'expire-session':
    case 'change-account':
    case 'attach-policy':
    case 'detach-policy':
      return undefined;
  }
}

export function throttled({ throttle }: Service): AwsError {
  return new AwsError(throttle.code, throttle.status ?? 400, throttle.message, throttle.members);
}

function failed({ failure }: Service, status: number): AwsError {
  return status === 500
    ? new AwsError(failure, 500, 'The request processing has failed because of an unknown error.')
    : new AwsError('ServiceUnavailable', status, 'Service is unable to handle request.');
}

function conflicting(code: string): AwsError {
  return new AwsError(
    code,
    409,
    'The entity is being modified. Wait a few minutes and submit your request again.',
  );
}
