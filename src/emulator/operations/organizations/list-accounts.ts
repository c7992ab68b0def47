import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { describeMember } from './describe-entities.js';
import { maxResults, nextToken, pageResult } from './page.js';

export const listAccounts = operation({
  input: { NextToken: nextToken, MaxResults: maxResults },
  run(call, input) {
    authorizeOrganizations(call, 'ListAccounts', 'administrators');
    return pageResult(call, 'ListAccounts', 'Accounts', call.world.listing, input, (account) =>
      account.member ? describeMember(call.world, account) : undefined,
    );
  },
});
