/** Who signed, and what for. */
import type { Signer } from '../core/trust.js';

/** `"ada" (planner), "ben" (approver)`. */
export function listSigners(signers: readonly Signer[]): string {
  return signers.map(({ name, role }) => `"${name}" (${role})`).join(', ');
}
