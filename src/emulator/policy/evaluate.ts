import { conditionHolds, type RequestContext } from './condition.js';
import {
  type DocumentStatement,
  type IamPolicyDocument,
  type Principals,
  statementsOf,
  toList,
} from './document.js';
import { matchesArnPattern, matchesWildcard } from './wildcard.js';

/** A request in the form that policies match on. */
export interface AccessRequest {
  /** `iam:DeleteAccessKey` */
  readonly action: string;
  /** An ARN, or `*` for actions without resource types. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** Whether any statement with this effect matches the request. */
export function statementsMatch(
  document: IamPolicyDocument,
  effect: DocumentStatement['Effect'],
  request: AccessRequest,
): boolean {
  return statementsOf(document).some(
    (statement) => statement.Effect === effect && applies(statement, request),
  );
}

/** Whether any statement with this effect in a resource policy matches a request by this principal. */
export function resourceStatementsMatch(
  document: IamPolicyDocument,
  effect: DocumentStatement['Effect'],
  request: AccessRequest,
  principal: NamedPrincipal,
): boolean {
  return statementsOf(document).some(
    (statement) =>
      statement.Effect === effect && isMeant(statement, principal) && applies(statement, request),
  );
}

/** The caller as resource policies name it. */
export interface NamedPrincipal {
  readonly arn: string;
  /** Twelve digits. */
  readonly account: string;
}

function isMeant({ Principal, NotPrincipal }: DocumentStatement, principal: NamedPrincipal): boolean {
  if (NotPrincipal !== undefined) return !isNamed(NotPrincipal, principal);
  return Principal !== undefined && isNamed(Principal, principal);
}

/**
 * Matches everyone, an account (which includes all its principals), a role (which includes its sessions), or the
 * principal.
 */
function isNamed(principals: Principals, { arn, account }: NamedPrincipal): boolean {
  if (principals === '*') return true;
  const role = arn.replace(/:sts:(.*):assumed-role\/([^/]+)\/.+$/, ':iam:$1:role/$2');
  const names = ['*', arn, role, account, `arn:aws:iam::${account}:root`];
  return toList(principals.AWS ?? []).some((name) => names.includes(name));
}

function applies(statement: DocumentStatement, { action, resource, context }: AccessRequest): boolean {
  const matchesAction = (pattern: string) => matchesWildcard(pattern, action, { ignoreCase: true });
  const matchesResource = (pattern: string) => pattern === '*' || matchesArnPattern(pattern, resource);
  if (statement.Action !== undefined && !toList(statement.Action).some(matchesAction)) return false;
  if (statement.NotAction !== undefined && toList(statement.NotAction).some(matchesAction)) return false;
  if (statement.Resource !== undefined && !toList(statement.Resource).some(matchesResource)) return false;
  if (statement.NotResource !== undefined && toList(statement.NotResource).some(matchesResource))
    return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => conditionHolds(operator, key, values, context)),
  );
}
