import { findMember } from '../../state/world.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { describeMember } from './describe-entities.js';
import { findParent, parentId } from './ids.js';
import { maxResults, nextToken, pageResult } from './page.js';

/** Lists the accounts directly below a root or organizational unit, not those further down. */
export const listAccountsForParent = operation({
  input: { ParentId: parentId, NextToken: nextToken, MaxResults: maxResults },
  run(call, input) {
    authorizeOrganizations(call, 'ListAccountsForParent', 'administrators');
    const accounts = [...findParent(call.world, input.ParentId).accounts].flatMap(
      (id) => findMember(call.world, id) ?? [],
    );
    const listing = `ListAccountsForParent ${input.ParentId}`;
    return pageResult(call, listing, 'Accounts', accounts, input, (account) =>
      describeMember(call.world, account),
    );
  },
});
