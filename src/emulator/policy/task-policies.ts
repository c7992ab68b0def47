import type { IamPolicyDocument } from './document.js';

/**
 * The five managed policies that AssumeRoot accepts, copied from version v1 (6 November 2024). They only deny: a root
 * session may do whatever root may do and its task policy does not deny.
 */
export type TaskPolicyName =
  | 'IAMAuditRootUserCredentials'
  | 'IAMCreateRootUserPassword'
  | 'IAMDeleteRootUserCredentials'
  | 'S3UnlockBucketPolicy'
  | 'SQSUnlockQueuePolicy';

export const TASK_POLICY_PREFIX = 'arn:aws:iam::aws:policy/root-task/';

export const TASK_POLICIES: Readonly<Record<TaskPolicyName, IamPolicyDocument>> = {
  IAMAuditRootUserCredentials: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: [
          'iam:ListAccessKeys',
          'iam:ListSigningCertificates',
          'iam:GetLoginProfile',
          'iam:ListMFADevices',
          'iam:GetAccountSummary',
          'iam:GetUser',
          'iam:GetAccessKeyLastUsed',
        ],
        Resource: '*',
      },
      {
        Sid: 'DenyAuditingCredentialsOnNonRootUserResource',
        Effect: 'Deny',
        Action: [
          'iam:ListAccessKeys',
          'iam:ListSigningCertificates',
          'iam:GetLoginProfile',
          'iam:ListMFADevices',
          'iam:GetUser',
          'iam:GetAccessKeyLastUsed',
        ],
        NotResource: 'arn:aws:iam::*:root',
      },
    ],
  },
  IAMCreateRootUserPassword: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: ['iam:CreateLoginProfile', 'iam:GetLoginProfile'],
        Resource: '*',
      },
      {
        Sid: 'DenyCreatingPasswordOnNonRootUserResource',
        Effect: 'Deny',
        Action: ['iam:CreateLoginProfile', 'iam:GetLoginProfile'],
        NotResource: 'arn:aws:iam::*:root',
      },
    ],
  },
  IAMDeleteRootUserCredentials: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: [
          'iam:DeleteAccessKey',
          'iam:DeleteSigningCertificate',
          'iam:DeleteLoginProfile',
          'iam:DeactivateMFADevice',
          'iam:DeleteVirtualMFADevice',
          'iam:ListAccessKeys',
          'iam:ListSigningCertificates',
          'iam:GetLoginProfile',
          'iam:ListMFADevices',
          'iam:GetUser',
          'iam:GetAccessKeyLastUsed',
        ],
        Resource: '*',
      },
      {
        Sid: 'DenyDeletingRootUserCredentialsOnNonRootUserResource',
        Effect: 'Deny',
        Action: [
          'iam:DeleteAccessKey',
          'iam:DeleteSigningCertificate',
          'iam:DeleteLoginProfile',
          'iam:DeactivateMFADevice',
          'iam:DeleteVirtualMFADevice',
          'iam:ListAccessKeys',
          'iam:ListSigningCertificates',
          'iam:GetLoginProfile',
          'iam:ListMFADevices',
          'iam:GetUser',
          'iam:GetAccessKeyLastUsed',
        ],
        NotResource: 'arn:aws:iam::*:root',
      },
    ],
  },
  S3UnlockBucketPolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: [
          's3:DeleteBucketPolicy',
          's3:PutBucketPolicy',
          's3:GetBucketPolicy',
          's3:ListAllMyBuckets',
        ],
        Resource: '*',
      },
      {
        Sid: 'DenyManagingBucketPolicyForNonRootCallers',
        Effect: 'Deny',
        Action: ['s3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:GetBucketPolicy', 's3:ListAllMyBuckets'],
        Resource: '*',
        Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } },
      },
    ],
  },
  SQSUnlockQueuePolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: ['sqs:SetQueueAttributes', 'sqs:GetQueueAttributes', 'sqs:ListQueues', 'sqs:GetQueueUrl'],
        Resource: '*',
      },
      {
        Sid: 'DenyGettingQueueAttributesOnNonOwnQueue',
        Effect: 'Deny',
        Action: ['sqs:GetQueueAttributes'],
        Resource: 'arn:aws:sqs:*:*:*',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, not a template
        Condition: { StringNotEqualsIfExists: { 'aws:ResourceAccount': ['${aws:PrincipalAccount}'] } },
      },
      {
        Sid: 'DenyActionsForNonRootUser',
        Effect: 'Deny',
        Action: ['sqs:SetQueueAttributes', 'sqs:GetQueueAttributes', 'sqs:ListQueues', 'sqs:GetQueueUrl'],
        Resource: '*',
        Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } },
      },
    ],
  },
};

/** The task policy with this ARN; undefined if it is not one of the five. */
export function findTaskPolicy(arn: string): TaskPolicyName | undefined {
  if (!arn.startsWith(TASK_POLICY_PREFIX)) return undefined;
  const name = arn.slice(TASK_POLICY_PREFIX.length);
  return isTaskPolicyName(name) ? name : undefined;
}

function isTaskPolicyName(name: string): name is TaskPolicyName {
  return Object.hasOwn(TASK_POLICIES, name);
}
