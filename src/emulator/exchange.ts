import { authenticate, expiredToken } from './authenticate.js';
import { AwsError } from './aws-error.js';
import type { FaultBook, FaultSubject } from './faults/fault-book.js';
import { combineFaults, type Interference, throttled } from './faults/interference.js';
import type { Fault } from './faults/rule.js';
import type { Quotas } from './quotas.js';
import { applyEffect } from './state/apply-effect.js';
import { changeAccount } from './state/change-account.js';
import type { Effect } from './state/effect.js';
import type { Principal } from './state/principal.js';
import type { World } from './state/world.js';
import type { HttpRequest } from './wire/http.js';
import { type Route, route, unknownOperation } from './wire/route.js';
import { type Authorization, parseAuthorization } from './wire/signature.js';
import type { Structure } from './wire/value.js';

/** Everything that bears on an exchange besides the request. */
export interface Surroundings {
  readonly world: World;
  readonly faults: FaultBook;
  readonly quotas: Quotas;
  readonly now: Date;
}

export type Outcome =
  | { readonly kind: 'success'; readonly output: Structure | undefined; readonly effect: Effect | undefined }
  | { readonly kind: 'failure'; readonly error: AwsError }
  /** The connection was lost before anything happened. */
  | { readonly kind: 'lost' };

/** What became of a request: what was asked, by whom, and the answer, before it is written in a wire format. */
export interface Exchange {
  readonly route: Route;
  readonly authorization: Authorization | undefined;
  readonly principal: Principal | undefined;
  /** The account acted on. */
  readonly account: string | undefined;
  readonly faults: readonly Fault[];
  readonly interference: Interference;
  readonly outcome: Outcome;
}

/** Carries a request out, in AWS's order: signature, operation, parameters, then the operation's own checks. */
export function exchange(surroundings: Surroundings, request: HttpRequest): Exchange {
  const authorization = attempt(() => parseAuthorization(request.headers.authorization));
  const scope = authorization instanceof AwsError ? undefined : authorization;
  const routed = route(request, scope?.service);
  const calm = combineFaults([], routed.service, surroundings.world.random);
  const failed = (error: AwsError, principal?: Principal): Exchange => ({
    route: routed,
    authorization: scope,
    principal,
    account: principal?.account,
    faults: [],
    interference: calm,
    outcome: { kind: 'failure', error },
  });
  if (authorization instanceof AwsError) return failed(authorization);
  const principal = attempt(() => authenticate(surroundings.world, request, authorization, surroundings.now));
  if (principal instanceof AwsError) return failed(principal);
  if (routed.malformed !== undefined) return failed(routed.malformed, principal);
  if (routed.definition === undefined) return failed(unknownOperation(routed), principal);
  if (isUnknownToGlobalEndpoint(routed, request, authorization)) {
    return failed(new AwsError('InvalidAction', 400, 'Unknown Operation'), principal);
  }

  const { now, world } = surroundings;
  const prepared = routed.definition.prepare(routed.parameters);
  const account = prepared.account ?? principal.account;
  const faults = surroundings.faults.strike(subjectOf(routed, principal, account));
  const interference = combineFaults(faults, routed.service, world.random);
  const base = { route: routed, authorization, principal, account, faults, interference };
  if (interference.lostBeforeEffect) return { ...base, outcome: { kind: 'lost' } };
  const run = () => {
    interfere(surroundings, interference, principal, account);
    if (!surroundings.quotas.take(routed.operation, principal.account, now)) throw throttled(routed.service);
    if (prepared.violations.length > 0) throw routed.service.refuse(prepared.violations);
    return prepared.run({ world, principal, now, region: authorization.region });
  };
  const result = attempt(run);
  if (result instanceof AwsError) return { ...base, outcome: { kind: 'failure', error: result } };
  const effect = interference.withholdEffect ? undefined : result.effect;
  if (effect !== undefined) applyEffect(world, effect, now, interference.invisibleFor);
  return { ...base, outcome: { kind: 'success', output: result.output, effect } };
}

/** What faults do before the call: changes behind the client's back, expiry, errors. */
function interfere(
  { world, now }: Surroundings,
  interference: Interference,
  principal: Principal,
  acted: string,
): void {
  for (const { account, change } of interference.changes) {
    const changed = world.accounts.get(account ?? acted);
    if (changed !== undefined) changeAccount(world, changed, change);
  }
  if (interference.expireSession) {
    if (principal.kind === 'session') principal.expires = now;
    throw expiredToken();
  }
  if (interference.error !== undefined) throw interference.error;
}

function subjectOf({ service, operation }: Route, principal: Principal, account: string): FaultSubject {
  const caller = principal.kind === 'session' ? 'session' : principal.name;
  return { service: service.name, operation, account, caller };
}

/** The global endpoint of STS, by host name or by the region that stands for it, does not have AssumeRoot. */
function isUnknownToGlobalEndpoint(
  { service, operation }: Route,
  { headers }: HttpRequest,
  { region }: Authorization,
): boolean {
  const isGlobal = region === 'aws-global' || headers.host === 'sts.amazonaws.com';
  return service.name === 'sts' && operation === 'AssumeRoot' && isGlobal;
}

/** AWS's refusals are values from here on; anything else that is thrown is a defect of the emulator. */
function attempt<T>(run: () => T): T | AwsError {
  try {
    return run();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
