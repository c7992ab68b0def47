import { replacePolicy } from './change-policies.js';
import { findCredential, removeCredential } from './credentials.js';
import type { Effect } from './effect.js';
import { changePolicy } from './resource.js';
import type { World } from './world.js';

/**
 * Applies an operation's effect to the world. For `invisibleFor` milliseconds, reads still show the old state of the
 * account, bucket or queue, and AssumeRoot does not know a newly enabled feature.
 */
export function applyEffect(world: World, effect: Effect, now: Date, invisibleFor = 0): void {
  switch (effect.kind) {
    case 'session-issued':
      world.sessions.set(effect.session.accessKeyId, effect.session);
      return;
    case 'feature-enabled':
      if (!world.features.has(effect.feature)) {
        world.unknownToSts.set(effect.feature, now.getTime() + invisibleFor);
      }
      world.features.add(effect.feature);
      return;
    case 'trusted-access-enabled':
      world.unknownToSts.set(effect.servicePrincipal, now.getTime() + invisibleFor);
      world.trustedServices.set(effect.servicePrincipal, effect.at);
      return;
    case 'delegate-registered':
      world.delegatedAdministrators.push(effect.delegate);
      return;
    case 'policy-updated':
      replacePolicy(world, effect.policy);
      return;
    case 'resource-policy-set':
    case 'resource-policy-removed': {
      const resource = world.resources.get(effect.resource);
      const policy = effect.kind === 'resource-policy-set' ? effect.policy : undefined;
      if (resource !== undefined) changePolicy(resource, policy, now, now.getTime() + invisibleFor);
      return;
    }
    case 'deleted':
    case 'created':
      changeCredential(world, effect, now.getTime() + invisibleFor);
      return;
    default:
      effect satisfies never;
  }
}

function changeCredential(
  world: World,
  effect: Extract<Effect, { kind: 'deleted' | 'created' }>,
  visibleAt: number,
): void {
  const account = world.accounts.get(effect.account);
  if (account === undefined) return;
  const { credential, kind: change } = effect;
  if (effect.kind === 'created') {
    if (credential.kind !== 'password')
      throw new TypeError(`Nothing creates a credential of kind ${credential.kind}`);
    account.password = { created: effect.at };
    account.staleness.push({ until: visibleAt, change, credential });
    return;
  }
  const record = findCredential(account, credential);
  removeCredential(account, credential);
  if (record !== undefined) account.staleness.push({ until: visibleAt, change, credential, record });
}
