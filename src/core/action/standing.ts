/** The state of an action's target before and after the action. */
import type { Drift } from '../base/change.js';
import { isSamePolicy } from '../iam/same-policy.js';
import { type Action, isDeleteAction, isUnlock, nameTarget, type PlacedAction } from './action.js';

/** The creation date of a credential, or a policy document; undefined if there is none. */
export type Standing = string | undefined;

/** The state that an action requires; any other is drift. */
export function standingBefore(action: PlacedAction): Standing {
  if (isUnlock(action)) return action.document;
  switch (action.kind) {
    case 'allow-password-recovery':
      return undefined;
  }
}

/** Whether the state is the result of the action. */
export function isResult(action: Action, standing: Standing): boolean {
  if (isDeleteAction(action)) return standing === undefined;
  if (isUnlock(action)) {
    const { replacement } = action;
    if (standing === undefined || replacement === undefined) return standing === replacement;
    return isSamePolicy(standing, replacement);
  }
  switch (action.kind) {
    case 'allow-password-recovery':
      return standing !== undefined;
  }
}

/** What this run and earlier ones did of an action. */
export interface ActionProgress {
  /** Requested, and not refused by AWS. */
  readonly sent: boolean;
  /** Its result was seen: a later change is not this plan's, and the action is not repeated. */
  readonly proven: boolean;
}

/** The result of the action counts only if this plan can have caused it; otherwise it is drift. */
export function compareStanding(
  action: PlacedAction,
  standing: Standing,
  { sent, proven }: ActionProgress,
): { readonly kind: 'due' | 'done' } | Drift {
  const before = standingBefore(action);
  if (isResult(action, standing) && (sent || proven)) return { kind: 'done' };
  if (standing === before && !proven) return { kind: 'due' };
  return {
    kind: 'drifted',
    planned: proven ? describeResult(action) : describeStanding(action, before),
    found: describeStanding(action, standing),
  };
}

function describeResult(action: PlacedAction): string[] {
  switch (action.kind) {
    case 'allow-password-recovery':
      return [`${nameTarget(action)}, allowed by an earlier run`];
    case 'unlock-bucket':
    case 'unlock-queue':
      return describeStanding(action, action.replacement);
  }
}

/** A policy is a line of its own, verbatim. */
function describeStanding(action: PlacedAction, standing: Standing): string[] {
  const target = nameTarget(action);
  switch (action.kind) {
    case 'allow-password-recovery':
      return [standing === undefined ? `no ${target}` : `${target}, created ${standing}`];
    case 'unlock-bucket':
    case 'unlock-queue':
      return standing === undefined ? [`${target}: no policy`] : [`${target}: policy`, standing];
  }
}
