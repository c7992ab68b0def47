import type { IamPolicyDocument } from '../policy/document.js';
import type { TaskPolicyName } from '../policy/task-policies.js';

/** A caller of the scenario with its credentials, such as an operator in the management account. */
export interface CallerIdentity {
  readonly kind: 'caller';
  readonly name: string;
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set for a caller with temporary credentials; every request must then include it. */
  readonly sessionToken: string | undefined;
  readonly sourceIdentity: string | undefined;
  readonly policy: IamPolicyDocument;
}

/** A session issued by AssumeRoot: root of one member account, restricted by one task policy, until it expires. */
export interface AssumedRootSession {
  readonly kind: 'session';
  readonly account: string;
  readonly arn: string;
  readonly task: TaskPolicyName;
  readonly accessKeyId: string;
  /** The ARN that called AssumeRoot. */
  readonly issuedTo: string;
  readonly issued: Date;
  expires: Date;
}

export type Principal = CallerIdentity | AssumedRootSession;

/** Whether the caller is the actual root user of an account, which a scenario may name as a caller. */
export function isRootCaller(principal: Principal): boolean {
  return principal.kind === 'caller' && principal.arn.endsWith(':root');
}
