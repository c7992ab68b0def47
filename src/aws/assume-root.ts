/** Gets credentials for a root session with sts:AssumeRoot, for one account and one task policy. */
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import type { UnknownCause } from '../core/action/credentials.js';
import { RootsweepError } from '../errors.js';
import { RootAccessFailure } from '../workflows/ports.js';
import type { Calls } from './call.js';
import type { Clients } from './clients.js';
import { factsOf, incomplete } from './explain-session.js';
import { classifyError, describeFailure } from './failures.js';
import { NotAnAnswer } from './http-handler.js';
import type { Limiter } from './limiter.js';
import type { SessionCredentials } from './settings.js';

export interface RootTask {
  readonly account: string;
  readonly partition: string;
  /** Name of the AWS managed policy that restricts the session. */
  readonly taskPolicy: string;
}

/**
 * @param limiter the limiter for AssumeRoot.
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
    .call((options) => clients.sts.send(command, options), limiter)
    .catch((error: unknown) => {
      throw explainAssumeRoot(error);
    });
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw incomplete('AssumeRoot', 'credentials');
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** Source of the texts: recorded AWS answers. The generic denial has several causes, so it maps to a generic cause. */
function explainAssumeRoot(error: unknown): RootAccessFailure | RootsweepError {
  if (error instanceof RootsweepError) return error;
  const failure = classifyError(error);
  const { kind, message, refused } = failure;
  // Promise 11: other errors may quote an answer that contains the session's credentials.
  if (kind === 'other' && !refused && !(error instanceof NotAnAnswer)) {
    return new RootAccessFailure('aws-error', `AssumeRoot failed: ${NOT_QUOTED}`);
  }
  const denied = DENIALS.find(({ says }) => message.includes(says))?.cause ?? ('caller-not-allowed' as const);
  const cause: UnknownCause = kind === 'transient' ? 'unreachable' : kind === 'denied' ? denied : 'aws-error';
  return new RootAccessFailure(cause, describeFailure('AssumeRoot', failure), factsOf(failure, error));
}

const NOT_QUOTED = 'the answer could not be read, and is not shown because credentials may be in it';

const DENIALS: readonly { readonly says: string; readonly cause: UnknownCause }[] = [
  {
    says: 'Root credentials management feature is not enabled',
    cause: 'root-credentials-management-disabled',
  },
  { says: 'Root sessions feature is not enabled', cause: 'root-sessions-disabled' },
  { says: 'Service not enabled for AWS Organizations', cause: 'trusted-access-disabled' },
];
