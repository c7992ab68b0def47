import type { IamPolicyDocument } from '../policy/document.js';
import type { TaskPolicyName } from '../policy/task-policies.js';

/** Long-term credentials of the scenario: an operator in the management account, a delegated administrator, … */
export interface Caller {
  readonly kind: 'caller';
  readonly name: string;
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Given for a caller with temporary credentials; every request must then carry it. */
  readonly sessionToken: string | undefined;
  readonly sourceIdentity: string | undefined;
  readonly policy: IamPolicyDocument;
}

/** What AssumeRoot issued: root of one member account, under one task policy, until it expires. */
export interface RootSession {
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

export type Principal = Caller | RootSession;

/** True for the long-lived root user of an account, which the scenario may name as a caller. */
export function isRootCaller(principal: Principal): boolean {
  return principal.kind === 'caller' && principal.arn.endsWith(':root');
}
