/** The privileged root actions that plans hold: their names, targets and task policies. */
import { defined } from '../base/defined.js';
import { CREDENTIAL_KINDS, type CredentialKind, type CredentialName, compareText } from './credentials.js';
import type { PlanKind } from './plan-kind.js';

export type DeletionKind = `delete-${CredentialKind}`;

export const DELETION_KINDS = CREDENTIAL_KINDS.map((kind): DeletionKind => `delete-${kind}`);

export type ActionKind = DeletionKind | 'allow-password-recovery' | 'unlock-bucket' | 'unlock-queue';

/** In the order in which they run. */
export const ACTION_KINDS: readonly ActionKind[] = [
  ...DELETION_KINDS,
  'allow-password-recovery',
  'unlock-bucket',
  'unlock-queue',
];

/** Identifies an action or a target within its account; an id or a place distinguishes several of one kind. */
interface Named<K> {
  readonly kind: K;
  /** Of a credential other than a password. */
  readonly id?: string;
  /** Of a bucket or a queue. */
  readonly name?: string;
  readonly region?: string;
}

export type ActionName = Named<ActionKind>;

/** In listing order. */
export const TARGET_KINDS = [...CREDENTIAL_KINDS, 'bucket', 'queue'] as const;

/** What an action is about. */
export type TargetKind = (typeof TARGET_KINDS)[number];

export type TargetName = Named<TargetKind>;

export const UNLOCK_KINDS = ['unlock-bucket', 'unlock-queue'] as const satisfies readonly ActionKind[];

/** `by` is the guard or the waiver that allows the deletion of an access key or a certificate (`judgeDeletion`). */
export interface DeleteAction {
  readonly kind: DeletionKind;
  readonly id?: string;
  readonly by?: string;
}

/** Lets the owner of the account's email address set a root password again. */
export interface RecoverAction {
  readonly kind: 'allow-password-recovery';
}

/** Deletes, or replaces, the policy of a bucket or a queue that denies everyone. */
export interface UnlockAction {
  readonly kind: (typeof UNLOCK_KINDS)[number];
  readonly name: string;
  readonly region: string;
  /** The policy as AWS returned it, byte for byte: any other policy is drift. */
  readonly document: string;
  /** The new policy; absent if the policy is deleted. */
  readonly replacement?: string;
}

/** An action as a plan holds it. */
export type Action = DeleteAction | RecoverAction | UnlockAction;

interface ActionRow {
  /** The kind of plan that holds it. */
  readonly plan: PlanKind;
  readonly target: TargetKind;
  /** What distinguishes several of the kind in one account. */
  readonly distinguishedBy: 'nothing' | 'id' | 'place';
  /**
   * `until-done`: requested again while its result does not show. `once`: never requested again after AWS confirmed it,
   * because it may have been undone since, and a review allows it one time.
   */
  readonly requested: 'until-done' | 'once';
  /** AWS's managed policy that restricts the root session. */
  readonly taskPolicy: string;
}

const DELETIONS = Object.fromEntries(
  CREDENTIAL_KINDS.map((target) => [
    `delete-${target}`,
    {
      plan: 'sweep',
      target,
      distinguishedBy: target === 'password' ? 'nothing' : 'id',
      requested: 'until-done',
      taskPolicy: 'IAMDeleteRootUserCredentials',
    },
  ]),
) as Record<DeletionKind, ActionRow>;

export const ACTIONS: Readonly<Record<ActionKind, ActionRow>> = {
  ...DELETIONS,
  'allow-password-recovery': {
    plan: 'recovery',
    target: 'password',
    distinguishedBy: 'nothing',
    requested: 'once',
    taskPolicy: 'IAMCreateRootUserPassword',
  },
  'unlock-bucket': {
    plan: 'unlock',
    target: 'bucket',
    distinguishedBy: 'place',
    requested: 'once',
    taskPolicy: 'S3UnlockBucketPolicy',
  },
  'unlock-queue': {
    plan: 'unlock',
    target: 'queue',
    distinguishedBy: 'place',
    requested: 'once',
    taskPolicy: 'SQSUnlockQueuePolicy',
  },
};

/** `password`, `access-key AKIA…`, `bucket logs in eu-west-1`: unique within an account, for sets and for output. */
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

/** By kind in the order of `TARGET_KINDS`, then by name: for credentials, the order of deletion. */
export function sortTargets<T extends TargetName>(targets: Iterable<T>): T[] {
  return [...targets].sort(
    (a, b) =>
      TARGET_KINDS.indexOf(a.kind) - TARGET_KINDS.indexOf(b.kind) ||
      compareText(nameTarget(a), nameTarget(b)),
  );
}

/** The fields of an action or a target that identify it. */
export function nameOnly<K>({ kind, id, name, region }: Named<K>): Named<K> {
  return defined({ kind, id, name, region }) as Named<K>;
}

export function isDeletion(kind: ActionKind): kind is DeletionKind {
  return (DELETION_KINDS as readonly ActionKind[]).includes(kind);
}

export function isDeleteAction(action: Action): action is DeleteAction {
  return isDeletion(action.kind);
}

/** An action that is compared with the state of its own target, not with all credentials of the account. */
export type PlacedAction = RecoverAction | UnlockAction;

export function isPlaced(action: Action): action is PlacedAction {
  return !isDeleteAction(action);
}

/** An action that deletes or replaces the policy of a resource. */
export function isUnlock(action: Action): action is UnlockAction {
  return ACTIONS[action.kind].plan === 'unlock';
}

export function deletionOf({ kind, id }: CredentialName): ActionName {
  return defined({ kind: `delete-${kind}` as const, id });
}

/** The credential that an action deletes. */
export function credentialOf({ kind, id }: DeleteAction): CredentialName {
  return defined({ kind: kind.slice('delete-'.length) as CredentialKind, id });
}
