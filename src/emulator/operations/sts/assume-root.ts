import { AwsError } from '../../aws-error.js';
import { findTaskPolicy, TASK_POLICY_PREFIX, type TaskPolicyName } from '../../policy/task-policies.js';
import { isRootCaller } from '../../state/principal.js';
import { draftSession, sessionSecrets } from '../../state/session.js';
import {
  type Feature,
  findMember,
  IAM_SERVICE_PRINCIPAL,
  isDelegatedAdministrator,
} from '../../state/world.js';
import { accessDenied, decide, notAuthorized } from '../authorize.js';
import { optionalInteger, requiredText } from '../fields.js';
import { type Call, operation } from '../operation.js';

/** The feature that each task requires. Neither feature implies the other. */
const FEATURES: Readonly<Record<TaskPolicyName, Feature>> = {
  IAMAuditRootUserCredentials: 'RootCredentialsManagement',
  IAMCreateRootUserPassword: 'RootCredentialsManagement',
  IAMDeleteRootUserCredentials: 'RootCredentialsManagement',
  S3UnlockBucketPolicy: 'RootSessions',
  SQSUnlockQueuePolicy: 'RootSessions',
};

const FEATURE_OFF: Readonly<Record<Feature, string>> = {
  RootCredentialsManagement: 'Root credentials management feature is not enabled for your AWS Organization.',
  RootSessions: 'Root sessions feature is not enabled for your AWS Organization.',
};

/** Checks in AWS's order: validation, then permissions, then the organization's settings. */
export const assumeRootOperation = operation({
  input: {
    TargetPrincipal: requiredText({ min: 12, max: 2048 }),
    'TaskPolicyArn.arn': requiredText({ min: 20, max: 2048 }),
    DurationSeconds: optionalInteger({ min: 0, max: 900 }),
  },
  account: (input) => parseTarget(input.TargetPrincipal),
  run(call, input) {
    const task = findTaskPolicy(input['TaskPolicyArn.arn']);
    if (task === undefined) {
      throw new AwsError('ValidationError', 400, 'Request must contain valid AWS managed task policy ARN');
    }
    const target = parseTarget(input.TargetPrincipal);
    if (target === undefined) {
      throw new AwsError('ValidationError', 400, 'Request must contain a valid target principal');
    }
    checkCaller(call, target, task);
    const { trustedServices, features } = call.world;
    if (!trustedServices.has(IAM_SERVICE_PRINCIPAL) || isUnknownYet(call, IAM_SERVICE_PRINCIPAL)) {
      throw accessDenied('Service not enabled for AWS Organizations.');
    }
    const feature = FEATURES[task];
    if (!features.has(feature) || isUnknownYet(call, feature)) throw accessDenied(FEATURE_OFF[feature]);

    const session = draftSession(call, target, task, input.DurationSeconds ?? 900);
    const secrets = sessionSecrets(call.world.seed, session.accessKeyId);
    const sourceIdentity = call.principal.kind === 'caller' ? call.principal.sourceIdentity : undefined;
    return {
      output: {
        Credentials: {
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: secrets.secretAccessKey,
          SessionToken: secrets.sessionToken,
          Expiration: session.expires,
        },
        SourceIdentity: sourceIdentity,
      },
      effect: { kind: 'session-issued', account: target, session },
    };
  },
});

/** Whether STS does not know a newly enabled feature or service yet. */
function isUnknownYet({ world, now }: Call, name: string): boolean {
  return now.getTime() < (world.unknownToSts.get(name) ?? 0);
}

/** `222222222222` or `arn:aws:iam::222222222222:root`. */
function parseTarget(target: string): string | undefined {
  return /^(?:arn:aws:iam::(\d{12}):root|(\d{12}))$/
    .exec(target)
    ?.slice(1)
    .find((id) => id !== undefined);
}

/**
 * AWS answers with the same text for a caller without permission, a caller in the wrong account and the management
 * account as target. The answer for targets that are not active members and for root callers is not documented; the
 * same text is assumed.
 */
function checkCaller(call: Call, target: string, task: TaskPolicyName): void {
  const { world, principal } = call;
  const resource = `arn:aws:iam::${target}:root`;
  const context = { 'sts:taskpolicyarn': `${TASK_POLICY_PREFIX}${task}` };
  const allowed =
    !isRootCaller(principal) &&
    decide(call, 'sts:AssumeRoot', resource, context).kind === 'allowed' &&
    (principal.account === world.organization.managementAccount ||
      isDelegatedAdministrator(world, principal.account, IAM_SERVICE_PRINCIPAL)) &&
    target !== world.organization.managementAccount &&
    findMember(world, target)?.state === 'ACTIVE';
  if (!allowed) throw accessDenied(notAuthorized(call, 'sts:AssumeRoot', resource));
}
