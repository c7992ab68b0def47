/** What to do about an account that could not be audited. */
import type { UnknownCause } from '../../core/action/credentials.js';

const FIXES: Readonly<Record<UnknownCause, string>> = {
  'root-credentials-management-disabled':
    'turn it on in the management account: aws iam enable-organizations-root-credentials-management',
  'root-sessions-disabled':
    'turn it on in the management account: aws iam enable-organizations-root-sessions; what IAM shows as on may be unknown to STS for minutes',
  'trusted-access-disabled':
    'turn it on in the management account: aws organizations enable-aws-service-access --service-principal iam.amazonaws.com',
  'caller-not-allowed':
    'allow the caller sts:AssumeRoot on this account, with the task policies of the README; AWS says the same of an account that is closing',
  'denied-by-scp':
    'exempt root sessions from the service control policy with the condition "Null": { "aws:AssumedRoot": "true" }',
  'denied-in-session':
    "look for a policy that denies the account's root user, and exempt root sessions from it",
  'missing-fact': 'try again; a rule that does not need the missing fact would decide without it',
  'session-expired': 'try again; a root session ends after 15 minutes',
  'session-mismatch': 'do not go on: AWS answered for another account than was asked; report it',
  'incomplete-answer': 'try again; half an answer tells nothing',
  unreachable: 'check the network, and try again',
  'aws-error': "try again; AWS's documentation of the error code tells more",
};

export function explainUnknown(cause: UnknownCause): string {
  return FIXES[cause];
}
