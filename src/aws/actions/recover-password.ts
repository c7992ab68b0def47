/** Lets the owner of an account's email address set a root password again. */
import { CreateLoginProfileCommand } from '@aws-sdk/client-iam';
import { ACTIONS } from '../../core/action/action.js';
import { RootsweepError } from '../../errors.js';
import { type ActionSession, RootAccessFailure } from '../../workflows/ports.js';
import { assumeRoot } from '../assume-root.js';
import type { Calls } from '../call.js';
import type { Clients } from '../clients.js';
import { explainInSession, factsOf, incomplete } from '../explain-session.js';
import { classifyError, requestIdOf } from '../failures.js';
import type { Limiter } from '../limiter.js';
import { readPassword } from '../password.js';
import { secretsOf } from '../secrets.js';
import type { IamSession } from '../session-client.js';
import { shieldSession } from '../shield.js';

export async function openRecovery(
  clients: Clients,
  calls: Calls,
  limiter: Limiter,
  of: { readonly account: string; readonly partition: string },
): Promise<ActionSession> {
  const { taskPolicy } = ACTIONS['allow-password-recovery'];
  const credentials = await assumeRoot(clients, calls, limiter, { ...of, taskPolicy });
  const iam = clients.iamAs(credentials);
  return shieldSession(createSession(iam, calls.forWork(), credentials.accessKeyId), secretsOf(credentials));
}

/**
 * The task policy allows only two calls and not GetUser, so the account of the session cannot be verified. It is taken to
 * be the one that AssumeRoot was called for.
 */
function createSession(iam: IamSession, calls: Calls, accessKeyId: string): ActionSession {
  const find = async () => {
    const { created: standing, requestId } = await readPassword(iam, calls);
    return { standing, requestId };
  };
  return {
    accessKeyId,
    observe: async () => ({ kind: 'standing', standing: (await find()).standing }),
    find,
    perform: async () => {
      try {
        // Neither user name nor password: the owner of the account's email address sets it.
        const requestId = requestIdOf(
          await calls.callOnce((options) => iam.send(new CreateLoginProfileCommand({}), options)),
        );
        // A later read gets the date. Without the id, the answer may belong to another request.
        if (requestId === 'none') throw incomplete('CreateLoginProfile', 'the id of the request');
        return { answer: 'done', requestId };
      } catch (error) {
        throw explainCreation(error);
      }
    },
  };
}

/** There is a password already, from an earlier request or another user; a read may show it only later: retryable. */
function explainCreation(error: unknown): RootAccessFailure | RootsweepError {
  const failure = classifyError(error);
  const explained = explainInSession(error, 'CreateLoginProfile');
  if (failure.code !== 'EntityAlreadyExists' || explained instanceof RootsweepError) return explained;
  const facts = { ...factsOf(failure, error), retryable: 'busy' } as const;
  return new RootAccessFailure(explained.unknownCause, explained.message, facts);
}
