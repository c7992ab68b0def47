import { operation } from '../operation.js';
import { takePage } from './page.js';
import { marker, maxItems, readRootUser, userName } from './root-user.js';

export const listSigningCertificates = operation({
  input: { UserName: userName, Marker: marker, MaxItems: maxItems },
  run(call, input) {
    const { signingCertificates } = readRootUser(call, 'iam:ListSigningCertificates', input.UserName);
    const page = takePage(signingCertificates, input);
    return {
      output: {
        IsTruncated: page.truncated,
        Certificates: page.items.map((certificate) => ({
          CertificateBody: certificate.body,
          CertificateId: certificate.id,
          Status: certificate.status,
          UploadDate: new Date(certificate.uploaded),
        })),
        Marker: page.marker,
      },
    };
  },
});
