import { type AccountChange, changeAccount } from './change-account.js';
import { attachPolicy, detachPolicy, type PolicyDetachment, type PolicyPlace } from './change-policies.js';
import type { ScpSpec } from './specs/service-control-policy.js';
import type { World } from './world.js';

/**
 * What happens to the organization behind the client's back. Policies are among it because a service control policy is
 * all that ends a root session before its time.
 */
export type Change =
  /** The account that the call acts on changes, unless another is named. */
  | { readonly kind: 'change-account'; readonly account?: string; readonly change: AccountChange }
  | ({ readonly kind: 'attach-policy' } & ScpSpec)
  | ({ readonly kind: 'detach-policy' } & PolicyDetachment);

/** What came of a change, for the history. */
export type Changed =
  | { readonly kind: 'changed'; readonly account: string; readonly change: AccountChange }
  | ({ readonly kind: 'policy-attached' } & PolicyPlace)
  | ({ readonly kind: 'policy-detached' } & PolicyPlace);

/** Carries a change out right before a call that acts on an account; undefined if there was nothing to change. */
export function applyChange(world: World, change: Change, acted: string): Changed | undefined {
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
