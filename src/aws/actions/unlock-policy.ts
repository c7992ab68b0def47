/** Deletes or replaces the policy of a bucket or a queue. */
import { nameTarget, type UnlockAction } from '../../core/action/action.js';
import { resourceOf } from '../../core/action/resource-name.js';
import { type ActionSession, type ResourceAccess, RootAccessFailure } from '../../workflows/ports.js';

/** @throws RootAccessFailure if the bucket or queue is gone: without it there is no policy, but nothing was unlocked. */
export async function openUnlocking(
  resources: ResourceAccess,
  account: string,
  action: UnlockAction,
): Promise<ActionSession> {
  const { region, replacement } = action;
  const opened = await resources.open(account, resourceOf(action));
  if (opened.kind === 'missing' || opened.session.region !== region) {
    throw new RootAccessFailure('aws-error', `the account has no ${nameTarget(action)} any more`, {
      refused: true,
    });
  }
  const { accessKeyId, read, remove, replace } = opened.session;
  return {
    accessKeyId,
    observe: async () => ({ kind: 'standing', standing: (await read()).policy }),
    find: async () => {
      const { policy: standing, requestId } = await read();
      return { standing, requestId };
    },
    perform: async () => {
      const { requestId } = await (replacement === undefined ? remove() : replace(replacement));
      return { answer: 'done', requestId };
    },
  };
}
