/**
 * What a service control policy does to root sessions. AssumeRoot itself is not restricted by the policies of the
 * target, but what the session then asks for is: a policy that denies the root user everything, and does not exempt
 * root sessions, leaves the account unknown. Only Deny statements are looked at.
 * Source: IAM user guide, "Global condition context keys", `aws:AssumedRoot`.
 */
import type { Account, Organization } from '../account/organization.js';
import { stringifyVisibly } from '../base/text.js';
import { both, type Certainty, either, type KnownKeys } from './policy-condition.js';
import {
  isRecord,
  judgeCondition,
  matchAction,
  matchResource,
  type PolicyDocument,
  type Statement,
} from './policy-statement.js';

/** The actions of a root session that each command needs. */
const ACTIONS = {
  plan: [
    'iam:GetAccountSummary',
    'iam:GetUser',
    'iam:GetLoginProfile',
    'iam:ListAccessKeys',
    'iam:GetAccessKeyLastUsed',
    'iam:ListMFADevices',
    'iam:ListSigningCertificates',
  ],
  apply: [
    'iam:GetUser',
    'iam:GetLoginProfile',
    'iam:ListAccessKeys',
    'iam:GetAccessKeyLastUsed',
    'iam:ListMFADevices',
    'iam:ListSigningCertificates',
    'iam:DeleteAccessKey',
    'iam:DeleteSigningCertificate',
    'iam:DeleteLoginProfile',
    'iam:DeactivateMFADevice',
  ],
} as const;

export type Denied = keyof typeof ACTIONS;

const COMMANDS = Object.keys(ACTIONS) as Denied[];
const EVERY_ACTION = [...new Set(Object.values(ACTIONS).flat())];

/** GetAccountSummary has no resource; the others act on the root user. */
const WITHOUT_RESOURCE: ReadonlySet<string> = new Set(['iam:GetAccountSummary']);

/** What a policy does to the root sessions of some accounts. */
export interface RootDenial {
  /** Ids of the accounts in which the sessions of each command are denied. */
  readonly denied: Readonly<Record<Denied, readonly string[]>>;
  /** Ids of those in which that depends on what nobody knows beforehand. */
  readonly open: readonly string[];
  /** The statements that deny, exempting root sessions, as JSON: indented by two. */
  readonly corrected: readonly string[];
  /** The whole document with those statements, as JSON on one line, in which no quotation mark of a shell stands. */
  readonly document: string;
}

/** Whether a policy bears on what root sessions do at all, so that it matters where it is attached. */
export function mentionsRootSessions({ statements }: PolicyDocument): boolean {
  return statements.some(
    (statement) =>
      statement.Effect !== 'Allow' && EVERY_ACTION.some((action) => matchAction(statement, action) !== 'no'),
  );
}

/** @param accounts active member accounts that the policy is attached to, or is above. */
export function findRootDenial(
  { whole, statements }: PolicyDocument,
  accounts: readonly Account[],
  organization: Organization,
): RootDenial {
  const denied: Record<Denied, string[]> = { plan: [], apply: [] };
  const open: string[] = [];
  const denying = new Set<Statement>();
  for (const account of accounts) {
    const known = keysOf(account, organization);
    const resource = `arn:${organization.partition}:iam::${account.id}:root`;
    let isOpen = false;
    for (const command of COMMANDS) {
      const verdicts = statements.map((statement) => {
        const verdict = either(ACTIONS[command].map((action) => denies(statement, action, resource, known)));
        if (verdict === 'yes') denying.add(statement);
        return verdict;
      });
      const verdict = either(verdicts);
      if (verdict === 'yes') denied[command].push(account.id);
      if (verdict === 'open') isOpen = true;
    }
    if (isOpen) open.push(account.id);
  }
  const exempt = (statement: Statement) =>
    denying.has(statement) ? exemptRootSessions(statement) : statement;
  const corrected = statements.filter((statement) => denying.has(statement)).map(exemptRootSessions);
  const document = { ...whole, Statement: statements.map(exempt) };
  return {
    denied,
    open,
    corrected: corrected.map((statement) => JSON.stringify(statement, null, 2)),
    document: stringifyVisibly(document).replaceAll("'", '\\u0027'),
  };
}

/** The statement, for everybody but root sessions. */
function exemptRootSessions(statement: Statement): Statement {
  const conditions = isRecord(statement.Condition) ? statement.Condition : {};
  const nulls = isRecord(conditions.Null) ? conditions.Null : {};
  const others = Object.entries(nulls).filter(([key]) => key.toLowerCase() !== 'aws:assumedroot');
  const Null = { ...Object.fromEntries(others), 'aws:AssumedRoot': 'true' };
  return { ...statement, Condition: { ...conditions, Null } };
}

function denies(statement: Statement, action: string, resource: string, known: KnownKeys): Certainty {
  if (statement.Effect === 'Allow') return 'no';
  const target = WITHOUT_RESOURCE.has(action) ? '*' : resource;
  return both([
    statement.Effect === 'Deny' ? 'yes' : 'open',
    matchAction(statement, action),
    matchResource(statement, target, known),
    judgeCondition(statement.Condition, known),
  ]);
}

/** Keys that AWS sets for no request of a root session to IAM: it has no tags, and no service calls on its behalf. */
const ABSENT = [
  /^aws:(?:principaltag|requesttag|resourcetag)\//,
  /^aws:(?:username|tagkeys|calledvia|calledviafirst|calledvialast|federatedprovider)$/,
  /^aws:(?:principalservicename|principalservicenameslist|sourcearn|sourceaccount|sourceorgid|sourceorgpaths)$/,
];

/** What is known beforehand of a request that a root session makes to IAM. */
function keysOf({ id, parents }: Account, organization: Organization): KnownKeys {
  const values: Readonly<Record<string, readonly string[]>> = {
    'aws:principalarn': [`arn:${organization.partition}:iam::${id}:root`],
    'aws:principalaccount': [id],
    'aws:principaltype': ['Account'],
    'aws:principalorgid': [organization.id],
    ...(parents.length > 0 && { 'aws:principalorgpaths': [`${[organization.id, ...parents].join('/')}/`] }),
    'aws:assumedroot': ['true'],
    'aws:viaawsservice': ['false'],
    'aws:principalisawsservice': ['false'],
    'aws:securetransport': ['true'],
    // IAM answers in one region of each partition.
    ...(organization.partition === 'aws' && { 'aws:requestedregion': ['us-east-1'] }),
  };
  return (key) => {
    if (Object.hasOwn(values, key)) return values[key] ?? 'open';
    return ABSENT.some((pattern) => pattern.test(key)) ? [] : 'open';
  };
}
