/** Reads the organization, at the rates that AWS documents. */
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
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Clock } from '../core/clock.js';
import type { Account, AccountState, Organization } from '../core/organization.js';
import { formatTime } from '../core/time.js';
import { RootsweepError } from '../errors.js';
import type { Caller, OrganizationReader } from '../workflows/ports.js';
import type { Calls } from './call.js';
import type { Clients } from './clients.js';
import { explainCaller } from './explain-caller.js';
import { classifyError } from './failures.js';
import type { Limiters } from './quotas.js';
import { requirePart } from './require-part.js';

/** Names of organizational units by id. */
type UnitNames = ReadonlyMap<string, string>;

const STATES: ReadonlySet<string> = new Set([
  'PENDING_ACTIVATION',
  'ACTIVE',
  'SUSPENDED',
  'PENDING_CLOSURE',
  'CLOSED',
]);

/** @param namesGoodFor how long the name of an organizational unit is believed before it is read again, in ms. */
export function createOrganizationReader(
  clients: Clients,
  { call }: Calls,
  limiters: Limiters,
  clock: Clock,
  namesGoodFor = Number.POSITIVE_INFINITY,
): OrganizationReader {
  const { organizations, sts, iam } = clients;
  const unitsBelow = new Map<string, { readonly at: number; readonly units: Promise<UnitNames> }>();

  async function readUnits(parent: string): Promise<UnitNames> {
    const units = new Map<string, string>();
    const pages = paginate('organizations:ListOrganizationalUnitsForParent', (NextToken) =>
      call(
        () =>
          organizations.send(
            new ListOrganizationalUnitsForParentCommand({
              ParentId: parent,
              NextToken,
            }),
          ),
        limiters.listUnits,
      ),
    );
    for await (const page of pages) {
      const listed = requirePart(
        page.OrganizationalUnits,
        'organizations:ListOrganizationalUnitsForParent',
        'OrganizationalUnits',
      );
      for (const { Id, Name } of listed) {
        // A unit without a name leaves the paths through it unknown, and the rules that need them undecided.
        if (Id !== undefined && Name !== undefined) units.set(Id, Name);
      }
    }
    return units;
  }

  return {
    open: async () => {
      const identity = await asCaller('sts:GetCallerIdentity', () =>
        call(() => sts.send(new GetCallerIdentityCommand({}))),
      );
      const answeredAt = requirePart(clients.answeredAt(), 'sts:GetCallerIdentity', 'its time');
      const clockOffset = answeredAt.getTime() - clock.now().getTime();
      const account = requirePart(identity.Account, 'sts:GetCallerIdentity', 'Account');
      const arn = requirePart(identity.Arn, 'sts:GetCallerIdentity', 'Arn');
      const described = await call(
        () => organizations.send(new DescribeOrganizationCommand({})),
        limiters.describeOrganization,
      ).catch((error: unknown) => {
        throw explainOrganization(error);
      });
      const organization = readOrganization(described.Organization);
      const features = await call(() => iam.send(new ListOrganizationsFeaturesCommand({}))).catch(
        (error: unknown) => {
          throw explainFeatures(error, account, organization);
        },
      );
      requireRootCredentialsManagement(features.EnabledFeatures ?? []);
      const role: Caller['role'] =
        account === organization.managementAccount ? 'management-account' : 'delegated-administrator';
      return {
        caller: { arn, account, role },
        organization,
        clockOffset,
      };
    },

    accounts: async function* () {
      const pages = paginate('organizations:ListAccounts', (NextToken) =>
        call(() => organizations.send(new ListAccountsCommand({ NextToken })), limiters.listAccounts),
      );
      for await (const page of pages) {
        yield requirePart(page.Accounts, 'organizations:ListAccounts', 'Accounts').map(readAccount);
      }
    },

    account: async (id) => {
      try {
        const described = await call(
          () => organizations.send(new DescribeAccountCommand({ AccountId: id })),
          limiters.describeAccount,
        );
        return readAccount(requirePart(described.Account, 'organizations:DescribeAccount', 'Account'));
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
      // A failure is not remembered: the next account asks again.
      read.units.catch(() => {
        if (unitsBelow.get(parent) === read) unitsBelow.delete(parent);
      });
      return read.units;
    },

    tags: async (account) => {
      const tags: [string, string][] = [];
      const pages = paginate('organizations:ListTagsForResource', (NextToken) =>
        call(
          () =>
            organizations.send(
              new ListTagsForResourceCommand({
                ResourceId: account,
                NextToken,
              }),
            ),
          limiters.listTags,
        ),
      );
      for await (const page of pages) {
        for (const { Key, Value } of requirePart(page.Tags, 'organizations:ListTagsForResource', 'Tags')) {
          const key = requirePart(Key, 'organizations:ListTagsForResource', 'the key of a tag');
          tags.push([key, requirePart(Value, 'organizations:ListTagsForResource', 'the value of a tag')]);
        }
      }
      return Object.fromEntries(tags);
    },
  };
}

/** Follows NextToken to the end. A page may be empty although more follow. */
async function* paginate<T extends { NextToken?: string | undefined }>(
  action: string,
  read: (token: string | undefined) => Promise<T>,
): AsyncGenerator<T> {
  let token: string | undefined;
  do {
    const page = await asCaller(action, () => read(token));
    token = page.NextToken;
    yield page;
  } while (token !== undefined);
}

function readOrganization(described: AwsOrganization | undefined): Organization {
  const id = described?.Id;
  const partition = described?.Arn?.split(':')[1];
  const managementAccount = described?.MasterAccountId;
  if (id === undefined || partition === undefined || managementAccount === undefined) {
    throw new RootsweepError(
      'AWS_FAILED',
      'AWS described the organization without its id or its management account',
      {
        hint: 'try again; without them rootsweep cannot tell which account to leave alone',
      },
    );
  }
  if (described?.FeatureSet !== 'ALL') {
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

/** AWS's models mark every field optional. Where a needed one is absent, the account is shown and never deleted in. */
function readAccount(account: AwsAccount): Account {
  if (account.Id === undefined) {
    throw new RootsweepError('AWS_FAILED', 'AWS listed an account without its id', { hint: 'try again' });
  }
  // `Status` is what AWS retires; where it is all there is, it still tells an active account from others.
  const state = account.State ?? account.Status ?? '';
  const [path] = account.Paths ?? [];
  return {
    id: account.Id,
    name: account.Name ?? '',
    email: account.Email ?? '',
    state: STATES.has(state) ? (state as AccountState) : 'UNKNOWN',
    // `o-…/r-…/ou-…/123456789012/`: the organization first, the account itself last.
    parents: (path ?? '').split('/').filter((id) => /^(r|ou)-/.test(id)),
    joined: account.JoinedTimestamp === undefined ? '' : formatTime(account.JoinedTimestamp),
    joinedMethod: account.JoinedMethod ?? '',
  };
}

function requireRootCredentialsManagement(enabled: readonly string[]): void {
  if (enabled.includes('RootCredentialsManagement')) return;
  throw new RootsweepError(
    'ROOT_CREDENTIALS_MANAGEMENT_DISABLED',
    'centralized management of root credentials is off in this organization',
    {
      hint: 'in the management account run: aws iam enable-organizations-root-credentials-management',
    },
  );
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
      return explainCaller(error, 'iam:ListOrganizationsFeatures');
  }
}

async function asCaller<T>(action: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw explainCaller(error, action);
  }
}
