import { findMember } from '../../state/world.js';
import { optionalText } from '../fields.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { describeDelegate } from './describe-entities.js';
import { servicePrincipal } from './ids.js';
import { maxResults, nextToken, pageResult } from './page.js';

/** Without a service principal, lists the delegated administrators of all services, each account once. */
export const listDelegatedAdministrators = operation({
  input: { ServicePrincipal: optionalText(servicePrincipal), NextToken: nextToken, MaxResults: maxResults },
  run(call, input) {
    authorizeOrganizations(call, 'ListDelegatedAdministrators', 'administrators');
    const since = new Map<string, string>();
    for (const delegate of call.world.delegatedAdministrators) {
      const matches = (input.ServicePrincipal ?? delegate.servicePrincipal) === delegate.servicePrincipal;
      if (matches && !since.has(delegate.account)) since.set(delegate.account, delegate.since);
    }
    const delegates = [...since].flatMap(([id, date]) => {
      const account = findMember(call.world, id);
      return account === undefined ? [] : [{ account, date }];
    });
    const listing = `ListDelegatedAdministrators ${input.ServicePrincipal ?? ''}`;
    return pageResult(call, listing, 'DelegatedAdministrators', delegates, input, ({ account, date }) =>
      describeDelegate(call.world, account, date),
    );
  },
});
