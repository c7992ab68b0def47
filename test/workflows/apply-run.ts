/** Applies a plan to accounts in memory, one after the other. */
import type { Policy } from '../../src/core/policy/policy.js';
import { RootsweepError } from '../../src/errors.js';
import { type ApplyEvent, type ApplyOptions, applyPlan } from '../../src/workflows/apply.js';
import {
  accountOf,
  deleteEntryOf,
  MFA_DEVICE,
  PASSWORD,
  planOf,
  policyOf,
  SHA256,
} from '../core/fixtures.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { compareTo, UNGUARDED } from './account-run.js';
import { createWorld, type WorldOptions } from './world.js';

export const IDS = ['222222222222', '333333333333', '444444444444'] as const;
export const HELD = [PASSWORD, MFA_DEVICE];
export const RUN = {
  id: 'run',
  digest: SHA256,
  signers: [{ name: 'planner', keyid: 'k', role: 'planner' as const }],
  caller: 'arn',
  tool: 'rootsweep 0.1.0',
  host: 'host',
  pid: 1,
  operator: { name: 'operator', keyid: 'o', algorithm: 'ed25519' as const },
};
export const FULL_DISK = new RootsweepError('FILE_UNWRITABLE', 'no space left');

export interface Situation extends WorldOptions {
  /** The accounts of the plan, in each of which it deletes a password and an MFA device. */
  readonly ids?: readonly string[];
}

export async function runApply(
  { ids = IDS, ...options }: Situation = {},
  change: Partial<ApplyOptions> = {},
) {
  const accounts = ids.map((id) => accountOf({ id }));
  const holds = Object.fromEntries(ids.map((id) => [id, HELD]));
  const world = createWorld({ accounts, holds, ...options });
  const told: ApplyEvent[] = [];
  const ledger = await applyPlan(planOf(ids.map((id) => deleteEntryOf({ id }))), {
    ...world,
    ...compareTo(world.reader),
    clock: new VirtualClock(),
    run: RUN,
    narrowing: {},
    rollout: policyOf().rollout,
    checkStillGood: () => {},
    judge: UNGUARDED,
    concurrency: 1,
    stop: new AbortController().signal,
    onEvent: (event) => told.push(event),
    ...change,
  });
  const kinds = ledger.lines.map(({ outcome }) => outcome.kind);
  return { ledger, kinds, told, ...world };
}

/** Twelve digits. */
export const idOf = (number: number) => String(number).padStart(12, '0');
export const idsTo = (last: number) => Array.from({ length: last }, (_, index) => idOf(index + 1));

/** `[1, 2, '100%']` as a policy says it. */
export function rolloutOf(
  waves: readonly (number | `${number}%`)[],
  stopAfterFailures = 1,
): Policy['rollout'] {
  return {
    waves: waves.map((wave) =>
      typeof wave === 'number'
        ? { kind: 'accounts', value: wave }
        : { kind: 'percent', value: Number.parseInt(wave, 10) },
    ),
    stopAfterFailures,
  };
}

/** The waves and the ends of accounts as they were told: `wave 1/3: 1`, `1 deleted`, `wave 1 ended`. */
export function storyOf(told: readonly ApplyEvent[]): string[] {
  return told.flatMap((event) => {
    if (event.type === 'wave-started') return `wave ${event.wave}/${event.of}: ${event.accounts}`;
    if (event.type === 'wave-ended') return `wave ${event.wave} ended`;
    if (event.type === 'account-ended') return `${Number(event.account)} ${event.outcome.kind}`;
    return [];
  });
}
