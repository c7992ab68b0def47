import type { Rewording } from '../../wire/rest-xml.js';

/** Source: "Error responses" in the API reference of S3, and captures. */
export const S3_REWORDINGS: Readonly<Record<string, Rewording>> = {
  ExpiredToken: { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
  IncompleteSignature: { code: 'AuthorizationHeaderMalformed', status: 400 },
  // An unknown key and a token that is not the key's are told apart by S3, and not by the services whose code this is.
  InvalidClientTokenId: {
    code: 'InvalidAccessKeyId',
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  // Without any signature somebody anonymous asks.
  MissingAuthenticationToken: { code: 'AccessDenied', status: 403, message: 'Access Denied' },
  SignatureDoesNotMatch: {
    code: 'SignatureDoesNotMatch',
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
};
