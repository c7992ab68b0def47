import type { EmulatedAccount, EmulatedState } from '../../state/account.js';
import { ancestors, type Unit, type World } from '../../state/world.js';
import type { Structure } from '../../wire/value.js';

/** Descriptions of accounts and units in Organizations. */

/**
 * `Status` has three values. Closed accounts were SUSPENDED before `State` existed. The value for accounts pending
 * activation is not documented.
 */
const STATUS: Readonly<Record<EmulatedState, string>> = {
  PENDING_ACTIVATION: 'SUSPENDED',
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  PENDING_CLOSURE: 'PENDING_CLOSURE',
  CLOSED: 'SUSPENDED',
};

export function describeMember(world: World, account: EmulatedAccount): Structure {
  const { paths, ...identity } = describeIdentity(world, account);
  return {
    ...identity,
    Paths: paths,
    JoinedMethod: account.joinedMethod,
    JoinedTimestamp: new Date(account.joined),
  };
}

/** Like an account, but without its path. */
export function describeDelegate(world: World, account: EmulatedAccount, since: string): Structure {
  const { paths: _, ...identity } = describeIdentity(world, account);
  return {
    ...identity,
    JoinedMethod: account.joinedMethod,
    JoinedTimestamp: new Date(account.joined),
    DelegationEnabledDate: new Date(since),
  };
}

function describeIdentity(world: World, account: EmulatedAccount) {
  const { organization, replies } = world;
  return {
    Id: account.id,
    Arn: organizationsArn(world, 'account', account.id),
    Email: account.email,
    Name: account.name,
    State: replies.state ? account.state : undefined,
    Status: replies.status ? STATUS[account.state] : undefined,
    paths: [`${[organization.id, ...ancestors(world, account.parent), account.id].join('/')}/`],
  };
}

export function describeUnit(world: World, unit: Unit): Structure {
  return {
    Id: unit.id,
    Arn: organizationsArn(world, 'ou', unit.id),
    Name: unit.name,
    Path: `${[world.organization.id, ...ancestors(world, unit.id)].join('/')}/`,
  };
}

export function organizationsArn(
  { organization }: World,
  type: 'account' | 'ou' | 'root',
  id: string,
): string {
  return `arn:aws:organizations::${organization.managementAccount}:${type}/${organization.id}/${id}`;
}
