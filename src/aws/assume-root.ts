/** sts:AssumeRoot: how every root session begins. */
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import type { Calls } from './call.js';
import type { Clients, SessionCredentials } from './clients.js';
import type { Limiter } from './limiter.js';
import { explainAssumeRoot, incomplete } from './root-failures.js';

/** What every root session is opened with. */
export interface RootSessions {
  readonly clients: Pick<Clients, 'sts'>;
  readonly calls: Calls;
  /** Of AssumeRoot. */
  readonly limiter: Limiter;
  /** Of the organization. */
  readonly partition: string;
}

/**
 * Fifteen minutes of a member account's root user.
 * @param taskPolicy the name of one of AWS's policies for root tasks.
 * @throws RootAccessFailure
 */
export async function assumeRoot(
  { clients, calls, limiter, partition }: RootSessions,
  account: string,
  taskPolicy: string,
): Promise<Required<SessionCredentials>> {
  const command = new AssumeRootCommand({
    TargetPrincipal: account,
    TaskPolicyArn: { arn: `arn:${partition}:iam::aws:policy/root-task/${taskPolicy}` },
    DurationSeconds: 900,
  });
  const answer = await calls
    .call(() => clients.sts.send(command), limiter)
    .catch((error: unknown) => {
      throw explainAssumeRoot(error);
    });
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw incomplete('AssumeRoot', 'credentials');
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
