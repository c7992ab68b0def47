/** Enables centralized root access in the order that AWS requires, and waits until it takes effect in AssumeRoot. */
import { type Account, type Organization, requireAllFeatures } from '../core/account/organization.js';
import type { RootFeature } from '../core/action/plan-kind.js';
import type { Clock } from '../core/base/clock.js';
import { checkStop, isInterruption, sleepUnlessStopped } from '../core/base/stop.js';
import { RootsweepError } from '../errors.js';
import type { OrganizationReader, Prerequisites } from './ports.js';

/** IAM's trusted access, and the features that require it. */
export type Switch = 'trusted-access' | RootFeature;

/** `unknown`: AWS does not return it before trusted access is on. */
export type SwitchState = 'on' | 'off' | 'unknown';

export interface EnablePlan {
  readonly organization: Organization;
  readonly states: readonly { readonly name: Switch; readonly state: SwitchState }[];
}

export type EnableEvent =
  | { readonly type: 'switch-turned-on'; readonly name: Switch }
  | { readonly type: 'switch-found-on'; readonly name: Switch }
  /** `waited` in ms. */
  | { readonly type: 'sts-waited-for'; readonly waited: number; readonly message: string };

/** Whether the features took effect in AssumeRoot; `why` it could not be checked. */
export type StsOutcome = { readonly kind: 'agrees' } | { readonly kind: 'unknown'; readonly why: string };

/**
 * Reads what is on and what is to be turned on.
 * @throws RootsweepError ORGANIZATION_UNSUITABLE, CALLER_ACCOUNT_WRONG, and the errors of AWS.
 */
export async function planEnable(
  prerequisites: Prerequisites,
  features: readonly RootFeature[],
): Promise<EnablePlan> {
  const { account } = await prerequisites.identity();
  const organization = requireAllFeatures(await prerequisites.organization(), account);
  const { managementAccount } = organization;
  if (account !== managementAccount) {
    throw new RootsweepError(
      'CALLER_ACCOUNT_WRONG',
      `only the management account "${managementAccount}" can turn centralized root access on, and the caller is of account "${account}"`,
      { hint: `use credentials of account "${managementAccount}", for example with --profile` },
    );
  }
  return { organization, states: await readStates(prerequisites, features) };
}

async function readStates(
  prerequisites: Prerequisites,
  features: readonly RootFeature[],
): Promise<EnablePlan['states']> {
  const answer = await prerequisites.features();
  if (answer.kind !== 'listed') {
    return [
      { name: 'trusted-access', state: 'off' },
      ...features.map((name) => ({ name, state: 'unknown' as const })),
    ];
  }
  const stateOf = (name: RootFeature): SwitchState => (answer.enabled.has(name) ? 'on' : 'off');
  return [
    { name: 'trusted-access', state: 'on' },
    ...features.map((name) => ({ name, state: stateOf(name) })),
  ];
}

/**
 * Turns on what is off, one after the other. Called again after an interruption, it continues where it ended.
 * @throws RootsweepError INTERRUPTED, and the errors of AWS; what was turned on stays on.
 */
export async function turnOn(
  prerequisites: Prerequisites,
  { states }: EnablePlan,
  stop: AbortSignal,
  onEvent: (event: EnableEvent) => void,
): Promise<void> {
  let current = states;
  for (const { name } of states) {
    const state = current.find((it) => it.name === name)?.state;
    if (state === 'on') {
      onEvent({ type: 'switch-found-on', name });
      continue;
    }
    checkStop(stop, HALF_WAY);
    if (name === 'trusted-access') {
      await prerequisites.enableTrustedAccess();
      // The features keep their state while trusted access is off.
      const features = states.flatMap((it) => (it.name === 'trusted-access' ? [] : [it.name]));
      current = await withMessage(HALF_WAY, () => readStates(prerequisites, features));
    } else {
      await prerequisites.enableFeature(name);
    }
    onEvent({ type: 'switch-turned-on', name });
  }
}

const HALF_WAY = 'interrupted; what was turned on stays on, and the same command goes on';

/** Gives an interruption of a read its own message. */
async function withMessage<T>(says: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isInterruption(error)) throw new RootsweepError('INTERRUPTED', says);
    throw error;
  }
}

/** The pause between two attempts, in ms. */
const EVERY = 10_000;
/**
 * How long STS must accept the features without a break, in ms: its answers alternate in the first minute. Source: recorded
 * answers of AWS after changes of trusted access and of delegates.
 */
const SETTLES_IN = 30_000;

export interface Waiting {
  readonly organization: Organization;
  readonly features: readonly RootFeature[];
  /** Whether this run turned something on: otherwise one answer is enough. */
  readonly hasChanged: boolean;
  /** How long to wait, in ms. */
  readonly limit: number;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly onEvent: (event: EnableEvent) => void;
}

/** @throws RootsweepError ROOT_ACCESS_NOT_READY, INTERRUPTED, and the errors of AWS. */
export async function waitForSts(
  prerequisites: Prerequisites,
  reader: Pick<OrganizationReader, 'accounts'>,
  { organization, features, hasChanged, limit, clock, stop, onEvent }: Waiting,
): Promise<StsOutcome> {
  const account = await withMessage(WAIT_INTERRUPTED, () => findMember(reader, organization));
  if (account === undefined)
    return { kind: 'unknown', why: 'there is no active member account to try it on' };
  const started = clock.now().getTime();
  let agreedSince: number | undefined;
  for (;;) {
    checkStop(stop, WAIT_INTERRUPTED);
    const answer = await withMessage(WAIT_INTERRUPTED, () =>
      askSts(prerequisites, features, account.id, organization.partition),
    );
    const now = clock.now().getTime();
    if (answer.kind === 'not-told') return { kind: 'unknown', why: answer.message };
    if (answer.kind === 'yes') {
      agreedSince ??= now;
      if (!hasChanged || now - agreedSince >= SETTLES_IN) return { kind: 'agrees' };
    } else {
      agreedSince = undefined;
    }
    const message = answer.kind === 'yes' ? 'it agrees for now' : answer.message;
    if (now - started >= limit) {
      throw new RootsweepError(
        'ROOT_ACCESS_NOT_READY',
        `everything is turned on, and after ${Math.round(limit / 60_000)} minutes STS does not go by it yet: ${message}`,
        { hint: 'it stays on; wait some more, then run: rootsweep doctor' },
      );
    }
    onEvent({ type: 'sts-waited-for', waited: now - started, message });
    await sleepUnlessStopped(clock, EVERY, { signal: stop, says: WAIT_INTERRUPTED });
  }
}

const WAIT_INTERRUPTED = 'interrupted; everything is turned on, and STS may not go by it yet';

/** The first answer that is not yes. */
async function askSts(
  prerequisites: Prerequisites,
  features: readonly RootFeature[],
  account: string,
  partition: string,
) {
  for (const feature of features) {
    const answer = await prerequisites.isKnownToSts(feature, account, partition);
    if (answer.kind !== 'yes') return answer;
  }
  return { kind: 'yes' } as const;
}

/** Promise 5: never the management account. */
async function findMember(
  reader: Pick<OrganizationReader, 'accounts'>,
  { managementAccount }: Organization,
): Promise<Account | undefined> {
  for await (const page of reader.accounts()) {
    const member = page.find(({ id, state }) => id !== managementAccount && state === 'ACTIVE');
    if (member !== undefined) return member;
  }
  return undefined;
}
