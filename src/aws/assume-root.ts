/** sts:AssumeRoot: the credentials of a root session, for one account and one task policy. */
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import type { UnknownCause } from '../core/credentials.js';
import { RootAccessFailure } from '../workflows/ports.js';
import type { Calls } from './call.js';
import type { Clients, SessionCredentials } from './clients.js';
import { factsOf, incomplete } from './explain-session.js';
import { classifyError } from './failures.js';
import type { Limiter } from './limiter.js';

export interface RootTask {
  readonly account: string;
  readonly partition: string;
  /** Name of AWS's managed policy that restricts the session. */
  readonly taskPolicy: string;
}

/**
 * @param limiter of AssumeRoot.
 * @throws RootAccessFailure
 */
export async function assumeRoot(
  clients: Pick<Clients, 'sts'>,
  calls: Calls,
  limiter: Limiter,
  { account, partition, taskPolicy }: RootTask,
): Promise<SessionCredentials> {
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

/** Source of the texts: recorded answers of AWS; the generic denial has several causes and gets the generic name. */
function explainAssumeRoot(error: unknown): RootAccessFailure {
  const failure = classifyError(error);
  const { kind, code, message } = failure;
  const denied = DENIALS.find(({ says }) => message.includes(says))?.cause ?? ('caller-not-allowed' as const);
  const cause: UnknownCause = kind === 'transient' ? 'unreachable' : kind === 'denied' ? denied : 'aws-error';
  return new RootAccessFailure(cause, `AssumeRoot failed: ${code}: ${message}`, factsOf(failure, error));
}

const DENIALS: readonly { readonly says: string; readonly cause: UnknownCause }[] = [
  {
    says: 'Root credentials management feature is not enabled',
    cause: 'root-credentials-management-disabled',
  },
  { says: 'Root sessions feature is not enabled', cause: 'root-sessions-disabled' },
  { says: 'Service not enabled for AWS Organizations', cause: 'trusted-access-disabled' },
];
