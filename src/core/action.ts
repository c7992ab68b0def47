/** The privileged root actions that plans hold: what each is named, what it is about, and how it is carried out. */
import { CREDENTIAL_KINDS, type CredentialKind, type CredentialName, compareText } from './credentials.js';

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

/** What identifies an action or a target within its account: an id or a place, where there may be several of the kind. */
interface Named<K> {
  readonly kind: K;
  /** Of a credential that is no password. */
  readonly id?: string;
  /** Of a bucket or a queue. */
  readonly name?: string;
  readonly region?: string;
}

export type ActionName = Named<ActionKind>;

/** In the order in which they are listed. */
export const TARGET_KINDS = [...CREDENTIAL_KINDS, 'bucket', 'queue'] as const;

/** What an action is about. */
export type TargetKind = (typeof TARGET_KINDS)[number];

export type TargetName = Named<TargetKind>;

/** What a plan is for: to delete root credentials, or to recover access that an account has lost. */
export const PLAN_KINDS = ['sweep', 'recovery', 'unlock'] as const;

export type PlanKind = (typeof PLAN_KINDS)[number];

interface ActionRow {
  /** In which plans it stands. */
  readonly plan: PlanKind;
  readonly target: TargetKind;
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
export function nameTarget({ kind, id, name, region }: ActionName | TargetName): string {
  const target = isTargetKind(kind) ? kind : ACTIONS[kind].target;
  if (id !== undefined) return `${target} ${id}`;
  return name === undefined ? target : `${target} ${name} in ${region}`;
}

function isTargetKind(kind: ActionKind | TargetKind): kind is TargetKind {
  return (TARGET_KINDS as readonly string[]).includes(kind);
}

export function targetOf(action: ActionName): TargetName {
  return { ...nameOnly(action), kind: ACTIONS[action.kind].target };
}

/** By kind in the order of `TARGET_KINDS`, then by name: the order of deletion, where there is one. */
export function sortTargets<T extends TargetName>(targets: Iterable<T>): T[] {
  return [...targets].sort(
    (a, b) =>
      TARGET_KINDS.indexOf(a.kind) - TARGET_KINDS.indexOf(b.kind) ||
      compareText(nameTarget(a), nameTarget(b)),
  );
}

/** An action or a target without all that does not name it. */
export function nameOnly<K>({ kind, id, name, region }: Named<K>): Named<K> {
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
