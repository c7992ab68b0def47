import { requiredText } from '../fields.js';
import { operation } from '../operation.js';
import { authorizeRootUser, deletion, userName } from './root-user.js';

export const deleteSigningCertificate = operation({
  input: { UserName: userName, CertificateId: requiredText({ min: 24, max: 128, pattern: '[\\w]+' }) },
  run(call, { UserName, CertificateId: id }) {
    const account = authorizeRootUser(call, 'iam:DeleteSigningCertificate', UserName);
    return deletion(
      account,
      { kind: 'signing-certificate', id },
      `The Certificate with id ${id} cannot be found.`,
    );
  },
});
