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

/** Everything that bears on an exchange besides the request. */
export interface Surroundings {
  readonly world: World;
  readonly faults: FaultBook;
  readonly quotas: Quotas;
  readonly now: Date;
}

export type Outcome =
  | { readonly kind: 'success'; readonly output: Structure | undefined; readonly effect: Effect | undefined }
  /** There is an effect where a fault put the error in the place of an answer. */
  | { readonly kind: 'failure'; readonly error: AwsError; readonly effect: Effect | undefined }
  /** The call was lost on its way, before anything happened. */
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
  /** What faults changed behind the client's back. */
  readonly changes: readonly Changed[];
  readonly outcome: Outcome;
}

/** Carries a request out, in AWS's order: signature, operation, parameters, then the operation's own checks. */
export function exchange(surroundings: Surroundings, request: HttpRequest): Exchange {
  const { world, now } = surroundings;
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
  return carryOut(
    surroundings,
    routed,
    authorization,
    principal,
    routed.definition.prepare(routed.parameters),
  );
}

/** Runs an operation that is known for a caller who is known, with everything that goes wrong on the way. */
function carryOut(
  surroundings: Surroundings,
  routed: Route,
  authorization: Authorization,
  principal: Principal,
  prepared: Prepared,
): Exchange {
  const { world, now, quotas } = surroundings;
  const account = prepared.account ?? principal.account;
  const faults = surroundings.faults.strike(subjectOf(routed, principal, account));
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

/** The credentials of a caller live on in other calls: only a session ends for good. */
function expire(principal: Principal, now: Date): never {
  if (principal.kind === 'session') principal.expires = now;
  throw expiredToken();
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
