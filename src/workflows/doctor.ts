/**
 * Checks everything that must be true before a plan can succeed, and changes nothing. After a failure, checks that do not
 * depend on it still run; the others are reported as not checked, with the reason.
 */
import type { Account, Organization } from '../core/account/organization.js';
import type { RootFeature } from '../core/action/plan-kind.js';
import { commandLine } from '../core/base/command-line.js';
import { checkStop } from '../core/base/stop.js';
import {
  type Fix,
  listAfter,
  type Outcome,
  type Prerequisite,
  type PrerequisiteFinding,
  type Purpose,
  RECOVERY_PREREQUISITES,
} from '../core/doctor/prerequisite.js';
import { checkClock } from '../core/plan/guard.js';
import { RootsweepError } from '../errors.js';
import { examinePolicies, type PolicyExamination } from './control-policies.js';
import type {
  ActionAccess,
  FeatureAnswer,
  OrganizationReader,
  Prerequisites,
  ResourceAccess,
  RootAccess,
} from './ports.js';
import { tryRecoverySessions, trySessions } from './session-trial.js';
import { type ReadResult, tryRead, unknownOutcome } from './try-read.js';

/** AWS, opened once there are a region and credentials. */
export interface DoctorAws {
  readonly prerequisites: Prerequisites;
  readonly reader: Pick<OrganizationReader, 'accounts'>;
  readonly rootAccess: (partition: string) => RootAccess;
  readonly actionAccess: (partition: string) => ActionAccess;
  readonly resourceAccess: (partition: string) => ResourceAccess;
}

export interface DoctorOptions {
  readonly region: () => Promise<string>;
  readonly credentials: () => Promise<void>;
  readonly open: () => Promise<DoctorAws>;
  /** The account to try root sessions in; by default, the first active member that no policy is known to deny. */
  readonly account?: string;
  /** Whether to try sessions for `recover` and `unlock`, too. */
  readonly recovery: boolean;
  /** Once aborted, no more calls are made. */
  readonly stop: AbortSignal;
}

const EVERYTHING: readonly Purpose[] = ['plan', 'apply', 'unlock'];
const ROOT_ACCESS: readonly Purpose[] = ['plan', 'apply'];

/** Yields each finding as soon as it is made. @throws RootsweepError INTERRUPTED */
export async function* examine(options: DoctorOptions): AsyncGenerator<PrerequisiteFinding> {
  const region = await tryRead(options.stop, options.region);
  const credentials = await tryRead(options.stop, options.credentials);
  yield { prerequisite: 'region', outcome: judgeRegion(region) };
  if (credentials.kind === 'failed') {
    yield { prerequisite: 'credentials', outcome: fault(EVERYTHING, credentials.error) };
    yield* notChecked('credentials');
    yield* recoveryNotChecked('credentials', options);
  } else if (judgeRegion(region).kind !== 'fine') {
    yield* notChecked('region');
    yield* recoveryNotChecked('region', options);
  } else {
    const obstacle = yield* examineCaller(await options.open(), options);
    if (obstacle !== undefined) yield* recoveryNotChecked(obstacle, options);
  }
  yield { prerequisite: 'root-activity', outcome: ROOT_ACTIVITY };
}

/** Source: CloudTrail's record of privileged tasks, `sessionContext.assumedRoot`. */
const ROOT_ACTIVITY: Outcome = {
  kind: 'note',
  says: 'each look at an account is root activity to your alarms; CloudTrail\'s events of root sessions match { $.userIdentity.sessionContext.assumedRoot = "true" }',
};

/** @returns the prerequisite that prevents root sessions; undefined if they were tried. */
async function* examineCaller(
  aws: DoctorAws,
  options: DoctorOptions,
): AsyncGenerator<PrerequisiteFinding, Prerequisite | undefined> {
  const { prerequisites } = aws;
  const identity = await tryRead(options.stop, prerequisites.identity);
  if (identity.kind === 'failed') {
    const { error } = identity;
    const outcome = error.code === 'CREDENTIALS_REJECTED' ? fault(EVERYTHING, error) : unknownOutcome(error);
    yield { prerequisite: 'credentials', outcome };
    yield* notChecked('credentials');
    return 'credentials';
  }
  const { arn, account, clockOffset } = identity.value;
  yield { prerequisite: 'credentials', outcome: { kind: 'fine', says: arn } };
  yield { prerequisite: 'clock', outcome: judgeClock(clockOffset) };

  const described = await tryRead(options.stop, prerequisites.organization);
  const found = described.kind === 'ok' ? described.value : undefined;
  const suitable =
    described.kind === 'ok' ? judgeOrganization(described.value, account) : unknownOutcome(described.error);
  yield { prerequisite: 'organization', outcome: suitable };
  if (suitable.kind === 'fault') {
    yield* notChecked('organization');
    return 'organization';
  }

  const isManagement = found === undefined ? undefined : found.organization.managementAccount === account;
  const features = await tryRead(options.stop, prerequisites.features);
  const facts = { account, organization: found?.organization, features };
  const caller = await judgeCaller(facts, prerequisites, options.stop);
  yield { prerequisite: 'caller-account', outcome: caller };
  if (caller.kind === 'fault') {
    yield* notChecked('caller-account');
    return 'caller-account';
  }
  const trust = await judgeTrust(features, isManagement, prerequisites, options.stop);
  const management = judgeFeature('RootCredentialsManagement', features, trust, isManagement);
  yield { prerequisite: 'trusted-access', outcome: trust };
  yield { prerequisite: 'root-credentials-management', outcome: management };
  const sessions = judgeFeature('RootSessions', features, trust, isManagement);
  yield { prerequisite: 'root-sessions', outcome: sessions };

  const accounts = await tryRead(options.stop, () => listAccounts(aws.reader));
  yield {
    prerequisite: 'accounts',
    outcome:
      accounts.kind === 'ok'
        ? countAccounts(accounts.value, found?.organization)
        : unknownOutcome(accounts.error),
  };
  if (found === undefined) {
    // Without it, the management account and the policies are unknown.
    yield* notChecked('organization', ['service-control-policies', 'audit-session', 'delete-session']);
    return 'organization';
  }
  const { organization } = found;
  const members = accounts.kind === 'ok' ? activeMembers(accounts.value, organization) : undefined;
  const denied = new Set<string>();
  if (members === undefined) {
    yield* notChecked('accounts', ['service-control-policies']);
  } else {
    const examination: PolicyExamination = {
      prerequisites,
      members,
      organization,
      tryRead: (read) => tryRead(options.stop, read),
    };
    for await (const outcome of examinePolicies(examination)) {
      if (outcome.kind === 'fault') for (const { id } of outcome.policy?.accounts ?? []) denied.add(id);
      yield { prerequisite: 'service-control-policies', outcome };
    }
  }

  const obstacle: Prerequisite | undefined =
    trust.kind === 'fault'
      ? 'trusted-access'
      : management.kind === 'fault'
        ? 'root-credentials-management'
        : members === undefined && options.account === undefined
          ? 'accounts'
          : undefined;
  if (obstacle !== undefined) {
    yield* notChecked(obstacle, ['audit-session', 'delete-session']);
    return obstacle;
  }
  const trial = { arn, account: options.account, members, denied, isOn: management.kind === 'fine' };
  for await (const finding of trySessions(aws.rootAccess(organization.partition), trial)) {
    yield finding;
    checkStop(options.stop);
  }
  if (!options.recovery) return undefined;
  const access = {
    actions: aws.actionAccess(organization.partition),
    resources: aws.resourceAccess(organization.partition),
  };
  for await (const finding of tryRecoverySessions(access, { ...trial, isOn: sessions.kind === 'fine' })) {
    yield finding;
    checkStop(options.stop);
  }
  return undefined;
}

function* recoveryNotChecked(
  because: Prerequisite,
  { recovery }: DoctorOptions,
): Generator<PrerequisiteFinding> {
  if (recovery) yield* notChecked(because, RECOVERY_PREREQUISITES);
}

function* notChecked(
  because: Prerequisite,
  prerequisites: readonly Prerequisite[] = listAfter(because),
): Generator<PrerequisiteFinding> {
  for (const prerequisite of prerequisites) {
    yield { prerequisite, outcome: { kind: 'not-checked', because } };
  }
}

function fault(stops: readonly Purpose[], { message, hint }: RootsweepError): Outcome {
  return { kind: 'fault', stops, says: message, fix: { text: hint ?? 'try again' } };
}

function judgeRegion(region: ReadResult<string>): Outcome {
  if (region.kind === 'failed') return fault(EVERYTHING, region.error);
  if (!/-global$/.test(region.value)) return { kind: 'fine', says: region.value };
  return {
    kind: 'fault',
    stops: EVERYTHING,
    says: `"${region.value}" is no region of AssumeRoot, which has regional endpoints only`,
    fix: { text: 'pass --region us-east-1, or set AWS_REGION' },
  };
}

function judgeClock(offset: number): Outcome {
  try {
    checkClock(offset);
    return { kind: 'fine', says: "within five minutes of AWS's" };
  } catch (error) {
    if (error instanceof RootsweepError) return fault(ROOT_ACCESS, error);
    throw error;
  }
}

type DescribedOrganization = Awaited<ReturnType<Prerequisites['organization']>>;

function judgeOrganization(described: DescribedOrganization, account: string): Outcome {
  if (described === undefined) {
    return {
      kind: 'fault',
      stops: EVERYTHING,
      says: `account "${account}" belongs to no organization`,
      fix: { text: "use credentials of the organization's management account" },
    };
  }
  const { id, managementAccount } = described.organization;
  if (described.hasAllFeatures) {
    return { kind: 'fine', says: `${id} with all features, management account ${managementAccount}` };
  }
  return {
    kind: 'fault',
    stops: EVERYTHING,
    says: `organization "${id}" does not have all features enabled`,
    fix: {
      text: `in the management account "${managementAccount}"`,
      run: 'aws organizations enable-all-features',
    },
  };
}

interface CallerFacts {
  readonly account: string;
  readonly organization: Organization | undefined;
  readonly features: ReadResult<FeatureAnswer>;
}

async function judgeCaller(
  { account, organization, features }: CallerFacts,
  prerequisites: Prerequisites,
  stop: AbortSignal,
): Promise<Outcome> {
  if (account === organization?.managementAccount)
    return { kind: 'fine', says: `${account}, the management account` };
  const answer = features.kind === 'ok' ? features.value.kind : undefined;
  const delegate = `${account}, a delegated administrator for IAM`;
  // IAM lists its features only for these accounts.
  if (answer === 'listed') {
    const either = `${account}, the management account or a delegated administrator for IAM`;
    return { kind: 'fine', says: organization === undefined ? either : delegate };
  }
  if (answer !== 'wrong-account') {
    const delegates = await tryRead(stop, prerequisites.delegatedAdministrators);
    if (delegates.kind === 'failed') return unknownOutcome(delegates.error);
    if (delegates.value.includes(account)) return { kind: 'fine', says: delegate };
    if (organization === undefined) {
      return {
        kind: 'unknown',
        says: `account "${account}" is no delegated administrator for IAM, and may be the management account`,
        fix: { text: 'allow organizations:DescribeOrganization in the IAM policy of the caller' },
      };
    }
  }
  const management = organization === undefined ? '' : ` "${organization.managementAccount}"`;
  const delegation = [
    ['--account-id', account] as const,
    ['--service-principal', 'iam.amazonaws.com'] as const,
  ];
  return {
    kind: 'fault',
    stops: EVERYTHING,
    says: `account "${account}" is neither the management account nor a delegated administrator for IAM`,
    fix: {
      text: `use credentials of the management account${management}, or there`,
      run: commandLine('aws', 'organizations', 'register-delegated-administrator', ...delegation),
    },
  };
}

async function judgeTrust(
  features: ReadResult<FeatureAnswer>,
  isManagement: boolean | undefined,
  prerequisites: Prerequisites,
  stop: AbortSignal,
): Promise<Outcome> {
  if (features.kind === 'ok' && features.value.kind === 'listed') return TRUSTED;
  const fix = enableFix(isManagement);
  const off: Outcome = { kind: 'fault', stops: EVERYTHING, says: 'off for iam.amazonaws.com', fix };
  if (features.kind === 'ok') return off;
  const trusted = await tryRead(stop, prerequisites.trustedAccess);
  if (trusted.kind === 'failed') return unknownOutcome(trusted.error);
  return trusted.value ? TRUSTED : off;
}

const TRUSTED: Outcome = { kind: 'fine', says: 'on for iam.amazonaws.com' };

function judgeFeature(
  feature: RootFeature,
  features: ReadResult<FeatureAnswer>,
  trust: Outcome,
  isManagement: boolean | undefined,
): Outcome {
  if (features.kind === 'failed') return unknownOutcome(features.error);
  if (features.value.kind !== 'listed' || trust.kind !== 'fine') {
    return { kind: 'not-checked', because: 'trusted-access' };
  }
  if (features.value.enabled.has(feature)) return { kind: 'fine', says: 'on' };
  return feature === 'RootCredentialsManagement'
    ? { kind: 'fault', stops: ROOT_ACCESS, says: 'off', fix: enableFix(isManagement) }
    : {
        kind: 'fault',
        stops: ['unlock'],
        says: 'off; only unlocking buckets and queues needs it',
        fix: enableFix(isManagement, ['--root-sessions'], 'if you want that'),
      };
}

function enableFix(isManagement: boolean | undefined, flags: readonly string[] = [], when?: string): Fix {
  const where = isManagement === true ? undefined : 'in the management account';
  const text = [when, where].filter((part) => part !== undefined).join(', ');
  return { ...(text !== '' && { text }), run: commandLine('rootsweep', 'enable', ...flags) };
}

async function listAccounts(reader: Pick<OrganizationReader, 'accounts'>): Promise<Account[]> {
  const accounts: Account[] = [];
  for await (const page of reader.accounts()) accounts.push(...page);
  return accounts;
}

/** Where root sessions are opened: never in the management account (promise 5). */
function activeMembers(accounts: readonly Account[], { managementAccount }: Organization): Account[] {
  return accounts.filter(({ id, state }) => id !== managementAccount && state === 'ACTIVE');
}

function countAccounts(accounts: readonly Account[], organization: Organization | undefined): Outcome {
  const total = `${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`;
  if (organization === undefined) return { kind: 'fine', says: total };
  const nameless = accounts.filter(({ state }) => state === 'UNKNOWN').length;
  if (nameless > 0) {
    return {
      kind: 'unknown',
      says: `AWS did not say of ${nameless} of ${total} whether they are active`,
      fix: { text: 'try again; accounts of unknown state are never deleted in' },
    };
  }
  const active = activeMembers(accounts, organization).length;
  return { kind: 'fine', says: `${total}, ${active} of them active members` };
}
