import { AwsError } from '../../aws-error.js';
import { findMember } from '../../state/world.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { accountOf, resourceId } from './ids.js';
import { nextToken, pageResult } from './page.js';

/** Tags of an account, organizational unit or root. The only list operation without MaxResults. */
export const listTagsForResource = operation({
  input: { ResourceId: resourceId, NextToken: nextToken },
  account: (input) => accountOf(input.ResourceId),
  run(call, input) {
    authorizeOrganizations(call, 'ListTagsForResource', 'administrators');
    const resource = findMember(call.world, input.ResourceId) ?? call.world.units.get(input.ResourceId);
    if (resource === undefined) {
      throw new AwsError('TargetNotFoundException', 400, "You specified a target that doesn't exist.");
    }
    const tags = Object.entries(resource.tags);
    return pageResult(
      call,
      `ListTagsForResource ${input.ResourceId}`,
      'Tags',
      tags,
      input,
      ([Key, Value]) => ({
        Key,
        Value,
      }),
    );
  },
});
