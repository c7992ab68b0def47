import { AwsError } from '../../aws-error.js';
import { findMember } from '../../state/world.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { accountOf, childId } from './ids.js';
import { maxResults, nextToken, pageResult } from './page.js';

/** An account or organizational unit has one parent. */
export const listParents = operation({
  input: { ChildId: childId, NextToken: nextToken, MaxResults: maxResults },
  account: (input) => accountOf(input.ChildId),
  run(call, input) {
    authorizeOrganizations(call, 'ListParents', 'administrators');
    const { world } = call;
    const parent = findMember(world, input.ChildId)?.parent ?? world.units.get(input.ChildId)?.parent;
    if (parent === undefined) {
      throw new AwsError('ChildNotFoundException', 400, "You specified a child that doesn't exist.");
    }
    return pageResult(call, `ListParents ${input.ChildId}`, 'Parents', [parent], input, (id) => ({
      Id: id,
      Type: id === world.organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT',
    }));
  },
});
