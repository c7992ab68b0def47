import { type LoggedCall, logEffect, withoutSecrets } from './call-log.js';
import type { Exchange } from './exchange.js';
import type { Principal } from './state/principal.js';

/** Converts an exchange to its call log entry. */
export function describeCall(
  { route, authorization, principal, account, faults, interference, outcome }: Exchange,
  status: number,
  { sequence, requestId, now }: { sequence: number; requestId: string; now: Date },
): LoggedCall {
  const effect = outcome.kind === 'lost' ? undefined : outcome.effect;
  return {
    sequence,
    at: now.toISOString(),
    requestId,
    service: route.serviceName,
    operation: route.operation,
    caller: describeCaller(principal),
    ...(account !== undefined && { account }),
    ...(authorization !== undefined && { accessKeyId: authorization.accessKeyId }),
    parameters: withoutSecrets(route.parameters),
    status,
    ...(outcome.kind === 'failure' && {
      errorCode: outcome.error.code,
      errorMessage: firstLine(outcome.error.message),
    }),
    delivery: interference.delivery,
    ...(effect !== undefined && { effect: logEffect(effect) }),
    ...(faults.length > 0 && { faults: faults.map(({ kind }) => kind) }),
    ...(route.definition === undefined && { unknownOperation: true as const }),
  };
}

/**
 * Later lines may contain secrets: AWS answers a wrong signature with the canonical request, which includes the session
 * token.
 */
function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

function describeCaller(principal: Principal | undefined): LoggedCall['caller'] {
  if (principal === undefined) return { kind: 'anonymous' };
  const { kind, arn, account } = principal;
  return { kind, name: kind === 'session' ? principal.task : principal.name, arn, account };
}
