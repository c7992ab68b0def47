import { AwsError } from '../../aws-error.js';
import { findMember, isDelegatedAdministrator } from '../../state/world.js';
import { authorize } from '../authorize.js';
import type { Call } from '../operation.js';

/** Whose principals may call: any account of the organization, its administrators, or the management account. */
export type Audience = 'members' | 'administrators' | 'management';

/**
 * Throws AccessDeniedException unless the caller's policies allow the action and its account is in the audience.
 * A delegated administrator of any service counts as administrator.
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
