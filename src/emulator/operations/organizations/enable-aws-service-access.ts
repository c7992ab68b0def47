import { requiredText } from '../fields.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { servicePrincipal } from './ids.js';

/** Enables trusted access. The answer has no body. A service that already has access keeps its date. */
export const enableAwsServiceAccess = operation({
  input: { ServicePrincipal: requiredText(servicePrincipal) },
  run(call, input) {
    authorizeOrganizations(call, 'EnableAWSServiceAccess', 'management');
    if (call.world.trustedServices.has(input.ServicePrincipal)) return {};
    return {
      effect: {
        kind: 'trusted-access-enabled',
        servicePrincipal: input.ServicePrincipal,
        at: call.now.toISOString(),
      },
    };
  },
});
