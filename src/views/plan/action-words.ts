/** What the actions of recoveries and unlocks do, worded the same in every view. */
import type { PlacedAction, UnlockAction } from '../../core/action/action.js';

export const THINGS: Readonly<Record<UnlockAction['kind'], { readonly one: string; readonly held: string }>> =
  {
    'unlock-bucket': { one: 'bucket', held: 'objects' },
    'unlock-queue': { one: 'queue', held: 'messages' },
  };

/** What an action does with its target, and the consequences. */
export function describeAction(action: PlacedAction): { readonly done: string; readonly follows: string } {
  switch (action.kind) {
    case 'allow-password-recovery':
      return {
        done: 'can be recovered',
        follows:
          'Anyone who reads the mail to the address of the account can set a password, and is then its root user.',
      };
    case 'unlock-bucket':
    case 'unlock-queue': {
      const { one, held } = THINGS[action.kind];
      return action.replacement === undefined
        ? {
            done: 'its policy is deleted',
            follows: `The ${one} keeps its ${held}. Principals that only this policy allows lose their access.`,
          }
        : {
            done: 'its policy is replaced',
            follows: `The ${one} keeps its ${held}. The new policy decides about access.`,
          };
    }
  }
}
