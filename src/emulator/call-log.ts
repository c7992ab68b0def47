import type { Delivery } from './faults/interference.js';
import type { Fault } from './faults/rule.js';
import type { Effect } from './state/effect.js';

/** One request to the emulator and its result. Contains no secrets: no keys, tokens or signatures. */
export interface LoggedCall {
  /** Counts from 1 in order of arrival. */
  readonly sequence: number;
  /** ISO 8601 in UTC with milliseconds, from the emulator's clock. */
  readonly at: string;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly caller: {
    readonly kind: 'caller' | 'session' | 'anonymous';
    /** The caller's name in the scenario; for a root session, its task policy. */
    readonly name?: string;
    readonly arn?: string;
    readonly account?: string;
  };
  /** The account acted on: the target of AssumeRoot, the account of a root session, or the account queried. */
  readonly account?: string;
  readonly accessKeyId?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** HTTP status of the answer, even if the answer was lost; 0 if the request was lost before the call ran. */
  readonly status: number;
  readonly errorCode?: string;
  /** The first line of AWS's message. */
  readonly errorMessage?: string;
  /** Whether the client received the answer. */
  readonly delivery: Delivery;
  /** What the call changed; absent if nothing. */
  readonly effect?: LoggedEffect;
  /** The kinds of faults applied to the call. */
  readonly faults?: readonly Fault['kind'][];
  /** The emulator does not implement the operation, so a client that relies on it is not tested. */
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

/** Parameters not to log. `Message` is what KMS signs; CloudTrail does not log it either. */
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

/** Formats one line for people: caller, operation and result. */
export function formatCall(call: LoggedCall): string {
  const target = call.account === undefined ? '' : ` ${call.account}`;
  const result = call.errorCode === undefined ? `${call.status}` : `${call.status} ${call.errorCode}`;
  const faults = call.faults === undefined ? '' : ` [${call.faults.join(', ')}]`;
  const unknown = call.unknownOperation ? ' (operation unknown to the emulator)' : '';
  // The operation is client input: strip anything that could move the terminal's cursor.
  const operation = call.operation.replace(/\W/g, '?').slice(0, 80);
  return `${call.at} ${call.service} ${operation}${target} → ${result}${faults}${unknown}`;
}
