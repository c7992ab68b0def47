/** What a reviewer is shown: a plan, the digest that its signatures cover, and whose word it is. */
import type { Plan } from './plan.js';
import type { AnyPlan } from './remedy.js';
import type { Signer } from './trust.js';

export interface Review<P extends AnyPlan = Plan> {
  readonly plan: P;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
  /** Absent where no trust file was given: then nothing is known of the signatures. */
  readonly signers?: readonly Signer[];
}
