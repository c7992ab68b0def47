import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { maxResults, nextToken, pageResult } from './page.js';

export const listAwsServiceAccessForOrganization = operation({
  input: { NextToken: nextToken, MaxResults: maxResults },
  run(call, input) {
    authorizeOrganizations(call, 'ListAWSServiceAccessForOrganization', 'administrators');
    const services = [...call.world.trustedServices];
    const listing = 'ListAWSServiceAccessForOrganization';
    return pageResult(call, listing, 'EnabledServicePrincipals', services, input, ([principal, since]) => ({
      ServicePrincipal: principal,
      DateEnabled: new Date(since),
    }));
  },
});
