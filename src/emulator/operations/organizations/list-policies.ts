import { distinctPolicies } from '../../state/service-control-policy.js';
import { requiredChoice } from '../fields.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { maxResults, nextToken, pageResult } from './page.js';
import { describeSummary } from './policies.js';

/** The enum `PolicyType` of the service model. */
const POLICY_TYPES = [
  'SERVICE_CONTROL_POLICY',
  'RESOURCE_CONTROL_POLICY',
  'TAG_POLICY',
  'BACKUP_POLICY',
  'AISERVICES_OPT_OUT_POLICY',
  'CHATBOT_POLICY',
  'DECLARATIVE_POLICY_EC2',
  'SECURITYHUB_POLICY',
  'INSPECTOR_POLICY',
  'UPGRADE_ROLLOUT_POLICY',
  'BEDROCK_POLICY',
  'S3_POLICY',
  'NETWORK_SECURITY_DIRECTOR_POLICY',
];

/** Only service control policies exist here; other types give an empty list. */
export const listPolicies = operation({
  input: { Filter: requiredChoice(POLICY_TYPES), NextToken: nextToken, MaxResults: maxResults },
  run(call, input) {
    authorizeOrganizations(call, 'ListPolicies', 'administrators');
    const policies = input.Filter === 'SERVICE_CONTROL_POLICY' ? distinctPolicies(call.world) : [];
    return pageResult(call, `ListPolicies ${input.Filter}`, 'Policies', policies, input, describeSummary);
  },
});
