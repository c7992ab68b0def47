/**
 * Root email addresses in plans. Plans have many readers, so a plan holds an address only where a rule on addresses
 * decided, and then masked: its owner recognises it, and a digest shows a change.
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

/** Includes the digest, so that two addresses with the same mask differ. */
export function describeEmail({ masked, sha256 }: MaskedEmail): string {
  return `${masked} (sha256:${sha256.slice(0, 12)})`;
}
