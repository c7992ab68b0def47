import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { organizationsArn } from './describe-entities.js';
import { maxResults, nextToken, pageResult } from './page.js';

/** An organization has one root. */
export const listRoots = operation({
  input: { NextToken: nextToken, MaxResults: maxResults },
  run(call, input) {
    authorizeOrganizations(call, 'ListRoots', 'administrators');
    const { rootId } = call.world.organization;
    return pageResult(call, 'ListRoots', 'Roots', [rootId], input, (id) => ({
      Id: id,
      Arn: organizationsArn(call.world, 'root', id),
      Name: call.world.units.get(id)?.name,
      PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    }));
  },
});
