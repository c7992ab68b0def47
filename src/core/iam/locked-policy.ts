/**
 * Whether the policy of a bucket or a queue locks everyone out: it denies every identity of the owning account to change
 * the policy, so that only a root session can. Only Deny statements are judged; what depends on the request stays open,
 * and open is neither yes nor no (promise 4).
 * Source: IAM user guide, "AWS JSON policy elements: Principal", and the task policies S3UnlockBucketPolicy and
 * SQSUnlockQueuePolicy.
 */

import { quoteVisibly } from '../base/text.js';
import { both, type Certainty, either, type KnownKeys, listTexts } from './policy-condition.js';
import {
  isRecord,
  judgeCondition,
  judgeDenial,
  parsePolicyDocument,
  type Statement,
} from './policy-statement.js';

/** The policy of a bucket or a queue, with the action that unlocks it and the region of the resource. */
export interface PlacedPolicy {
  readonly kind: 'unlock-bucket' | 'unlock-queue';
  readonly name: string;
  readonly region: string;
  readonly document: string;
}

/** The owner of the bucket or the queue. */
export interface Owner {
  readonly account: string;
  readonly organization: string;
  readonly partition: string;
}

/**
 * `locked`: every identity of the account is denied to change the policy; `not-locked`: none is, or only some;
 * `unclear`: the document alone does not decide it.
 */
export interface LockJudgement {
  readonly verdict: 'locked' | 'not-locked' | 'unclear';
  /** What each Deny statement does, in the order of the document: `statement "Lock" denies everyone s3:*`. */
  readonly denials: readonly string[];
}

/** Each of these actions can change the policy: a lock must deny all of them. */
const WAYS_OUT: Readonly<Record<PlacedPolicy['kind'], readonly string[]>> = {
  'unlock-bucket': ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
  'unlock-queue': ['sqs:SetQueueAttributes'],
};

const ARNS: Readonly<Record<PlacedPolicy['kind'], (place: PlacedPolicy, owner: Owner) => string>> = {
  'unlock-bucket': ({ name }, { partition }) => `arn:${partition}:s3:::${name}`,
  'unlock-queue': ({ name, region }, { partition, account }) =>
    `arn:${partition}:sqs:${region}:${account}:${name}`,
};

/** How many actions or principals of a statement are listed by name. */
const NAMED = 3;

export function judgeLock(placed: PlacedPolicy, owner: Owner): LockJudgement {
  const { kind, document } = placed;
  const parsed = parsePolicyDocument(document);
  if (parsed === undefined) return { verdict: 'unclear', denials: [] };
  const arn = ARNS[kind](placed, owner);
  const known = keysOf(owner);
  const denied = (action: string) =>
    either(
      parsed.statements.map((statement) =>
        both([matchOwner(statement, owner), judgeDenial(statement, action, arn, known)]),
      ),
    );
  const verdict = both(WAYS_OUT[kind].map(denied));
  return {
    verdict: verdict === 'yes' ? 'locked' : verdict === 'no' ? 'not-locked' : 'unclear',
    denials: parsed.statements.flatMap((statement, index) =>
      statement.Effect === 'Allow' ? [] : [describeDenial(statement, index, known)],
    ),
  };
}

/** Whether a statement applies to every principal of the owning account. */
function matchOwner(statement: Statement, { account, partition }: Owner): Certainty {
  const { Principal, NotPrincipal } = statement;
  if (NotPrincipal !== undefined || Principal === undefined) return 'open';
  const named = listPrincipals(Principal);
  if (named === undefined) return 'open';
  if (named.includes('*')) return 'yes';
  // The account as a principal delegates to its IAM policies, which are unknown here.
  return named.some((it) => it === account || it === `arn:${partition}:iam::${account}:root`) ? 'open' : 'no';
}

/** AWS principals without their kind; others keep it, because `*` of a service is not everyone. */
function listPrincipals(principal: unknown): readonly string[] | undefined {
  if (principal === '*') return ['*'];
  if (!isRecord(principal)) return undefined;
  const named: string[] = [];
  for (const [kind, value] of Object.entries(principal)) {
    const texts = listTexts(value);
    if (texts === undefined) return undefined;
    named.push(...(kind === 'AWS' ? texts : texts.map((text) => `${kind} ${text}`)));
  }
  return named;
}

function describeDenial(statement: Statement, index: number, known: KnownKeys): string {
  const { Sid, Effect } = statement;
  const name = `statement ${typeof Sid === 'string' && Sid !== '' ? quoteVisibly(Sid) : index + 1}`;
  if (Effect !== 'Deny') return `${name} neither allows nor denies: its effect is none that AWS knows`;
  return `${name} denies ${describeWhom(statement)} ${describeWhat(statement)}${describeWhen(statement, known)}`;
}

function describeWhom({ Principal, NotPrincipal }: Statement): string {
  const named = listPrincipals(NotPrincipal ?? Principal);
  if (named === undefined || (NotPrincipal !== undefined && Principal !== undefined)) {
    return 'nobody knows whom';
  }
  if (NotPrincipal !== undefined) return `everyone but ${listSome(named)}`;
  return named.includes('*') ? 'everyone' : listSome(named);
}

function describeWhat({ Action, NotAction, Resource, NotResource }: Statement): string {
  const actions = listTexts(NotAction ?? Action);
  const what =
    actions === undefined
      ? 'nobody knows what'
      : `${NotAction === undefined ? '' : 'everything but '}${listSome(actions)}`;
  const resources = listTexts(NotResource ?? Resource);
  if (resources === undefined || (NotResource === undefined && resources.includes('*'))) return what;
  return `${what} on ${NotResource === undefined ? '' : 'everything but '}${listSome(resources)}`;
}

function describeWhen({ Condition }: Statement, known: KnownKeys): string {
  if (Condition === undefined) return '';
  const keys = isRecord(Condition)
    ? Object.values(Condition).flatMap((line) => (isRecord(line) ? Object.keys(line) : []))
    : [];
  const by = keys.length === 0 ? 'a condition that nobody can read' : listSome([...new Set(keys)]);
  switch (judgeCondition(Condition, known)) {
    case 'yes':
      return `, by ${by}`;
    case 'no':
      return `, but nobody of the account, by ${by}`;
    case 'open':
      return `, depending on ${by}`;
  }
}

function listSome(texts: readonly string[]): string {
  const rest = texts.length - NAMED;
  return rest <= 1 ? texts.join(', ') : `${texts.slice(0, NAMED).join(', ')} and ${rest} more`;
}

/** What is known of a request by an identity of the account, with its own credentials and over TLS. */
function keysOf({ account, organization }: Owner): KnownKeys {
  const values: Readonly<Record<string, readonly string[]>> = {
    'aws:principalaccount': [account],
    'aws:principalorgid': [organization],
    'aws:resourceaccount': [account],
    'aws:resourceorgid': [organization],
    's3:resourceaccount': [account],
    'aws:securetransport': ['true'],
    'aws:viaawsservice': ['false'],
    'aws:principalisawsservice': ['false'],
    'aws:assumedroot': [],
  };
  return (key) => (Object.hasOwn(values, key) ? (values[key] ?? 'open') : 'open');
}
