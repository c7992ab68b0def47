/** The findings about a bucket or queue policy that a plan deletes or replaces. */
import type { UnlockAction } from '../action/action.js';
import { judgeLock, type Owner } from '../iam/locked-policy.js';
import type { FindingCode } from '../policy/findings.js';

/** A finding without its severity, which the policy sets. */
export interface UnlockFinding {
  readonly code: Extract<FindingCode, 'policy-not-locking' | 'replacement-locking'>;
  readonly message: string;
}

export function findUnlockFindings(action: UnlockAction, owner: Owner): readonly UnlockFinding[] {
  const present = findNotLocking(action, owner);
  const next = findReplacementLocking(action, owner);
  return [
    ...(present === undefined ? [] : [{ code: 'policy-not-locking', message: present } as const]),
    ...(next === undefined ? [] : [{ code: 'replacement-locking', message: next } as const]),
  ];
}

function findNotLocking(action: UnlockAction, owner: Owner): string | undefined {
  const { verdict, denials } = judgeLock(action, owner);
  switch (verdict) {
    case 'locked':
      return undefined;
    case 'not-locked':
      return 'This policy does not deny everyone: identities that IAM allows to change it still can, without a root session';
    case 'unclear':
      return denials.length === 0
        ? 'rootsweep cannot read this policy, and cannot tell what it does'
        : 'It cannot be told from this policy alone whether it denies everyone';
  }
}

function findReplacementLocking(action: UnlockAction, owner: Owner): string | undefined {
  const { replacement } = action;
  if (replacement === undefined) return undefined;
  switch (judgeLock({ ...action, document: replacement }, owner).verdict) {
    case 'locked':
      return 'The new policy denies everyone, too';
    case 'not-locked':
      return undefined;
    case 'unclear':
      return 'It cannot be told from the new policy alone whether it denies everyone, too';
  }
}
