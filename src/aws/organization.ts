/** Reads the organization, within AWS's documented rates. */
import { ListOrganizationsFeaturesCommand } from '@aws-sdk/client-iam';
import {
  type Account as AwsAccount,
  type Organization as AwsOrganization,
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-organizations';
import type { Account, AccountState, Organization } from '../core/account/organization.js';
import type { RootFeature } from '../core/action/plan-kind.js';
import type { Clock } from '../core/base/clock.js';
import { formatTime } from '../core/base/time.js';
import { unreachable } from '../core/base/unreachable.js';
import { RootsweepError } from '../errors.js';
import type { Caller, OrganizationReader } from '../workflows/ports.js';
import type { Calls } from './call.js';
import { identifyCaller } from './caller.js';
import type { Clients } from './clients.js';
import { explainCaller } from './explain-caller.js';
import { classifyError } from './failures.js';
import { paginate } from './paginate.js';
import type { Limiters } from './quotas.js';
import { requireField } from './require-field.js';

/** Names of organizational units, by id. */
type UnitNames = ReadonlyMap<string, string>;

const FEATURES = 'iam:ListOrganizationsFeatures';

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
  const { organizations, iam } = clients;
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
        call(
          (options) => organizations.send(new DescribeOrganizationCommand({}), options),
          limiters.describeOrganization,
        ).catch((error: unknown) => {
          throw explainOrganization(error);
        }),
        call((options) => iam.send(new ListOrganizationsFeaturesCommand({}), options)),
      ] as const;
      await Promise.allSettled(asked);
      const { account, arn, clockOffset } = await asked[0];
      const organization = readOrganization((await asked[1]).Organization);
      const features = await asked[2].catch((error: unknown) => {
        throw explainFeatures(error, account, organization);
      });
      // The SDK returns an empty list for an empty element, and undefined if the element is missing.
      const enabled = requireField(features.EnabledFeatures, FEATURES, 'EnabledFeatures');
      requireFeature(feature, enabled);
      const role: Caller['role'] =
        account === organization.managementAccount ? 'management-account' : 'delegated-administrator';
      return {
        caller: { arn, account, role },
        organization,
        clockOffset,
      };
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

function readOrganization(described: AwsOrganization | undefined): Organization {
  const action = 'organizations:DescribeOrganization';
  const id = requireField(described?.Id, action, 'Id');
  const partition = requireField(described?.Arn?.split(':')[1], action, 'Arn');
  const managementAccount = requireField(described?.MasterAccountId, action, 'MasterAccountId');
  if (requireField(described?.FeatureSet, action, 'FeatureSet') !== 'ALL') {
    throw new RootsweepError(
      'ORGANIZATION_UNSUITABLE',
      `organization "${id}" does not have all features enabled`,
      {
        hint: 'centralized root access needs them; run: aws organizations enable-all-features',
      },
    );
  }
  return { id, partition, managementAccount };
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
function requireFeature(feature: RootFeature, enabled: readonly string[]): void {
  if (enabled.includes(feature)) return;
  switch (feature) {
    case 'RootCredentialsManagement':
      throw new RootsweepError(
        'ROOT_CREDENTIALS_MANAGEMENT_DISABLED',
        'centralized management of root credentials is off in this organization',
        {
          hint: 'in the management account run: aws iam enable-organizations-root-credentials-management',
        },
      );
    case 'RootSessions':
      throw new RootsweepError(
        'ROOT_SESSIONS_DISABLED',
        'root sessions for buckets and queues are off in this organization',
        { hint: 'in the management account run: aws iam enable-organizations-root-sessions' },
      );
    default:
      unreachable(feature);
  }
}

function explainOrganization(error: unknown): RootsweepError {
  if (classifyError(error).code === 'AWSOrganizationsNotInUse') {
    return new RootsweepError('ORGANIZATION_UNSUITABLE', 'the calling account belongs to no organization', {
      hint: "use credentials of the organization's management account",
      cause: error,
    });
  }
  return explainCaller(error, 'organizations:DescribeOrganization');
}

function explainFeatures(error: unknown, account: string, organization: Organization): RootsweepError {
  switch (classifyError(error).code) {
    case 'ServiceAccessNotEnabled':
      return new RootsweepError(
        'TRUSTED_ACCESS_DISABLED',
        'trusted access for IAM is off in this organization',
        {
          hint: 'in the management account run: aws organizations enable-aws-service-access --service-principal iam.amazonaws.com',
          cause: error,
        },
      );
    case 'AccountNotManagementOrDelegatedAdministrator':
      return new RootsweepError(
        'CALLER_ACCOUNT_WRONG',
        `account "${account}" is neither the management account nor the delegated administrator for IAM of organization "${organization.id}"`,
        {
          hint: `use credentials of the management account "${organization.managementAccount}" or of the delegated administrator`,
          cause: error,
        },
      );
    default:
      return explainCaller(error, FEATURES);
  }
}
