/** Reads the organization, within AWS's documented rates. */
import {
  type Account as AwsAccount,
  DescribeAccountCommand,
  ListAccountsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-organizations';
import {
  type Account,
  type AccountState,
  type Organization,
  requireAllFeatures,
} from '../core/account/organization.js';
import type { RootFeature } from '../core/action/plan-kind.js';
import type { Clock } from '../core/base/clock.js';
import { formatTime } from '../core/base/time.js';
import { RootsweepError } from '../errors.js';
import type { Caller, FeatureAnswer, OrganizationReader } from '../workflows/ports.js';
import type { Calls } from './call.js';
import { identifyCaller } from './caller.js';
import type { Clients } from './clients.js';
import { explainCaller } from './explain-caller.js';
import { classifyError } from './failures.js';
import { paginate } from './paginate.js';
import type { Limiters } from './quotas.js';
import { listFeatures, readOrganization } from './read-organization.js';
import { requireField } from './require-field.js';

/** Names of organizational units, by id. */
type UnitNames = ReadonlyMap<string, string>;

const STATES: ReadonlySet<string> = new Set([
  'PENDING_ACTIVATION',
  'ACTIVE',
  'SUSPENDED',
  'PENDING_CLOSURE',
  'CLOSED',
]);

/** @param namesGoodFor how long names of organizational units are cached, in ms. */
export function createOrganizationReader(
  clients: Clients,
  { call }: Calls,
  limiters: Limiters,
  clock: Clock,
  namesGoodFor = Number.POSITIVE_INFINITY,
): OrganizationReader {
  const { organizations } = clients;
  const unitsBelow = new Map<string, { readonly at: number; readonly units: Promise<UnitNames> }>();

  async function readUnits(parent: string): Promise<UnitNames> {
    const units = new Map<string, string>();
    const action = 'organizations:ListOrganizationalUnitsForParent';
    const pages = paginate(
      action,
      (NextToken) =>
        call(
          (options) =>
            organizations.send(
              new ListOrganizationalUnitsForParentCommand({ ParentId: parent, NextToken }),
              options,
            ),
          limiters.listUnits,
        ),
      (page) => requireField(page.OrganizationalUnits, action, 'OrganizationalUnits'),
    );
    for await (const page of pages) {
      for (const { Id, Name } of page) {
        // Without its name, paths through a unit are unknown, and rules that need them stay undecided.
        if (Id !== undefined && Name !== undefined) units.set(Id, Name);
      }
    }
    return units;
  }

  return {
    open: async (feature = 'RootCredentialsManagement') => {
      // Sent in parallel, awaited in order: a caller without access gets that error first.
      const asked = [
        identifyCaller(clients, call, clock),
        readOrganization(clients, call, limiters.describeOrganization),
        listFeatures(clients, call),
      ] as const;
      await Promise.allSettled(asked);
      const { account, arn, clockOffset } = await asked[0];
      const organization = requireAllFeatures(await asked[1], account);
      requireFeature(feature, await asked[2], account, organization);
      const role: Caller['role'] =
        account === organization.managementAccount ? 'management-account' : 'delegated-administrator';
      return { caller: { arn, account, role }, organization, clockOffset };
    },

    accounts: () =>
      paginate(
        'organizations:ListAccounts',
        (NextToken) =>
          call(
            (options) => organizations.send(new ListAccountsCommand({ NextToken }), options),
            limiters.listAccounts,
          ),
        (page) => requireField(page.Accounts, 'organizations:ListAccounts', 'Accounts').map(readAccount),
      ),

    account: async (id) => {
      try {
        const described = await call(
          (options) => organizations.send(new DescribeAccountCommand({ AccountId: id }), options),
          limiters.describeAccount,
        );
        return readAccount(requireField(described.Account, 'organizations:DescribeAccount', 'Account'));
      } catch (error) {
        if (classifyError(error).kind === 'not-found') return undefined;
        throw explainCaller(error, 'organizations:DescribeAccount');
      }
    },

    unitsBelow: (parent) => {
      const now = clock.now().getTime();
      const known = unitsBelow.get(parent);
      if (known !== undefined && now - known.at < namesGoodFor) return known.units;
      const read = { at: now, units: readUnits(parent) };
      unitsBelow.set(parent, read);
      // Do not cache a failure: the next account tries again.
      read.units.catch(() => {
        if (unitsBelow.get(parent) === read) unitsBelow.delete(parent);
      });
      return read.units;
    },

    tags: async (account) => {
      const tags: [string, string][] = [];
      const action = 'organizations:ListTagsForResource';
      const pages = paginate(
        action,
        (NextToken) =>
          call(
            (options) =>
              organizations.send(new ListTagsForResourceCommand({ ResourceId: account, NextToken }), options),
            limiters.listTags,
          ),
        (page) => requireField(page.Tags, action, 'Tags'),
      );
      for await (const page of pages) {
        for (const { Key, Value } of page) {
          const key = requireField(Key, action, 'the key of a tag');
          tags.push([key, requireField(Value, action, 'the value of a tag')]);
        }
      }
      return Object.fromEntries(tags);
    },
  };
}

/**
 * AWS's models mark every field as optional. An account without a needed field is shown, but nothing in it is deleted.
 */
function readAccount(account: AwsAccount): Account {
  if (account.Id === undefined) {
    throw new RootsweepError('AWS_FAILED', 'AWS listed an account without its id', { hint: 'try again' });
  }
  // AWS is retiring `Status`; where `State` is missing, it still identifies active accounts.
  const state = account.State ?? account.Status ?? '';
  const [path] = account.Paths ?? [];
  return {
    id: account.Id,
    name: account.Name ?? '',
    email: account.Email ?? '',
    state: STATES.has(state) ? (state as AccountState) : 'UNKNOWN',
    // `o-…/r-…/ou-…/123456789012/`: organization, root, units, account.
    parents: (path ?? '').split('/').filter((id) => /^(r|ou)-/.test(id)),
    joined: account.JoinedTimestamp === undefined ? '' : formatTime(account.JoinedTimestamp),
    joinedMethod: account.JoinedMethod ?? '',
  };
}

/** Neither feature implies the other. */
const FEATURE_OFF = {
  RootCredentialsManagement: {
    code: 'ROOT_CREDENTIALS_MANAGEMENT_DISABLED',
    says: 'centralized management of root credentials is off in this organization',
    run: 'aws iam enable-organizations-root-credentials-management',
  },
  RootSessions: {
    code: 'ROOT_SESSIONS_DISABLED',
    says: 'root sessions for buckets and queues are off in this organization',
    run: 'aws iam enable-organizations-root-sessions',
  },
} as const satisfies Record<RootFeature, object>;

function requireFeature(
  feature: RootFeature,
  answer: FeatureAnswer,
  account: string,
  { id, managementAccount }: Organization,
): void {
  switch (answer.kind) {
    case 'listed': {
      if (answer.enabled.has(feature)) return;
      const { code, says, run } = FEATURE_OFF[feature];
      throw new RootsweepError(code, says, { hint: `in the management account run: ${run}` });
    }
    case 'trusted-access-off':
      throw new RootsweepError(
        'TRUSTED_ACCESS_DISABLED',
        'trusted access for IAM is off in this organization',
        {
          hint: 'in the management account run: aws organizations enable-aws-service-access --service-principal iam.amazonaws.com',
        },
      );
    case 'wrong-account':
      throw new RootsweepError(
        'CALLER_ACCOUNT_WRONG',
        `account "${account}" is neither the management account nor the delegated administrator for IAM of organization "${id}"`,
        {
          hint: `use credentials of the management account "${managementAccount}" or of the delegated administrator`,
        },
      );
  }
}
