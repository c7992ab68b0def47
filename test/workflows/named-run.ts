/** Carries out a remedy in an account in memory, which holds nothing but what the remedy is about. */
import { nameOnly } from '../../src/core/action.js';
import { foldJournal } from '../../src/core/journal.js';
import { maskEmail } from '../../src/core/masked-email.js';
import type { Remedy, RemedyEntry, Standing } from '../../src/core/remedy.js';
import type { ActionEvent } from '../../src/workflows/apply-account.js';
import { applyRemedy } from '../../src/workflows/apply-remedy.js';
import { type RemedyAccess, RootAccessFailure } from '../../src/workflows/ports.js';
import { accountOf, HEADER, MEMBER } from '../core/fixtures.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { BUCKET, PASSWORD } from '../views/named-plans.js';
import { createWorld, type WorldOptions } from './world.js';

export const CREATED = '2026-11-23T09:00:00Z';
/** What is asked before anything is changed. */
export const LOOKED = [
  `account ${MEMBER}`,
  'units r-exmp',
  'units ou-exmp-11111111',
  `open ${MEMBER} allow-password-recovery`,
  `look ${MEMBER}`,
];
export const REPLACED = { ...BUCKET, replacement: '{"Statement":[]}' } as const satisfies Remedy;

type Put = (account: string, standing: Standing) => void;

export interface RemedySituation extends Pick<WorldOptions, 'accounts' | 'earlier'> {
  readonly remedy?: Remedy;
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

export const doneOf = (remedy: Remedy = PASSWORD) => ({ kind: 'done', proven: [nameOnly(remedy)] });

export function entryOf(remedy: Remedy = PASSWORD, id = MEMBER): RemedyEntry {
  const { email, ...facts } = accountOf({ id });
  const decides = remedy.kind === 'allow-password-recovery';
  const masked = decides ? { email: maskEmail(email, id, HEADER.id) } : {};
  return { ...facts, ...masked, ou: '/Workloads/Prod', remedy };
}

/** Behind the ports, and with the same list of events as `createWorld`. */
export function createRemedyWorld(situation: RemedySituation) {
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
  const access: RemedyAccess = {
    open: async (account, remedy) => {
      ask(`open ${account} ${remedy.kind}`);
      const planned = remedy.kind === 'allow-password-recovery' ? undefined : remedy.document;
      if (!standings.has(account)) standings.set(account, planned);
      let stale: readonly Standing[] = [];
      return {
        accessKeyId: `ASIA${account}`,
        look: async () => {
          ask(`look ${account}`);
          const [seen, ...rest] = stale.length > 0 ? stale : [standings.get(account)];
          stale = rest;
          return { standing: seen, requestId: 'look' };
        },
        carryOut: async () => {
          ask(`carry-out ${account}`);
          const was = standings.get(account);
          if (remedy.kind === 'allow-password-recovery' && was !== undefined) throw EXISTS;
          const after = remedy.kind === 'allow-password-recovery' ? CREATED : remedy.replacement;
          if (!doesNothing) standings.set(account, after);
          stale = Array(staleLooks).fill(was);
          if (unanswered) {
            unanswered = false;
            throw new RootAccessFailure('unreachable', 'no answer');
          }
          return { requestId: 'carry-out' };
        },
      };
    },
  };
  return { ...world, access, standing: (account = MEMBER) => standings.get(account) };
}

export const EXISTS = new RootAccessFailure('aws-error', 'exists', { refused: true, setback: 'busy' });

export async function runRemedy({ remedy = PASSWORD, ...situation }: RemedySituation = {}) {
  const world = createRemedyWorld(situation);
  const clock = new VirtualClock();
  const told: ActionEvent['type'][] = [];
  const result = await applyRemedy(entryOf(remedy), foldJournal(world.journal.earlier), {
    ...world,
    planId: HEADER.id,
    clock,
    onEvent: (event) => told.push(event.type),
  });
  const requests = world.events.filter((event) => event.startsWith('carry-out ')).length;
  return { ...result, ...world, clock, told, requests };
}
