import type { IamPolicyDocument } from '../../policy/document.js';

/** A service control policy and what it is attached to: a path or id of units, or an account id. */
export interface ScpSpec {
  readonly id?: string;
  /** The id unless given. */
  readonly name?: string;
  readonly target: string;
  readonly policy: IamPolicyDocument;
}
