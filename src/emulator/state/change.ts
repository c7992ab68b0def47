import { type AccountChange, changeAccount } from './change-account.js';
import { attachPolicy, detachPolicy, type PolicyDetachment, type PolicyPlace } from './change-policies.js';
import type { ScpSpec } from './specs/service-control-policy.js';
import type { World } from './world.js';

/**
 * A change to the organization that the client did not make. Policies are included because only a service control
 * policy can block a root session before it expires.
 */
export type WorldChange =
  /** Changes the account that the call acts on, unless another one is named. */
  | { readonly kind: 'change-account'; readonly account?: string; readonly change: AccountChange }
  | ({ readonly kind: 'attach-policy' } & ScpSpec)
  | ({ readonly kind: 'detach-policy' } & PolicyDetachment);

/** The result of a change, for the history. */
export type Changed =
  | { readonly kind: 'changed'; readonly account: string; readonly change: AccountChange }
  | ({ readonly kind: 'policy-attached' } & PolicyPlace)
  | ({ readonly kind: 'policy-detached' } & PolicyPlace);

/** Applies a change just before a call on an account. Returns undefined if there was nothing to change. */
export function applyChange(world: World, change: WorldChange, acted: string): Changed | undefined {
  switch (change.kind) {
    case 'change-account': {
      const account = world.accounts.get(change.account ?? acted);
      if (account === undefined) return undefined;
      changeAccount(world, account, change.change);
      return { kind: 'changed', account: account.id, change: change.change };
    }
    case 'attach-policy':
      return { kind: 'policy-attached', ...attachPolicy(world, change) };
    case 'detach-policy': {
      const place = detachPolicy(world, change);
      return place && { kind: 'policy-detached', ...place };
    }
  }
}
