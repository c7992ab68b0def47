import { AwsError } from '../../aws-error.js';
import type { Call } from '../operation.js';

/** Throws AuthorizationHeaderMalformed if the request was signed for another region than the endpoint's. */
export function checkRegion({ region, endpointRegion }: Call): void {
  if (region === endpointRegion) return;
  throw new AwsError(
    'AuthorizationHeaderMalformed',
    400,
    `The authorization header is malformed; the region '${region}' is wrong; expecting '${endpointRegion}'`,
    { Region: endpointRegion },
  );
}
