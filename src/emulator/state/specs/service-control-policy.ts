import type { IamPolicyDocument } from '../../policy/document.js';

/** A service control policy and its target: a unit path, a unit id or an account id. */
export interface ScpSpec {
  readonly id?: string;
  /** Default: the id. */
  readonly name?: string;
  readonly target: string;
  readonly policy: IamPolicyDocument;
}
