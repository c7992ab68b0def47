import type { Delivery } from './faults/interference.js';
import type { Fault } from './faults/rule.js';
import type { Effect } from './state/effect.js';

/** One request to the emulator, whatever became of it. Holds no secrets: neither keys nor tokens nor signatures. */
export interface LoggedCall {
  /** From 1, in the order in which the requests arrived. */
  readonly sequence: number;
  /** ISO 8601 in UTC, to the millisecond, by the emulator's clock. */
  readonly at: string;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly caller: {
    readonly kind: 'caller' | 'session' | 'anonymous';
    /** The name of the caller in the scenario; for a root session, its task policy. */
    readonly name?: string;
    readonly arn?: string;
    readonly account?: string;
  };
  /** The account acted on: the target of AssumeRoot, the account of a root session, the one asked about. */
  readonly account?: string;
  readonly accessKeyId?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** HTTP status of the answer, even if it was lost on the way; 0 if the connection was lost before the call. */
  readonly status: number;
  readonly errorCode?: string;
  /** The first line of what AWS says. */
  readonly errorMessage?: string;
  /** Whether the client got the answer. */
  readonly delivery: Delivery;
  /** What the call did; absent if nothing happened. */
  readonly effect?: LoggedEffect;
  /** The kinds of faults that struck the call. */
  readonly faults?: readonly Fault['kind'][];
  /** The emulator does not know the operation: a client that relies on it is not tested here. */
  readonly unknownOperation?: true;
}

/** An effect without the secrets of the session it issued. */
export type LoggedEffect =
  | Exclude<Effect, { kind: 'session-issued' }>
  | {
      readonly kind: 'session-issued';
      readonly account: string;
      readonly accessKeyId: string;
      readonly task: string;
      readonly expires: string;
    };

export function logEffect(effect: Effect): LoggedEffect {
  if (effect.kind !== 'session-issued') return effect;
  const { account, session } = effect;
  return {
    kind: 'session-issued',
    account,
    accessKeyId: session.accessKeyId,
    task: session.task,
    expires: session.expires.toISOString(),
  };
}

/** Parameters that must not be kept: `Message` is what KMS signs, which CloudTrail does not keep either. */
const SECRET_PARAMETERS: ReadonlySet<string> = new Set([
  'Message',
  'Password',
  'SecretAccessKey',
  'SessionToken',
]);

export function withoutSecrets(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    SECRET_PARAMETERS.has(name) ? '(withheld)' : value,
  ]);
  return Object.fromEntries(entries);
}

/** One line for people: who asked for what, and what became of it. */
export function formatCall(call: LoggedCall): string {
  const target = call.account === undefined ? '' : ` ${call.account}`;
  const result = call.errorCode === undefined ? `${call.status}` : `${call.status} ${call.errorCode}`;
  const faults = call.faults === undefined ? '' : ` [${call.faults.join(', ')}]`;
  const unknown = call.unknownOperation ? ' (operation unknown to the emulator)' : '';
  // The operation is whatever the client wrote: nothing in it may move the cursor of a terminal.
  const operation = call.operation.replace(/\W/g, '?').slice(0, 80);
  return `${call.at} ${call.service} ${operation}${target} → ${result}${faults}${unknown}`;
}
