import { AwsError } from '../../aws-error.js';
import type { RootCredentials } from '../../state/account.js';
import { visibleCredentials } from '../../state/credentials.js';
import { authorize } from '../authorize.js';
import { operation } from '../operation.js';

/**
 * Four of the 34 numbers describe the root user's credentials. Keys are in AWS's order. AWS does not document whether
 * inactive access keys count as present; here they do.
 */
export const getAccountSummary = operation({
  input: {},
  run(call) {
    authorize(call, 'iam:GetAccountSummary', '*');
    const account = call.world.accounts.get(call.principal.account);
    if (account === undefined)
      throw new AwsError('ServiceFailure', 500, 'The account is not part of the scenario');
    return { output: { SummaryMap: summarize(visibleCredentials(account, call.now)) } };
  },
});

function summarize(root: RootCredentials): Map<string, number> {
  return new Map(
    Object.entries({
      GroupPolicySizeQuota: 5120,
      InstanceProfilesQuota: 1000,
      Policies: 0,
      GroupsPerUserQuota: 10,
      InstanceProfiles: 0,
      AttachedPoliciesPerUserQuota: 10,
      Users: 0,
      PoliciesQuota: 1500,
      Providers: 1,
      AccountMFAEnabled: Number(root.mfaDevices.length > 0),
      AccessKeysPerUserQuota: 2,
      AssumeRolePolicySizeQuota: 2048,
      PolicyVersionsInUseQuota: 10_000,
      GlobalEndpointTokenVersion: 1,
      VersionsPerPolicyQuota: 5,
      AttachedPoliciesPerGroupQuota: 10,
      PolicySizeQuota: 6144,
      Groups: 0,
      AccountSigningCertificatesPresent: Number(root.signingCertificates.length > 0),
      UsersQuota: 5000,
      ServerCertificatesQuota: 20,
      MFADevices: virtualDevices(root),
      UserPolicySizeQuota: 2048,
      PolicyVersionsInUse: 7,
      ServerCertificates: 0,
      Roles: 8,
      RolesQuota: 1000,
      SigningCertificatesPerUserQuota: 2,
      MFADevicesInUse: virtualDevices(root),
      RolePolicySizeQuota: 10_240,
      AttachedPoliciesPerRoleQuota: 20,
      AccountAccessKeysPresent: Number(root.accessKeys.length > 0),
      AccountPasswordPresent: Number(root.password !== undefined),
      GroupsQuota: 300,
    }),
  );
}

/** MFADevices counts virtual devices only; hardware tokens and passkeys are not resources of the account. */
function virtualDevices({ mfaDevices }: RootCredentials): number {
  return mfaDevices.filter(({ serial }) => serial.includes(':mfa/')).length;
}
