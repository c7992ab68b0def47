import { AwsError } from '../aws-error.js';
import { findUnknownOperator } from '../policy/condition.js';
import { type IamPolicyDocument, parseIamPolicy } from '../policy/document.js';
import { type AccessRequest, resourceStatementsMatch } from '../policy/evaluate.js';
import type { Resource } from '../state/resource.js';
import { type AuthorizationDecision, accessRequest, decide, denial } from './authorize.js';
import type { Call } from './operation.js';

/** How a service spells action and resource in a denial. */
export interface Wording {
  readonly action: string;
  readonly resource: string;
}

/**
 * Throws AccessDenied unless the policies of caller and resource allow the call: within the resource's account one of
 * the two must allow it, from another account both. The root user of the account may do anything that only the
 * resource's own policy denies. S3 documents this for GetBucketPolicy, PutBucketPolicy and DeleteBucketPolicy; for SQS
 * it follows from AWS's description of SQSUnlockQueuePolicy.
 */
export function authorizeResource(call: Call, action: string, resource: Resource, wording: Wording): void {
  const decision = decideOnResource(call, action, resource);
  if (decision.kind !== 'allowed') throw denial(call, wording.action, wording.resource, decision);
}

function decideOnResource(call: Call, action: string, resource: Resource): AuthorizationDecision {
  const { principal } = call;
  const context = { 'aws:resourceaccount': resource.account };
  const decision = decide(call, action, resource.arn, context);
  if (decision.kind !== 'allowed' && decision.kind !== 'not-allowed') return decision;
  const isOwner = principal.account === resource.account;
  if (isOwner && principal.arn.endsWith(':root')) return decision;

  const document = resource.policy === undefined ? undefined : parseIamPolicy(resource.policy);
  const request = accessRequest(call, action, resource.arn, context);
  const matches = (effect: 'Allow' | 'Deny') =>
    document !== undefined && holds(document, effect, request, principal);
  if (matches('Deny')) return { kind: 'denied-by-resource-policy' };
  const isAllowed = matches('Allow');
  if (isOwner) return isAllowed ? { kind: 'allowed' } : decision;
  return isAllowed ? decision : { kind: 'not-allowed', by: 'resource-based' };
}

/** Throws for an unsupported condition, which a resource policy may contain, instead of evaluating it wrongly. */
function holds(
  document: IamPolicyDocument,
  effect: 'Allow' | 'Deny',
  request: AccessRequest,
  principal: Call['principal'],
): boolean {
  const operator = findUnknownOperator(document);
  if (operator !== undefined) {
    throw new AwsError(
      'NotImplemented',
      501,
      `The emulator does not know the condition operator "${operator}"`,
    );
  }
  return resourceStatementsMatch(document, effect, request, principal);
}
