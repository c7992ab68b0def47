/** Carries out an action in an account in memory, which holds nothing but what the action is about. */

import { maskEmail } from '../../src/core/account/masked-email.js';
import { nameOnly, type PlacedAction } from '../../src/core/action/action.js';
import type { Standing } from '../../src/core/action/standing.js';
import { foldJournal } from '../../src/core/apply/journal.js';
import { NAMED_RULE, type NamedEntry } from '../../src/core/plan/plan.js';
import { type ActionEvent, applyAccount } from '../../src/workflows/apply-account.js';
import { type ActionAccess, RootAccessFailure } from '../../src/workflows/ports.js';
import { accountOf, HEADER, MEMBER } from '../core/fixtures.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { BUCKET, PASSWORD } from '../views/named-plans.js';
import { UNGUARDED } from './account-run.js';
import { createWorld, type WorldOptions } from './world.js';

export const CREATED = '2026-11-23T09:00:00Z';
/** What is asked before anything is changed. */
export const LOOKED = [
  `account ${MEMBER}`,
  'units r-exmp',
  'units ou-exmp-11111111',
  `open ${MEMBER} allow-password-recovery`,
  `observe ${MEMBER}`,
];
export const REPLACED = { ...BUCKET, replacement: '{"Statement":[]}' } as const satisfies PlacedAction;

type Put = (account: string, standing: Standing) => void;

export interface NamedSituation extends Pick<WorldOptions, 'accounts' | 'earlier'> {
  readonly action?: PlacedAction;
  /** What stands there before; else as planned. */
  readonly standing?: Standing;
  /** As that of `WorldOptions`; `put` makes something else stand there, as if somebody had changed it. */
  readonly before?: (event: string, put: Put) => void;
  /** The first request has its effect, and its answer is lost. */
  readonly unanswered?: boolean;
  /** How often what stood before is still seen after a request. */
  readonly staleLooks?: number;
  /** AWS answers and does nothing. */
  readonly doesNothing?: boolean;
}

export const doneOf = (action: PlacedAction = PASSWORD) => ({ kind: 'done', proven: [nameOnly(action)] });

export function entryOf(action: PlacedAction = PASSWORD, id = MEMBER): NamedEntry {
  const { email, ...facts } = accountOf({ id });
  const entry = { ...facts, ou: '/Workloads/Prod', rule: NAMED_RULE, findings: [] };
  return action.kind === 'allow-password-recovery'
    ? { ...entry, email: maskEmail(email, id, HEADER.id), decision: 'recover', actions: [action] }
    : { ...entry, decision: 'unlock', actions: [action] };
}

/** Behind the ports, and with the same list of events as `createWorld`. */
export function createNamedWorld(situation: NamedSituation) {
  const { accounts, earlier, before = () => {}, staleLooks = 0, doesNothing = false } = situation;
  let unanswered = situation.unanswered ?? false;
  const standings = new Map<string, Standing>();
  if ('standing' in situation) standings.set(MEMBER, situation.standing);
  const put: Put = (account, standing) => standings.set(account, standing);
  const world = createWorld({
    ...(accounts === undefined ? {} : { accounts }),
    ...(earlier === undefined ? {} : { earlier }),
    before: (event) => before(event, put),
  });
  const ask = (event: string) => {
    world.events.push(event);
    before(event, put);
  };
  const access: ActionAccess = {
    open: async (account, actions) => {
      const [action] = actions as readonly [PlacedAction];
      ask(`open ${account} ${action.kind}`);
      const planned = action.kind === 'allow-password-recovery' ? undefined : action.document;
      if (!standings.has(account)) standings.set(account, planned);
      let stale: readonly Standing[] = [];
      const look = () => {
        const [seen, ...rest] = stale.length > 0 ? stale : [standings.get(account)];
        stale = rest;
        return seen;
      };
      return {
        accessKeyId: `ASIA${account}`,
        observe: async () => {
          ask(`observe ${account}`);
          return { kind: 'standing', standing: look() };
        },
        find: async () => {
          ask(`find ${account}`);
          return { standing: look(), requestId: 'find' };
        },
        perform: async () => {
          ask(`perform ${account}`);
          const was = standings.get(account);
          if (action.kind === 'allow-password-recovery' && was !== undefined) throw EXISTS;
          const after = action.kind === 'allow-password-recovery' ? CREATED : action.replacement;
          if (!doesNothing) standings.set(account, after);
          stale = Array(staleLooks).fill(was);
          if (unanswered) {
            unanswered = false;
            throw new RootAccessFailure('unreachable', 'no answer');
          }
          return { answer: 'done', requestId: 'perform' };
        },
      };
    },
  };
  return { ...world, access, standing: (account = MEMBER) => standings.get(account) };
}

export const EXISTS = new RootAccessFailure('aws-error', 'exists', { refused: true, retryable: 'busy' });

export async function runNamed({ action = PASSWORD, ...situation }: NamedSituation = {}) {
  const world = createNamedWorld(situation);
  const clock = new VirtualClock();
  const told: ActionEvent['type'][] = [];
  const result = await applyAccount(entryOf(action), foldJournal(world.journal.earlier), {
    ...world,
    planId: HEADER.id,
    clock,
    judge: UNGUARDED,
    onEvent: (event) => told.push(event.type),
  });
  const requests = world.events.filter((event) => event.startsWith('perform ')).length;
  return { ...result, ...world, clock, told, requests };
}
