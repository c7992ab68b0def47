import type { Rewording } from '../../wire/rest-xml.js';

/** Sources: "Error responses" in the S3 API reference, and captures. */
export const S3_REWORDINGS: Readonly<Record<string, Rewording>> = {
  ExpiredToken: { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
  IncompleteSignature: { code: 'AuthorizationHeaderMalformed', status: 400 },
  // S3 distinguishes an unknown key from a wrong token; the services that use this code do not.
  InvalidClientTokenId: {
    code: 'InvalidAccessKeyId',
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  // A request without a signature is anonymous.
  MissingAuthenticationToken: { code: 'AccessDenied', status: 403, message: 'Access Denied' },
  SignatureDoesNotMatch: {
    code: 'SignatureDoesNotMatch',
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
};
