/** Reads the organization of the caller, and which features of centralized root access are on. */
import { ListOrganizationsFeaturesCommand } from '@aws-sdk/client-iam';
import { DescribeOrganizationCommand } from '@aws-sdk/client-organizations';
import type { FeatureAnswer, Prerequisites } from '../workflows/ports.js';
import type { Calls } from './call.js';
import type { Clients } from './clients.js';
import { explainCaller } from './explain-caller.js';
import { classifyError } from './failures.js';
import type { Limiter } from './limiter.js';
import { requireField } from './require-field.js';

/** Returns undefined for an account that belongs to no organization. @throws RootsweepError as from `explainCaller`. */
export async function readOrganization(
  { organizations }: Clients,
  call: Calls['call'],
  limiter: Limiter,
): ReturnType<Prerequisites['organization']> {
  const action = 'organizations:DescribeOrganization';
  try {
    const { Organization: described } = await call(
      (options) => organizations.send(new DescribeOrganizationCommand({}), options),
      limiter,
    );
    return {
      organization: {
        id: requireField(described?.Id, action, 'Id'),
        partition: requireField(described?.Arn?.split(':')[1], action, 'Arn'),
        managementAccount: requireField(described?.MasterAccountId, action, 'MasterAccountId'),
      },
      hasAllFeatures: requireField(described?.FeatureSet, action, 'FeatureSet') === 'ALL',
    };
  } catch (error) {
    if (classifyError(error).code === 'AWSOrganizationsNotInUse') return undefined;
    throw explainCaller(error, action);
  }
}

/** @throws RootsweepError as from `explainCaller`. */
export async function listFeatures({ iam }: Clients, call: Calls['call']): Promise<FeatureAnswer> {
  const action = 'iam:ListOrganizationsFeatures';
  try {
    const { EnabledFeatures } = await call((options) =>
      iam.send(new ListOrganizationsFeaturesCommand({}), options),
    );
    // The SDK returns an empty list for an empty element, and undefined if the element is missing.
    return { kind: 'listed', enabled: new Set(requireField(EnabledFeatures, action, 'EnabledFeatures')) };
  } catch (error) {
    switch (classifyError(error).code) {
      case 'ServiceAccessNotEnabled':
        return { kind: 'trusted-access-off' };
      case 'AccountNotManagementOrDelegatedAdministrator':
        return { kind: 'wrong-account' };
      default:
        throw explainCaller(error, action);
    }
  }
}
