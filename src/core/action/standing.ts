/** What stands in the place that an action is about, before and after it. */

import type { Drift } from '../base/change.js';
import { isSamePolicy } from '../iam/same-policy.js';
import { type Action, nameTarget, type PlacedAction } from './action.js';

/** The date of a credential, or a policy document; undefined where there is none. */
export type Standing = string | undefined;

/** What must stand there for the action to be carried out; anything else is drift. */
export function standingBefore(action: PlacedAction): Standing {
  switch (action.kind) {
    case 'allow-password-recovery':
      return undefined;
    case 'unlock-bucket':
    case 'unlock-queue':
      return action.document;
  }
}

/** Whether what stands there is the result of the action. A deletion leaves nothing. */
export function isResult(action: Action, standing: Standing): boolean {
  switch (action.kind) {
    case 'delete-access-key':
    case 'delete-signing-certificate':
    case 'delete-password':
    case 'delete-mfa-device':
      return standing === undefined;
    case 'allow-password-recovery':
      return standing !== undefined;
    case 'unlock-bucket':
    case 'unlock-queue': {
      const { replacement } = action;
      if (standing === undefined || replacement === undefined) return standing === replacement;
      return isSamePolicy(standing, replacement);
    }
  }
}

/** What earlier runs and this one did of an action. */
export interface ActionProgress {
  /** It was requested, and AWS did not refuse. */
  readonly sent: boolean;
  /** It was seen done: a later change is not this plan's, and it is not done again. */
  readonly proven: boolean;
}

/** The result of the action may stand there only if this plan can have caused it. */
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

/** A policy stands as it is, in a line of its own. */
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
