import { AwsError } from '../../aws-error.js';
import {
  type Feature,
  findMember,
  IAM_SERVICE_PRINCIPAL,
  isDelegatedAdministrator,
  type World,
} from '../../state/world.js';
import type { Structure } from '../../wire/value.js';
import { authorize } from '../authorize.js';
import type { Call, OperationResult } from '../operation.js';

/** Throws unless the caller may read the features. Checks permissions, then the account, then trusted access. */
export function authorizeReading(call: Call, action: string): void {
  authorize(call, action, '*');
  checkOrganization(call);
  const { account } = call.principal;
  if (!isManagementAccount(call) && !isDelegatedAdministrator(call.world, account, IAM_SERVICE_PRINCIPAL)) {
    throw new AwsError(
      'AccountNotManagementOrDelegatedAdministratorException',
      400,
      `Input account ${account} is neither management account nor delegated admin.`,
    );
  }
  checkTrustedAccess(call);
}

/** Enables a feature; only the management account may. Enabling it twice is not an error. */
export function enableFeature(call: Call, action: string, feature: Feature): OperationResult {
  authorize(call, action, '*');
  checkOrganization(call);
  if (!isManagementAccount(call)) {
    throw new AwsError(
      'CallerIsNotManagementAccountException',
      400,
      `Caller account ${call.principal.account} is not management account of the organization and cannot enable IAM features.`,
    );
  }
  checkTrustedAccess(call);
  return {
    output: describeFeatures(call.world, new Set([...call.world.features, feature])),
    effect: { kind: 'feature-enabled', feature },
  };
}

/** AWS lists RootSessions first. */
export function describeFeatures(world: World, features: ReadonlySet<Feature>): Structure {
  const order: readonly Feature[] = ['RootSessions', 'RootCredentialsManagement'];
  return {
    OrganizationId: world.organization.id,
    EnabledFeatures: order.filter((name) => features.has(name)),
  };
}

function isManagementAccount({ world, principal }: Call): boolean {
  return principal.account === world.organization.managementAccount;
}

/** The codes are AWS's; the texts of both errors are not documented. */
function checkOrganization({ world, principal }: Call): void {
  if (findMember(world, principal.account) === undefined) {
    throw new AwsError(
      'OrganizationNotFoundException',
      400,
      `Organization for account ${principal.account} not found.`,
    );
  }
  if (world.organization.featureSet !== 'ALL') {
    throw new AwsError(
      'OrganizationNotInAllFeaturesModeException',
      400,
      'Organization must be in all features mode.',
    );
  }
}

function checkTrustedAccess({ world, principal }: Call): void {
  if (world.trustedServices.has(IAM_SERVICE_PRINCIPAL)) return;
  throw new AwsError(
    'ServiceAccessNotEnabledException',
    400,
    `Trusted Access for IAM not enabled by organization of input account ${principal.account}.`,
  );
}
