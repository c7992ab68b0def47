import { describeAccount } from './describe-account.js';
import { describeOrganization } from './describe-organization.js';
import { describePolicy } from './describe-policy.js';
import { enableAwsServiceAccess } from './enable-aws-service-access.js';
import { listAccounts } from './list-accounts.js';
import { listAccountsForParent } from './list-accounts-for-parent.js';
import { listAwsServiceAccessForOrganization } from './list-aws-service-access-for-organization.js';
import { listDelegatedAdministrators } from './list-delegated-administrators.js';
import { listOrganizationalUnitsForParent } from './list-organizational-units-for-parent.js';
import { listParents } from './list-parents.js';
import { listPolicies } from './list-policies.js';
import { listRoots } from './list-roots.js';
import { listTagsForResource } from './list-tags-for-resource.js';
import { listTargetsForPolicy } from './list-targets-for-policy.js';
import { registerDelegatedAdministrator } from './register-delegated-administrator.js';
import { updatePolicy } from './update-policy.js';

export const ORGANIZATIONS_OPERATIONS = {
  DescribeAccount: describeAccount,
  DescribeOrganization: describeOrganization,
  DescribePolicy: describePolicy,
  EnableAWSServiceAccess: enableAwsServiceAccess,
  ListAccounts: listAccounts,
  ListAccountsForParent: listAccountsForParent,
  ListAWSServiceAccessForOrganization: listAwsServiceAccessForOrganization,
  ListDelegatedAdministrators: listDelegatedAdministrators,
  ListOrganizationalUnitsForParent: listOrganizationalUnitsForParent,
  ListParents: listParents,
  ListPolicies: listPolicies,
  ListRoots: listRoots,
  ListTagsForResource: listTagsForResource,
  ListTargetsForPolicy: listTargetsForPolicy,
  RegisterDelegatedAdministrator: registerDelegatedAdministrator,
  UpdatePolicy: updatePolicy,
};
