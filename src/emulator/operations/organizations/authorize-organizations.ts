import { AwsError } from '../../aws-error.js';
import { findMember, isDelegatedAdministrator } from '../../state/world.js';
import { authorize } from '../authorize.js';
import type { Call } from '../operation.js';

/** Which accounts may call: any member, administrators, or the management account only. */
export type Audience = 'members' | 'administrators' | 'management';

/**
 * Throws AccessDeniedException unless the caller's policies allow the action and its account may call it. Delegated
 * administrators of any service count as administrators.
 */
export function authorizeOrganizations(call: Call, operation: string, audience: Audience): void {
  authorize(call, `organizations:${operation}`, '*');
  const { world, principal } = call;
  if (findMember(world, principal.account) === undefined) {
    throw new AwsError(
      'AWSOrganizationsNotInUseException',
      400,
      'Your account is not a member of an organization.',
    );
  }
  const isManagement = principal.account === world.organization.managementAccount;
  const allowed =
    isManagement ||
    audience === 'members' ||
    (audience === 'administrators' && isDelegatedAdministrator(world, principal.account));
  if (!allowed) {
    throw new AwsError('AccessDeniedException', 400, "You don't have permissions to access this resource.");
  }
}
