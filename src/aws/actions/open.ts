/** Opens root sessions for the actions of plans: one driver for each of their task policies. */
import { isDeleteAction, isUnlock } from '../../core/action/action.js';
import { unreachable } from '../../core/base/unreachable.js';
import type { ActionAccess } from '../../workflows/ports.js';
import type { Calls } from '../call.js';
import type { Clients } from '../clients.js';
import type { Limiter } from '../limiter.js';
import { createResourceAccess } from '../resource-access.js';
import { createRootAccess } from '../root-access.js';
import { deletionSession } from './delete-credential.js';
import { openRecovery } from './recover-password.js';
import { openUnlocking } from './unlock-policy.js';

/** @param limiter of AssumeRoot. */
export function createActionAccess(
  clients: Clients,
  calls: Calls,
  limiter: Limiter,
  partition: string,
): ActionAccess {
  const root = createRootAccess(clients, calls, limiter, partition);
  const resources = createResourceAccess(clients, calls, limiter, partition);
  return {
    open: async (account, [action]) => {
      if (action === undefined) throw new Error(`no action is planned in account ${account}`);
      if (isDeleteAction(action)) return deletionSession(await root.open(account, 'delete'));
      if (isUnlock(action)) return openUnlocking(resources, account, action);
      switch (action.kind) {
        case 'allow-password-recovery':
          return openRecovery(clients, calls, limiter, { account, partition });
        default:
          return unreachable(action);
      }
    },
  };
}
