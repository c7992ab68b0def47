/** Reads and changes the root user's password in a root session. AWS calls it a login profile. */
import { GetLoginProfileCommand } from '@aws-sdk/client-iam';
import { formatTime } from '../core/base/time.js';
import { RootAccessFailure } from '../workflows/ports.js';
import type { Calls } from './call.js';
import { explainInSession, incomplete } from './explain-session.js';
import { classifyError, requestIdOf } from './failures.js';
import type { IamSession } from './session-client.js';

/**
 * AWS reports a missing password as an error.
 * @throws RootAccessFailure
 */
export async function readPassword(
  iam: IamSession,
  calls: Calls,
): Promise<{ readonly created: string | undefined; readonly requestId: string }> {
  try {
    const answer = await calls.call((options) => iam.send(new GetLoginProfileCommand({}), options));
    const { CreateDate } = answer.LoginProfile ?? {};
    if (CreateDate === undefined) throw incomplete('GetLoginProfile', 'CreateDate');
    return { created: formatTime(CreateDate), requestId: requestIdOf(answer) };
  } catch (error) {
    if (error instanceof RootAccessFailure) throw error;
    // Only this code means that there is no password.
    const { code, refused } = classifyError(error);
    if (refused && code === 'NoSuchEntity') {
      return { created: undefined, requestId: requestIdOf(error) };
    }
    throw explainInSession(error, 'GetLoginProfile');
  }
}
