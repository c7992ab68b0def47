/**
 * The root email address of an account as a plan holds it. A plan is shown to many, so it holds no address: only where
 * a rule on addresses decided, enough of it for its owner to recognise, and a digest that shows a change.
 */
import { createHash } from 'node:crypto';
import type { MaskedEmail } from './organization.js';

export function maskEmail(email: string, account: string, planId: string): MaskedEmail {
  const sha256 = createHash('sha256').update(`${planId}\n${account}\n${email}`).digest('hex');
  return { masked: maskAddress(email), sha256 };
}

/** `a…@example.com` */
export function maskAddress(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = ''] = email;
  return at < 1 ? '…' : `${first}…${email.slice(at)}`;
}

/** Two addresses that are masked alike read differently. */
export function describeEmail({ masked, sha256 }: MaskedEmail): string {
  return `${masked} (sha256:${sha256.slice(0, 12)})`;
}
