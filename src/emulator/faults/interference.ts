import { AwsError } from '../aws-error.js';
import type { Service } from '../operations/service.js';
import type { Random } from '../random.js';
import type { AccountChange } from '../state/change-account.js';
import type { Duration, Fault } from './rule.js';

/** All that goes wrong with one call, as instructions for the one place that carries calls out. */
export interface Interference {
  readonly changes: readonly { readonly account: string | undefined; readonly change: AccountChange }[];
  readonly expireSession: boolean;
  /** Answered instead of running the operation. */
  readonly error: AwsError | undefined;
  /** The answer is a lie: the effect does not happen. */
  readonly withholdEffect: boolean;
  /** Milliseconds for which reads do not show the effect. */
  readonly invisibleFor: number;
  /** Milliseconds until the answer is sent. */
  readonly delay: number;
  readonly delivery: 'answer' | 'drop' | 'no-answer';
  /** Whether the connection is lost before the operation runs. */
  readonly lostBeforeEffect: boolean;
}

/** Combines faults: delays add up; of errors and of lost connections the first counts. */
export function combineFaults(faults: readonly Fault[], service: Service, random: Random): Interference {
  const lost = faults.find((fault) => fault.kind === 'drop' || fault.kind === 'no-answer');
  return {
    changes: faults.flatMap((fault) =>
      fault.kind === 'change-account' ? [{ account: fault.account, change: fault.change }] : [],
    ),
    expireSession: faults.some(({ kind }) => kind === 'expire-session'),
    error: faults.map((fault) => errorOf(fault, service)).find((error) => error !== undefined),
    withholdEffect: faults.some(({ kind }) => kind === 'lie'),
    invisibleFor: Math.max(0, ...faults.map((f) => (f.kind === 'delayed-visibility' ? f.milliseconds : 0))),
    delay: faults.reduce((sum, f) => sum + (f.kind === 'latency' ? draw(f.milliseconds, random) : 0), 0),
    delivery: lost === undefined ? 'answer' : lost.kind,
    lostBeforeEffect: lost?.when === 'before-effect',
  };
}

function draw(duration: Duration, random: Random): number {
  if (typeof duration === 'number') return duration;
  if ('mean' in duration) return -Math.log(1 - random.next()) * duration.mean;
  return duration.from + random.next() * (duration.to - duration.from);
}

function errorOf(fault: Fault, service: Service): AwsError | undefined {
  switch (fault.kind) {
    case 'throttle':
      return throttled(service);
    case 'http-error':
      return fault.status === 500
        ? new AwsError(service.failure, 500, 'The request processing has failed because of an unknown error.')
        : new AwsError('ServiceUnavailable', fault.status, 'Service is unable to handle request.');
    case 'access-denied':
      return new AwsError('AccessDenied', 403, fault.message);
    case 'conflict':
      return new AwsError(
        fault.code,
        409,
        'The entity is being modified. Wait a few minutes and submit your request again.',
      );
    case 'error':
      return new AwsError(fault.code, fault.status, fault.message);
    default:
      return undefined;
  }
}

export function throttled({ throttle }: Service): AwsError {
  return new AwsError(throttle.code, 400, throttle.message, throttle.members);
}
