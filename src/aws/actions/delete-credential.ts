/** Deletes root credentials. All credentials of the account are observed. */
import { type Action, credentialOf, type DeleteAction, isDeleteAction } from '../../core/action/action.js';
import type { ActionSession, RootSession } from '../../workflows/ports.js';

/** @param session restricted by the task policy IAMDeleteRootUserCredentials. */
export function deletionSession(session: RootSession): ActionSession {
  return {
    accessKeyId: session.accessKeyId,
    observe: async () => ({ kind: 'credentials', credentials: await session.list() }),
    perform: (action) => session.delete(credentialOf(requireDeletion(action))),
    find: async (action) => {
      const { created: standing, requestId } = await session.find(credentialOf(requireDeletion(action)));
      return { standing, requestId };
    },
  };
}

function requireDeletion(action: Action): DeleteAction {
  if (isDeleteAction(action)) return action;
  throw new Error(`a session that deletes credentials cannot ${action.kind}`);
}
