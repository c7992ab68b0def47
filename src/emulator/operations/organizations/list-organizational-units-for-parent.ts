import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { describeUnit } from './describe-entities.js';
import { findParent, parentId } from './ids.js';
import { maxResults, nextToken, pageResult } from './page.js';

export const listOrganizationalUnitsForParent = operation({
  input: { ParentId: parentId, NextToken: nextToken, MaxResults: maxResults },
  run(call, input) {
    authorizeOrganizations(call, 'ListOrganizationalUnitsForParent', 'administrators');
    const units = findParent(call.world, input.ParentId).units.map((id) => findParent(call.world, id));
    const listing = `ListOrganizationalUnitsForParent ${input.ParentId}`;
    return pageResult(call, listing, 'OrganizationalUnits', units, input, (unit) =>
      describeUnit(call.world, unit),
    );
  },
});
