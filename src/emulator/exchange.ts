import { authenticate, expiredToken } from './authenticate.js';
import { AwsError } from './aws-error.js';
import type { FaultBook, FaultSubject } from './faults/fault-book.js';
import { combineFaults, type Interference, throttled } from './faults/interference.js';
import type { Fault } from './faults/rule.js';
import type { Prepared } from './operations/operation.js';
import type { Quotas } from './quotas.js';
import { applyEffect } from './state/apply-effect.js';
import { applyChange, type Changed } from './state/change.js';
import type { Effect } from './state/effect.js';
import type { Principal } from './state/principal.js';
import type { World } from './state/world.js';
import type { HttpRequest } from './wire/http.js';
import { type Route, route, unknownOperation } from './wire/route.js';
import { type Authorization, parseAuthorization } from './wire/signature.js';
import type { Structure } from './wire/value.js';

/** What an exchange depends on besides the request. */
export interface ExchangeContext {
  readonly world: World;
  readonly faults: FaultBook;
  readonly quotas: Quotas;
  readonly now: Date;
}

export type ExchangeOutcome =
  | { readonly kind: 'success'; readonly output: Structure | undefined; readonly effect: Effect | undefined }
  /** There is an effect if a fault replaced the answer with this error after the call took effect. */
  | { readonly kind: 'failure'; readonly error: AwsError; readonly effect: Effect | undefined }
  /** The request was lost before it had any effect. */
  | { readonly kind: 'lost' };

/** The result of a request: what was asked, by whom, and the answer before it is serialized. */
export interface Exchange {
  readonly route: Route;
  readonly authorization: Authorization | undefined;
  readonly principal: Principal | undefined;
  /** The account acted on. */
  readonly account: string | undefined;
  readonly faults: readonly Fault[];
  readonly interference: Interference;
  /** Changes that faults made. */
  readonly changes: readonly Changed[];
  readonly outcome: ExchangeOutcome;
}

/** Processes a request in AWS's order: signature, operation, parameters, then the operation's own checks. */
export function exchange(context: ExchangeContext, request: HttpRequest): Exchange {
  const { world, now } = context;
  const authorization = attempt(() => parseAuthorization(request.headers.authorization));
  const known = authorization instanceof AwsError ? undefined : authorization;
  const routed = route(request, known?.service);
  const refused = (error: AwsError, principal?: Principal): Exchange => ({
    route: routed,
    authorization: known,
    principal,
    account: principal?.account,
    faults: [],
    interference: combineFaults([], routed.service, world.random),
    changes: [],
    outcome: { kind: 'failure', error, effect: undefined },
  });
  if (authorization instanceof AwsError) return refused(authorization);
  const principal = attempt(() => authenticate(world, request, authorization, routed.service, now));
  if (principal instanceof AwsError) return refused(principal);
  if (routed.malformed !== undefined) return refused(routed.malformed, principal);
  if (routed.definition === undefined) return refused(unknownOperation(routed), principal);
  if (isUnknownToGlobalEndpoint(routed, request, authorization)) {
    return refused(new AwsError('InvalidAction', 400, 'Unknown Operation'), principal);
  }
  return carryOut(context, routed, authorization, principal, routed.definition.prepare(routed.parameters));
}

/** Runs a known operation for an authenticated caller, with all faults applied. */
function carryOut(
  context: ExchangeContext,
  routed: Route,
  authorization: Authorization,
  principal: Principal,
  prepared: Prepared,
): Exchange {
  const { world, now, quotas } = context;
  const account = prepared.account ?? principal.account;
  const faults = context.faults.strike(subjectOf(routed, principal, account));
  const interference = combineFaults(faults, routed.service, world.random);
  const changes = interference.changes.flatMap((change) => applyChange(world, change, account) ?? []);
  const base = { route: routed, authorization, principal, account, faults, interference, changes };
  if (interference.lostBeforeEffect) return { ...base, outcome: { kind: 'lost' } };

  const { replacement } = interference;
  const result = attempt(() => {
    if (interference.expireSession) expire(principal, now);
    if (replacement?.when === 'before-effect') throw replacement.error;
    if (!quotas.take(routed.operation, principal.account, now)) throw throttled(routed.service);
    if (prepared.violations.length > 0) throw routed.service.refuse(prepared.violations);
    const { region } = authorization;
    return prepared.run({ world, principal, now, region, endpointRegion: routed.endpointRegion ?? region });
  });
  const effect = result instanceof AwsError || interference.withholdEffect ? undefined : result.effect;
  if (effect !== undefined) applyEffect(world, effect, now, interference.invisibleFor);
  const answer = replacement?.when === 'after-effect' ? replacement.error : result;
  if (answer instanceof AwsError) return { ...base, outcome: { kind: 'failure', error: answer, effect } };
  return { ...base, outcome: { kind: 'success', output: answer.output, effect } };
}

/** Fails the call as expired. Only a session stays expired; a caller's credentials work again in the next call. */
function expire(principal: Principal, now: Date): never {
  if (principal.kind === 'session') principal.expires = now;
  throw expiredToken();
}

function subjectOf({ service, operation }: Route, principal: Principal, account: string): FaultSubject {
  const caller = principal.kind === 'session' ? 'session' : principal.name;
  return { service: service.name, operation, account, caller };
}

/** The global STS endpoint, recognized by host name or region, does not support AssumeRoot. */
function isUnknownToGlobalEndpoint(
  { service, operation }: Route,
  { headers }: HttpRequest,
  { region }: Authorization,
): boolean {
  const isGlobal = region === 'aws-global' || headers.host === 'sts.amazonaws.com';
  return service.name === 'sts' && operation === 'AssumeRoot' && isGlobal;
}

/** Turns AWS errors into values. Any other exception is a bug in the emulator. */
function attempt<T>(run: () => T): T | AwsError {
  try {
    return run();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
