/** Whether the place that a remedy is about is still what the plan says (promise 3). */
import { nameTarget } from './action.js';
import type { Drift } from './drift.js';
import { isRemedied, type Remedy, type Standing, standingBefore } from './remedy.js';

/** `due`: as planned, so that the remedy may be carried out. `done`: as this plan's runs went to make it. */
export type Compared = { readonly kind: 'due' | 'done' } | Drift;

/** By the journal, and by the run itself. */
export interface WorkSoFar {
  /** A run went to do it, and AWS did not refuse. */
  readonly sent: boolean;
  /** A run saw it done: whatever else stands there since is somebody else's, and not done again. */
  readonly proven: boolean;
}

/** What stands there may be what the remedy is to bring about only if this plan can have brought it about. */
export function compareStanding(remedy: Remedy, standing: Standing, { sent, proven }: WorkSoFar): Compared {
  const before = standingBefore(remedy);
  if (isRemedied(remedy, standing) && (sent || proven)) return { kind: 'done' };
  if (standing === before && !proven) return { kind: 'due' };
  return {
    kind: 'drifted',
    planned: proven ? describeProven(remedy) : describeStanding(remedy, before),
    found: describeStanding(remedy, standing),
  };
}

/** What an earlier run left there. */
function describeProven(remedy: Remedy): string[] {
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return [`${nameTarget(remedy)}, made possible by an earlier run`];
    case 'unlock-bucket':
    case 'unlock-queue':
      return describeStanding(remedy, remedy.replacement);
  }
}

/** A policy as it is, in a line of its own. */
function describeStanding(remedy: Remedy, standing: Standing): string[] {
  const target = nameTarget(remedy);
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return [standing === undefined ? `no ${target}` : `${target}, created ${standing}`];
    case 'unlock-bucket':
    case 'unlock-queue':
      return standing === undefined ? [`${target}: no policy`] : [`${target}: policy`, standing];
  }
}
