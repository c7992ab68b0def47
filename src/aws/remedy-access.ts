/** Root sessions that give an account a way back in. */
import { CreateLoginProfileCommand } from '@aws-sdk/client-iam';
import { nameTarget } from '../core/action.js';
import type { Unlocking } from '../core/remedy.js';
import { resourceOf } from '../core/resource-name.js';
import { unreachable } from '../core/unreachable.js';
import { RootsweepError } from '../errors.js';
import {
  type RemedyAccess,
  type RemedySession,
  type ResourceAccess,
  RootAccessFailure,
} from '../workflows/ports.js';
import { assumeRoot } from './assume-root.js';
import type { Calls } from './call.js';
import type { Clients } from './clients.js';
import { explainInSession, factsOf, incomplete } from './explain-session.js';
import { classifyError, requestIdOf } from './failures.js';
import type { Limiter } from './limiter.js';
import { readPassword } from './password.js';
import { createResourceAccess } from './resource-access.js';
import { secretsOf } from './secrets.js';
import type { IamSession } from './session-client.js';
import { shieldSession } from './shield.js';

/** @param limiter of AssumeRoot. */
export function createRemedyAccess(
  clients: Clients,
  calls: Calls,
  limiter: Limiter,
  partition: string,
): RemedyAccess {
  const resources = createResourceAccess(clients, calls, limiter, partition);
  return {
    open: async (account, remedy) => {
      switch (remedy.kind) {
        case 'allow-password-recovery': {
          const task = { account, partition, taskPolicy: 'IAMCreateRootUserPassword' };
          const credentials = await assumeRoot(clients, calls, limiter, task);
          const session = openPasswordSession(
            clients.iamAs(credentials),
            calls.forWork(),
            credentials.accessKeyId,
          );
          return shieldSession(session, secretsOf(credentials));
        }
        case 'unlock-bucket':
        case 'unlock-queue':
          return openPolicySession(resources, account, remedy);
        default:
          return unreachable(remedy);
      }
    },
  };
}

/**
 * For the policy of a bucket or a queue that is where the plan says. One that is not there has no policy either, and
 * nothing was unlocked by that.
 */
async function openPolicySession(
  resources: ResourceAccess,
  account: string,
  remedy: Unlocking,
): Promise<RemedySession> {
  const { region, replacement } = remedy;
  const answer = await resources.open(account, resourceOf(remedy));
  if (answer.kind === 'missing' || answer.session.region !== region) {
    throw new RootAccessFailure('aws-error', `the account has no ${nameTarget(remedy)} any more`, {
      refused: true,
    });
  }
  const { accessKeyId, read, remove, replace } = answer.session;
  return {
    accessKeyId,
    look: async () => {
      const { policy: standing, requestId } = await read();
      return { standing, requestId };
    },
    carryOut: () => (replacement === undefined ? remove() : replace(replacement)),
  };
}

/**
 * The task policy allows two calls and no other, so that nobody can be asked whose session it is: it is taken
 * for that of the account that AssumeRoot was asked for.
 */
function openPasswordSession(iam: IamSession, calls: Calls, accessKeyId: string): RemedySession {
  return {
    accessKeyId,

    look: async () => {
      const { created: standing, requestId } = await readPassword(iam, calls);
      return { standing, requestId };
    },

    carryOut: async () => {
      try {
        // Neither user name nor password: the owner of the account's email address sets it.
        const requestId = requestIdOf(
          await calls.callOnce((options) => iam.send(new CreateLoginProfileCommand({}), options)),
        );
        // The answer's date is for a look to tell; without the id, the answer may be anybody's.
        if (requestId === 'none') throw incomplete('CreateLoginProfile', 'the id of the request');
        return { requestId };
      } catch (error) {
        throw explainCreation(error);
      }
    },
  };
}

/** There is a password already, which a look may show a little later: an earlier request's, or somebody else's. */
function explainCreation(error: unknown): RootAccessFailure | RootsweepError {
  const failure = classifyError(error);
  const explained = explainInSession(error, 'CreateLoginProfile');
  if (failure.code !== 'EntityAlreadyExists' || explained instanceof RootsweepError) return explained;
  const facts = { ...factsOf(failure, error), setback: 'busy' } as const;
  return new RootAccessFailure(explained.unknownCause, explained.message, facts);
}
