import { AwsError } from '../aws-error.js';
import type { RequestContext } from '../policy/condition.js';
import { type AccessRequest, statementsMatch } from '../policy/evaluate.js';
import { TASK_POLICIES } from '../policy/task-policies.js';
import { isRootCaller } from '../state/principal.js';
import { findDenyingPolicy, type ServiceControlPolicy } from '../state/service-control-policy.js';
import { findMember } from '../state/world.js';
import type { Call } from './operation.js';

export type AuthorizationDecision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied-by-task-policy' }
  | { readonly kind: 'denied-by-scp'; readonly policy: ServiceControlPolicy }
  | { readonly kind: 'denied-by-identity-policy' }
  | { readonly kind: 'denied-by-resource-policy' }
  /** No policy of this kind allows the request, although one must. */
  | { readonly kind: 'not-allowed'; readonly by: 'identity-based' | 'resource-based' };

export type Denial = Exclude<AuthorizationDecision, { kind: 'allowed' }>;

/** Evaluates all policies for a request, explicit denials first. */
export function decide(
  call: Call,
  action: string,
  resource: string,
  extra: RequestContext = {},
): AuthorizationDecision {
  const { principal, world } = call;
  const request = accessRequest(call, action, resource, extra);
  if (principal.kind === 'session' && statementsMatch(TASK_POLICIES[principal.task], 'Deny', request)) {
    return { kind: 'denied-by-task-policy' };
  }
  const account = findMember(world, principal.account);
  const policy = account === undefined ? undefined : findDenyingPolicy(world, account, request);
  if (policy !== undefined) return { kind: 'denied-by-scp', policy };
  if (principal.kind === 'session' || isRootCaller(principal)) return { kind: 'allowed' };
  if (statementsMatch(principal.policy, 'Deny', request)) return { kind: 'denied-by-identity-policy' };
  if (statementsMatch(principal.policy, 'Allow', request)) return { kind: 'allowed' };
  return { kind: 'not-allowed', by: 'identity-based' };
}

/** A request in the form that policies match on. */
export function accessRequest(
  call: Call,
  action: string,
  resource: string,
  extra: RequestContext,
): AccessRequest {
  return { action, resource, context: { ...requestContext(call), ...extra } };
}

/** Throws AccessDenied with AWS's message unless the request is allowed. */
export function authorize(call: Call, action: string, resource: string, extra: RequestContext = {}): void {
  const decision = decide(call, action, resource, extra);
  if (decision.kind !== 'allowed') throw denial(call, action, resource, decision);
}

/** Creates the error for a denial with AWS's message. Services spell actions and resources differently. */
export function denial(call: Call, action: string, resource: string, decision: Denial): AwsError {
  return accessDenied(`${notAuthorized(call, action, resource)} ${explain(call, action, decision)}`);
}

export function notAuthorized({ principal }: Call, action: string, resource: string): string {
  return `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
}

export function accessDenied(message: string): AwsError {
  return new AwsError('AccessDenied', 403, message);
}

function explain(call: Call, action: string, decision: Denial): string {
  switch (decision.kind) {
    case 'denied-by-task-policy':
      // AWS documents this text for session policies; there is no capture for a root session.
      return 'with an explicit deny in a session policy';
    case 'denied-by-scp': {
      const suffix = call.world.replies.policyArnInDenials ? `: ${decision.policy.arn}` : '';
      return `with an explicit deny in a service control policy${suffix}`;
    }
    case 'denied-by-identity-policy':
      return 'with an explicit deny in an identity-based policy';
    case 'denied-by-resource-policy':
      return 'with an explicit deny in a resource-based policy';
    case 'not-allowed':
      return `because no ${decision.by} policy allows the ${action} action`;
    default:
      return decision satisfies never;
  }
}

function principalType(arn: string): string {
  if (arn.endsWith(':root')) return 'Account';
  return arn.includes(':assumed-role/') ? 'AssumedRole' : 'User';
}

/** `aws:AssumedRoot` is set for root sessions only; policies test for its absence with `Null`. */
function requestContext({ principal, world, region }: Call): RequestContext {
  const member = findMember(world, principal.account) !== undefined;
  return {
    'aws:principalarn': principal.arn,
    'aws:principalaccount': principal.account,
    'aws:principaltype': principalType(principal.arn),
    'aws:requestedregion': region,
    ...(member && { 'aws:principalorgid': world.organization.id }),
    ...(principal.kind === 'session' && { 'aws:assumedroot': 'true' }),
  };
}
