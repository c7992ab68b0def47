/** Who signed, and what for. */
import { quoteVisibly } from '../core/text.js';
import type { Signer } from '../core/trust.js';

/** `"ada" (planner), "ben" (approver)`. */
export function listSigners(signers: readonly Signer[]): string {
  return signers.map(({ name, role }) => `${quoteVisibly(name)} (${role})`).join(', ');
}

/** `"ada", "ben"`. */
export function listNames(signers: readonly Pick<Signer, 'name'>[]): string {
  return signers.map(({ name }) => quoteVisibly(name)).join(', ');
}
