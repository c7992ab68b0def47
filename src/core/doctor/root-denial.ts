/**
 * What a service control policy does to root sessions. It does not restrict AssumeRoot itself, but the calls of the
 * session: if a policy denies the root user everything and does not exempt root sessions, the audit of the account fails.
 * Only Deny statements are judged.
 * Source: IAM user guide, "Global condition context keys", `aws:AssumedRoot`.
 */
import type { Account, Organization } from '../account/organization.js';
import { CREDENTIAL_KINDS, CREDENTIALS } from '../action/credentials.js';
import { stringifyVisibly } from '../base/text.js';
import { either, type KnownKeys } from '../iam/policy-condition.js';
import {
  isRecord,
  judgeDenial,
  matchAction,
  type PolicyDocument,
  type Statement,
} from '../iam/policy-statement.js';

const ROWS = CREDENTIAL_KINDS.map((kind) => CREDENTIALS[kind]);
const LISTED = ROWS.flatMap(({ reads }) => reads.map((operation) => `iam:${operation}`));

/** The actions of a root session that each command needs. */
const ACTIONS = {
  plan: ['iam:GetAccountSummary', ...LISTED],
  apply: [...LISTED, ...ROWS.map(({ deletes }) => `iam:${deletes}`)],
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
  /** Ids of those in which that depends on facts that are unknown before the request. */
  readonly open: readonly string[];
  /** The denying statements, corrected to exempt root sessions, as JSON indented by two. */
  readonly corrected: readonly string[];
  /** The whole document with those statements, as JSON on one line without single quotes, for a shell. */
  readonly document: string;
}

/** Whether a policy may deny a call of root sessions, so that its targets matter. */
export function mentionsRootSessions({ statements }: PolicyDocument): boolean {
  return statements.some(
    (statement) =>
      statement.Effect !== 'Allow' && EVERY_ACTION.some((action) => matchAction(statement, action) !== 'no'),
  );
}

/** @param accounts the active member accounts that the policy applies to. */
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
        const verdict = either(
          ACTIONS[command].map((action) =>
            judgeDenial(statement, action, WITHOUT_RESOURCE.has(action) ? '*' : resource, known),
          ),
        );
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

/** The statement with root sessions exempted. */
function exemptRootSessions(statement: Statement): Statement {
  const conditions = isRecord(statement.Condition) ? statement.Condition : {};
  const nulls = isRecord(conditions.Null) ? conditions.Null : {};
  const others = Object.entries(nulls).filter(([key]) => key.toLowerCase() !== 'aws:assumedroot');
  const Null = { ...Object.fromEntries(others), 'aws:AssumedRoot': 'true' };
  return { ...statement, Condition: { ...conditions, Null } };
}

/** Keys that AWS never sets for a request of a root session to IAM: the root user has no tags, and calls directly. */
const ABSENT = [
  /^aws:(?:principaltag|requesttag|resourcetag)\//,
  /^aws:(?:username|tagkeys|calledvia|calledviafirst|calledvialast|federatedprovider)$/,
  /^aws:(?:principalservicename|principalservicenameslist|sourcearn|sourceaccount|sourceorgid|sourceorgpaths)$/,
];

/** What is known of a request of a root session to IAM. */
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
    // IAM has one region in each partition.
    ...(organization.partition === 'aws' && { 'aws:requestedregion': ['us-east-1'] }),
  };
  return (key) => {
    if (Object.hasOwn(values, key)) return values[key] ?? 'open';
    return ABSENT.some((pattern) => pattern.test(key)) ? [] : 'open';
  };
}
