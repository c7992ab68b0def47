/** The privileged root actions that plans hold: what each is named, what it is about, and how it is carried out. */
import { CREDENTIAL_KINDS, type CredentialKind, type CredentialName } from './credentials.js';

/** In the order in which they run (promise 6): MFA goes last, so that no account keeps a password without it. */
export const ACTION_KINDS = [
  'delete-access-key',
  'delete-signing-certificate',
  'delete-password',
  'delete-mfa-device',
  'allow-password-recovery',
  'unlock-bucket',
  'unlock-queue',
] as const;

export type ActionKind = (typeof ACTION_KINDS)[number];

/** What identifies an action within its account: an id or a place, where there may be several of the kind. */
export interface ActionName {
  readonly kind: ActionKind;
  /** Of a credential that is no password. */
  readonly id?: string;
  /** Of a bucket or a queue. */
  readonly name?: string;
  readonly region?: string;
}

/** What a plan is for: to delete root credentials, or to recover access that an account has lost. */
export const PLAN_KINDS = ['sweep', 'recovery', 'unlock'] as const;

export type PlanKind = (typeof PLAN_KINDS)[number];

interface ActionRow {
  /** In which plans it stands. */
  readonly plan: PlanKind;
  /** What it is about. */
  readonly target: CredentialKind | 'bucket' | 'queue';
  /** What tells several of the kind in one account apart. */
  readonly toldBy: 'nothing' | 'id' | 'place';
  /**
   * `until-done`: asked for again as often as it turns out not to be done. `once`: what AWS said it had done is never
   * asked for again: somebody may have undone it since, and one review is for one time.
   */
  readonly asked: 'until-done' | 'once';
}

const DELETION = { plan: 'sweep', toldBy: 'id', asked: 'until-done' } as const;

export const ACTIONS: Readonly<Record<ActionKind, ActionRow>> = {
  'delete-access-key': { ...DELETION, target: 'access-key' },
  'delete-signing-certificate': { ...DELETION, target: 'signing-certificate' },
  'delete-password': { ...DELETION, target: 'password', toldBy: 'nothing' },
  'delete-mfa-device': { ...DELETION, target: 'mfa-device' },
  'allow-password-recovery': { plan: 'recovery', target: 'password', toldBy: 'nothing', asked: 'once' },
  'unlock-bucket': { plan: 'unlock', target: 'bucket', toldBy: 'place', asked: 'once' },
  'unlock-queue': { plan: 'unlock', target: 'queue', toldBy: 'place', asked: 'once' },
};

/** `password`, `access-key AKIA…`, `bucket logs in eu-west-1`: one string for each target, for sets and for people. */
export function nameTarget({ kind, id, name, region }: ActionName): string {
  const { target } = ACTIONS[kind];
  if (id !== undefined) return `${target} ${id}`;
  return name === undefined ? target : `${target} ${name} in ${region}`;
}

/** An action without all that does not name it. */
export function nameOnly({ kind, id, name, region }: ActionName): ActionName {
  return {
    kind,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(region === undefined ? {} : { region }),
  };
}

export type DeletionKind = `delete-${CredentialKind}`;

export const DELETION_KINDS = CREDENTIAL_KINDS.map((kind): DeletionKind => `delete-${kind}`);

export function isDeletion(kind: ActionKind): kind is DeletionKind {
  return (DELETION_KINDS as readonly ActionKind[]).includes(kind);
}

export function deletionOf({ kind, id }: CredentialName): ActionName {
  return { kind: `delete-${kind}`, ...(id === undefined ? {} : { id }) };
}
