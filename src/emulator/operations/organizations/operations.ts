import { describeAccount } from './describe-account.js';
import { describeOrganization } from './describe-organization.js';
import { enableAwsServiceAccess } from './enable-aws-service-access.js';
import { listAccounts } from './list-accounts.js';
import { listAccountsForParent } from './list-accounts-for-parent.js';
import { listAwsServiceAccessForOrganization } from './list-aws-service-access-for-organization.js';
import { listDelegatedAdministrators } from './list-delegated-administrators.js';
import { listOrganizationalUnitsForParent } from './list-organizational-units-for-parent.js';
import { listParents } from './list-parents.js';
import { listRoots } from './list-roots.js';
import { listTagsForResource } from './list-tags-for-resource.js';

export const ORGANIZATIONS_OPERATIONS = {
  DescribeAccount: describeAccount,
  DescribeOrganization: describeOrganization,
  EnableAWSServiceAccess: enableAwsServiceAccess,
  ListAccounts: listAccounts,
  ListAccountsForParent: listAccountsForParent,
  ListAWSServiceAccessForOrganization: listAwsServiceAccessForOrganization,
  ListDelegatedAdministrators: listDelegatedAdministrators,
  ListOrganizationalUnitsForParent: listOrganizationalUnitsForParent,
  ListParents: listParents,
  ListRoots: listRoots,
  ListTagsForResource: listTagsForResource,
};
