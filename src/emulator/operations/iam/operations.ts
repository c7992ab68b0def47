import { createLoginProfile } from './create-login-profile.js';
import { deactivateMfaDevice } from './deactivate-mfa-device.js';
import { deleteAccessKey } from './delete-access-key.js';
import { deleteLoginProfile } from './delete-login-profile.js';
import { deleteSigningCertificate } from './delete-signing-certificate.js';
import { deleteVirtualMfaDevice } from './delete-virtual-mfa-device.js';
import { enableOrganizationsRootCredentialsManagement } from './enable-organizations-root-credentials-management.js';
import { enableOrganizationsRootSessions } from './enable-organizations-root-sessions.js';
import { getAccessKeyLastUsed } from './get-access-key-last-used.js';
import { getAccountSummary } from './get-account-summary.js';
import { getLoginProfile } from './get-login-profile.js';
import { getUser } from './get-user.js';
import { listAccessKeys } from './list-access-keys.js';
import { listMfaDevices } from './list-mfa-devices.js';
import { listOrganizationsFeatures } from './list-organizations-features.js';
import { listSigningCertificates } from './list-signing-certificates.js';

export const IAM_OPERATIONS = {
  CreateLoginProfile: createLoginProfile,
  DeactivateMFADevice: deactivateMfaDevice,
  DeleteAccessKey: deleteAccessKey,
  DeleteLoginProfile: deleteLoginProfile,
  DeleteSigningCertificate: deleteSigningCertificate,
  DeleteVirtualMFADevice: deleteVirtualMfaDevice,
  EnableOrganizationsRootCredentialsManagement: enableOrganizationsRootCredentialsManagement,
  EnableOrganizationsRootSessions: enableOrganizationsRootSessions,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
  GetAccountSummary: getAccountSummary,
  GetLoginProfile: getLoginProfile,
  GetUser: getUser,
  ListAccessKeys: listAccessKeys,
  ListMFADevices: listMfaDevices,
  ListOrganizationsFeatures: listOrganizationsFeatures,
  ListSigningCertificates: listSigningCertificates,
};
