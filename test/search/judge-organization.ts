/**
 * Whether the organization gives reason to refuse a plan, decided again from the emulator's own world: what `apply` must
 * notice before it opens a root session (promise 13).
 */
import type { AccountSpec } from '../../src/emulator/scenario/scenario.js';
import type { World } from '../../src/emulator/state/world.js';
import { ancestors } from '../../src/emulator/state/world.js';
import { MANAGEMENT } from './accounts.js';
import { exceedsLimits, findUnmatchedExclusion, isInScope } from './oracle.js';
import type { PlannedState } from './planned-state.js';
import type { Policy } from './policy.js';
import type { SimulatedProcess } from './simulated-process.js';

/** A list of accounts may lack one that joined so short a time before, in ms. */
const JOIN_TOLERANCE = 15 * 60_000;

/** Members of the organization as a scenario would describe them now. */
export function describeMembers(world: World): AccountSpec[] {
  return [...world.accounts.values()]
    .filter(({ member }) => member)
    .map(({ id, name, state, tags, parent, joined }) => {
      const names = ancestors(world, parent).slice(1);
      const ou = `/${names.map((unit) => world.units.get(unit)?.name).join('/')}`;
      return { id, name, state, tags, ou, joined };
    });
}

/** @returns why `apply` must refuse the plan; undefined where it must not. */
export function findRefusal(plan: PlannedState, policy: Policy, world: World): string | undefined {
  const members = describeMembers(world);
  const hidden = members.find(
    ({ id, joined = '' }) => !plan.accounts.has(id) && Date.parse(joined) <= plan.created - JOIN_TOLERANCE,
  );
  if (hidden !== undefined) return `account ${hidden.id} is not in the plan`;
  const others = members.filter(({ id }) => id !== MANAGEMENT).length;
  if (exceedsLimits(policy, plan.deleting.length, others)) return 'the plan exceeds a limit';
  if (policy.unmatched === 'block' && findUnmatchedExclusion(policy, members) !== undefined)
    return 'an exclusion matches no account';
  if (policy.blocking === 'account') return undefined;
  for (const member of members) {
    const entry = plan.accounts.get(member.id);
    if (entry === undefined || member.id === MANAGEMENT) continue;
    if (isInScope(policy, member) && !entry.isAudited) return `account ${member.id} was not audited`;
    if (policy.notActive === 'block' && member.state !== 'ACTIVE')
      return `account ${member.id} is not active`;
  }
  return undefined;
}

/** What the organization said to each process, at each of its calls to Organizations. */
export class Refusals {
  readonly #reasons = new Map<SimulatedProcess, (string | undefined)[]>();

  note(process: SimulatedProcess, reason: string | undefined): void {
    this.#reasons.set(process, [...(this.#reasons.get(process) ?? []), reason]);
  }

  /** A reason for a process to refuse the plan: others may have changed the organization while it was read. */
  reasonFor(process: SimulatedProcess): string | undefined {
    return this.#reasons.get(process)?.find((it) => it !== undefined);
  }

  /** Whether there was a reason whenever the process looked. */
  isBound(process: SimulatedProcess): boolean {
    const reasons = this.#reasons.get(process) ?? [];
    return reasons.length > 0 && reasons.every((it) => it !== undefined);
  }
}
