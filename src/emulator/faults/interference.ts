import { AwsError } from '../aws-error.js';
import type { Service } from '../operations/service.js';
import type { Random } from '../random.js';
import type { WorldChange } from '../state/change.js';
import type { Duration, Fault, Moment } from './rule.js';

/** The combined effect of all faults on one call, as instructions for `exchange`. */
export interface Interference {
  readonly changes: readonly WorldChange[];
  readonly expireSession: boolean;
  readonly replacement: Replacement | undefined;
  /** Answer with success, but do not apply the effect. */
  readonly withholdEffect: boolean;
  /** Milliseconds until reads show the effect. */
  readonly invisibleFor: number;
  /** Milliseconds to wait before sending the answer. */
  readonly delay: number;
  readonly delivery: Delivery;
  /** Whether the call is lost before the operation runs. */
  readonly lostBeforeEffect: boolean;
}

/** How the answer reaches the client. */
export type Delivery = 'answer' | 'garbled' | 'drop' | 'no-answer';

/** An error returned in place of the operation's own answer, either before it runs or after its effect is applied. */
export interface Replacement {
  readonly error: AwsError;
  readonly when: Moment;
}

/** Combines faults: delays add up; the first error and the first lost answer win. */
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

function isChange(fault: Fault): fault is Fault & WorldChange {
  return fault.kind === 'change-account' || fault.kind === 'attach-policy' || fault.kind === 'detach-policy';
}

/** The 99th percentile of the standard normal distribution. */
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
