/**
 * The first policy for an organization, with facts about it in comments. Names are untrusted: they are quoted on one line,
 * with invisible characters escaped (promise 12).
 */
import type { Account, Organization } from '../account/organization.js';
import { quoteVisibly } from '../base/text.js';

/** An account and the path of OU names above it, if AWS returned them. */
export interface PlacedAccount {
  readonly account: Account;
  readonly unitPath?: string;
}

export interface DraftSource {
  readonly organization: Organization;
  readonly accounts: readonly PlacedAccount[];
  /** Ids of the delegated administrators for IAM; undefined if they could not be read. */
  readonly delegates: readonly string[] | undefined;
  readonly today: Date;
}

/** The most units and accounts in comments: a policy must stay readable. */
const SHOWN = 12;

const BREAK_GLASS = /break[^a-z]*glass|emergency/i;
const SPECIAL = /log[^a-z]*archive|audit|security|backup|billing|payer/i;

/** YAML that `parsePolicy` accepts, also with its examples uncommented. */
export function draftPolicy({ organization, accounts, delegates, today }: DraftSource): string {
  const { id, managementAccount } = organization;
  const members = accounts.filter(
    ({ account }) => account.id !== managementAccount && account.state === 'ACTIVE',
  );
  const breakGlass = members.filter(({ account }) => BREAK_GLASS.test(account.name));
  const special = members.filter(
    ({ account: { id, name } }) =>
      !BREAK_GLASS.test(name) && (delegates?.includes(id) === true || SPECIAL.test(name)),
  );
  const date = today.toISOString().slice(0, 10);
  return `# yaml-language-server: $schema=./node_modules/rootsweep/schemas/policy.schema.json
# What rootsweep may delete, and where. Review it like code.
# On ${date}, organization ${id} had ${count(accounts.length, 'account')}, ${members.length} of them active members.
# The management account ${managementAccount} and accounts that are not active are never touched.
version: 1
organization: ${id} # any other organization is refused

${describeUnits(members)}
${describeExclusions(breakGlass, special, delegates)}
# What a plan may contain. Access keys and signing certificates are found in any case; to delete them too, add
# access-key and signing-certificate here, and set their findings below to warn. A key then goes if it was not used for
# 90 days ("guards" says how long), any other one and each certificate only if "waivers" names it.
delete: [password, mfa-device]

findings:
  access-key-present: block # something may still use it: look at its last use first
  signing-certificate-present: block
  root-used-recently: { days: 90, severity: block }

# What a blocking finding stops: the plan of the whole organization, or with "account" only its own account.
blocking: organization

# Most accounts that a plan may touch: as many as there were active members. A lower one sweeps in portions.
limits: { accounts: ${Math.max(1, members.length)} }
expiresAfter: 72h
# One account first, then ten, then all; one failure ends it.
rollout: { waves: [1, 10, 100%], stopAfterFailures: 1 }
`;
}

/** Every unit with active members below it, by path. */
function describeUnits(members: readonly PlacedAccount[]): string {
  const units = new Map<string, { readonly id: string; accounts: number }>();
  for (const { account, unitPath } of members) {
    const names = (unitPath ?? '/').split('/').filter((name) => name !== '');
    const ids = account.parents.filter((id) => id.startsWith('ou-'));
    for (const [index, id] of ids.slice(0, names.length).entries()) {
      const path = `/${names.slice(0, index + 1).join('/')}`;
      const unit = units.get(path) ?? { id, accounts: 0 };
      unit.accounts += 1;
      units.set(path, unit);
    }
  }
  const head = '# Without "include": every active member account, and those that will join.\n';
  if (units.size === 0) return `${head}# include:\n#   - name: "sandbox-*"\n#   - tags: { stage: sandbox }\n`;
  const sorted = [...units].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.slice(0, SHOWN).map(([path, { id, accounts }]) => {
    const below = count(accounts, 'active account');
    // A wildcard in a name would also match other units.
    return /[*?]/.test(path)
      ? `#   - ou: ${id} # ${quoteVisibly(path)}: ${below}`
      : `#   - ou: ${quoteVisibly(`${path}/**`)} # ${below}`;
  });
  const more = sorted.length - lines.length;
  return `${head}# To begin with a part of them, take the signs off these lines, and keep those that you mean:
# include:
${lines.join('\n')}
${more > 0 ? `# (and ${more} more units)\n` : ''}`;
}

function describeExclusions(
  breakGlass: readonly PlacedAccount[],
  special: readonly PlacedAccount[],
  delegates: readonly string[] | undefined,
): string {
  const shown = special.slice(0, SHOWN);
  const example = (sign: string, { account }: PlacedAccount, reason: string) =>
    `${sign}  - account: "${account.id}" # ${quoteVisibly(account.name)}\n${sign}    reason: ${reason}`;
  const head =
    '# Accounts to leave alone. An exclusion wins over everything, needs a reason, and may end with "until: 2027-03-31".';
  const active = breakGlass.map((it) =>
    example('', it, 'its name says that it is for emergencies; say here what is to happen to it'),
  );
  const optional = shown.map((it) =>
    example(
      '# ',
      it,
      delegates?.includes(it.account.id) === true
        ? 'delegated administrator for IAM'
        : 'its name says that it is special; say here why it is left alone',
    ),
  );
  const more = special.length > shown.length ? [`# (and ${special.length - shown.length} more by name)`] : [];
  const generic = '#   - name: "legacy-*"\n#     reason: migration running';
  if (active.length > 0) {
    return `${[head, 'exclude:', ...active, ...optional, ...more].join('\n')}\n`;
  }
  return `${[head, '# exclude:', ...(optional.length > 0 ? optional : [generic]), ...more].join('\n')}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
