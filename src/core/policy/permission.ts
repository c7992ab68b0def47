/**
 * By what an access key or a signing certificate may go. Whoever deletes a key that something still uses breaks it for
 * good, so that naming the kind in `delete` is not enough: a guard must hold, or a waiver must name the credential.
 */
import type { Credential, CredentialKind, CredentialName } from '../action/credentials.js';
import type { Policy, Waiver } from './policy.js';

const DAY = 24 * 60 * 60 * 1000;

/** `unguarded`: a password or an MFA device. `by` and `why` are for people. */
export type Permission =
  | { readonly kind: 'unguarded' }
  | { readonly kind: 'allowed'; readonly by: string }
  | { readonly kind: 'guarded'; readonly why: string };

type Guards = Pick<Policy, 'unusedFor' | 'waivers'>;

/**
 * The guard is asked first, so that a key that nobody uses does not depend on a waiver that ends. A certificate has a
 * waiver or stays: AWS does not record when one was last used.
 * @param credential as an audit saw it.
 */
export function judgeDeletion(credential: Credential, guards: Guards, now: Date): Permission {
  switch (credential.kind) {
    case 'password':
    case 'mfa-device':
      return { kind: 'unguarded' };
    case 'access-key': {
      const days = formatDays(guards.unusedFor);
      const use = describeLastUse(credential);
      if (isUnused(credential, guards.unusedFor, now)) {
        return { kind: 'allowed', by: `guards.access-key.unusedFor ${days}: ${use}` };
      }
      return judgeWaiver(credential, guards, now, `${use}; guards.access-key.unusedFor asks for ${days}`);
    }
    case 'signing-certificate':
      return judgeWaiver(
        credential,
        guards,
        now,
        'AWS does not record when a certificate was last used; only a waiver lets it go',
      );
  }
}

/** Kinds that go by a guard or a waiver only. */
const GUARDED: Readonly<Record<CredentialKind, boolean>> = {
  password: false,
  'mfa-device': false,
  'access-key': true,
  'signing-certificate': true,
};

export function isGuarded({ kind }: Pick<CredentialName, 'kind'>): boolean {
  return GUARDED[kind];
}

/** `last used 2024-03-01T10:00:00Z by s3 in us-east-1`: when, by which service, in which region. */
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

/** The last day of a waiver is the last on which it holds, in UTC. */
export function hasWaiverEnded({ until }: Pick<Waiver, 'until'>, now: Date): boolean {
  return !(now.getTime() < Date.parse(until) + DAY);
}

/** Comparisons are such that a time which is none, or still to come, fails them (promise 4). */
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
