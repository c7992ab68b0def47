import type { EmulatedCredentialName } from './account.js';
import type { AssumedRootSession } from './principal.js';
import type { ServiceControlPolicy } from './service-control-policy.js';
import type { DelegatedAdministrator, Feature } from './world.js';

/**
 * What a call changes in the world. Operations only decide; their caller applies the effect, so that a fault can
 * suppress it, delay it, or lose the answer afterwards.
 */
export type Effect =
  | { readonly kind: 'deleted'; readonly account: string; readonly credential: EmulatedCredentialName }
  | {
      readonly kind: 'created';
      readonly account: string;
      readonly credential: EmulatedCredentialName;
      readonly at: string;
    }
  | { readonly kind: 'session-issued'; readonly account: string; readonly session: AssumedRootSession }
  | { readonly kind: 'trusted-access-enabled'; readonly servicePrincipal: string; readonly at: string }
  | { readonly kind: 'feature-enabled'; readonly feature: Feature }
  | { readonly kind: 'delegate-registered'; readonly delegate: DelegatedAdministrator }
  | { readonly kind: 'policy-updated'; readonly policy: ServiceControlPolicy }
  /** The policy of a bucket or queue (`resource` is its ARN), as the text that was sent. */
  | {
      readonly kind: 'resource-policy-set';
      readonly account: string;
      readonly resource: string;
      readonly policy: string;
    }
  | { readonly kind: 'resource-policy-removed'; readonly account: string; readonly resource: string };
