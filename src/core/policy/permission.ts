/**
 * Whether an access key or a signing certificate may be deleted. Deleting one that is in use breaks its user for good, so
 * naming the kind in `delete` is not enough: a guard must allow it, or a waiver must name the credential.
 */
import { CREDENTIALS, type Credential, type CredentialName } from '../action/credentials.js';
import { DAY } from '../base/time.js';
import type { Policy, Waiver } from './policy.js';

/** `unguarded`: a password or an MFA device. `by` and `why` are texts for users. */
export type Permission =
  | { readonly kind: 'unguarded' }
  | { readonly kind: 'allowed'; readonly by: string }
  | { readonly kind: 'guarded'; readonly why: string };

type Guards = Pick<Policy, 'unusedFor' | 'waivers'>;

/**
 * Checks the guard first, so that an unused key does not depend on a waiver that ends. A certificate needs a waiver: AWS
 * does not record when one was last used.
 * @param credential as an audit saw it.
 */
export function judgeDeletion(credential: Credential, guards: Guards, now: Date): Permission {
  switch (CREDENTIALS[credential.kind].guard) {
    case 'none':
      return { kind: 'unguarded' };
    case 'unused-or-waiver': {
      const days = formatDays(guards.unusedFor);
      const use = describeLastUse(credential);
      if (isUnused(credential, guards.unusedFor, now)) {
        return { kind: 'allowed', by: `guards.access-key.unusedFor ${days}: ${use}` };
      }
      return judgeWaiver(credential, guards, now, `${use}; guards.access-key.unusedFor asks for ${days}`);
    }
    case 'waiver': {
      const why = 'AWS does not record when it was last used; only a waiver lets it go';
      return judgeWaiver(credential, guards, now, why);
    }
  }
}

/** Whether it is deleted only with a guard or a waiver. */
export function isGuarded({ kind }: Pick<CredentialName, 'kind'>): boolean {
  return CREDENTIALS[kind].guard !== 'none';
}

/** `last used on 2024-03-01T10:00:00Z by s3 in us-east-1` */
export function describeLastUse({ created, lastUsed }: Credential): string {
  if (lastUsed === undefined) return 'AWS did not say when it was last used';
  if (lastUsed.kind === 'never') return `never used since it was created on ${created}`;
  const { at, service, region } = lastUsed;
  const by = service === undefined ? '' : ` by ${service}`;
  return `last used on ${at}${by}${region === undefined ? '' : ` in ${region}`}`;
}

/** `90d`: guards are set in whole days. */
export function formatDays(milliseconds: number): string {
  return `${milliseconds / DAY}d`;
}

/** A waiver holds until the end of its last day, UTC. An invalid date has ended (promise 4). */
export function hasWaiverEnded({ until }: Pick<Waiver, 'until'>, now: Date): boolean {
  return !(now.getTime() < Date.parse(until) + DAY);
}

/** An invalid time, and one in the future, count as used (promise 4). */
function isUnused({ created, lastUsed }: Credential, unusedFor: number, now: Date): boolean {
  if (lastUsed === undefined) return false;
  const since = lastUsed.kind === 'never' ? [created] : [created, lastUsed.at];
  return since.every((time) => Date.parse(time) <= now.getTime() - unusedFor);
}

function judgeWaiver(
  credential: Credential,
  { waivers }: Guards,
  now: Date,
  why: string,
): Exclude<Permission, { kind: 'unguarded' }> {
  const waiver = waivers.find(({ kind, id }) => kind === credential.kind && id === credential.id);
  if (waiver === undefined) return { kind: 'guarded', why };
  const { place, line, reason, until } = waiver;
  if (hasWaiverEnded(waiver, now)) {
    return { kind: 'guarded', why: `${why}; ${place} (line ${line}) ended on ${until}` };
  }
  return { kind: 'allowed', by: `${place} (line ${line}), until ${until}: ${reason}` };
}
