/** Who signed, in which role, and which trust file was used. */
import { quoteVisibly } from '../../core/base/text.js';
import type { Signer } from '../../core/signing/trust.js';

/** `Trust: "trust.yaml" (sha256:0a1b2c3d4e5f)` */
export function describeTrust({ path, sha256 }: { readonly path: string; readonly sha256: string }): string {
  return `Trust: ${quoteVisibly(path)} (sha256:${sha256.slice(0, 12)})`;
}

/** `"ada" (planner), "ben" (approver)` */
export function listSigners(signers: readonly Signer[]): string {
  return signers.map(({ name, role }) => `${quoteVisibly(name)} (${role})`).join(', ');
}

/** `"ada", "ben"` */
export function listNames(signers: readonly Pick<Signer, 'name'>[]): string {
  return signers.map(({ name }) => quoteVisibly(name)).join(', ');
}
