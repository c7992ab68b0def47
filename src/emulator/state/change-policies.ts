import { findUnit } from './change-account.js';
import {
  generatePolicyId,
  type ServiceControlPolicy,
  serviceControlPolicy,
} from './service-control-policy.js';
import type { ScpSpec } from './specs/service-control-policy.js';
import type { World } from './world.js';

/** A policy to detach and its target: a unit path, a unit id or an account id. */
export interface PolicyDetachment {
  readonly target: string;
  readonly id: string;
}

/** A policy attached or detached, and the id of its root, unit or account. */
export interface PolicyPlace {
  readonly target: string;
  readonly policy: ServiceControlPolicy;
}

/**
 * Attaches a policy and replaces one with the same id. Without an id, one is derived from target and document, so that
 * applying a rule twice changes nothing. Throws RangeError if the target does not exist.
 */
export function attachPolicy(
  world: World,
  { target: place, policy: document, id, name }: ScpSpec,
): PolicyPlace {
  const target = resolveTarget(world, place);
  const madeUp = generatePolicyId(world.seed, `${target} ${JSON.stringify(document)}`);
  const policy = serviceControlPolicy(world.organization, id ?? madeUp, document, name);
  world.policies.set(target, [...othersAt(world, target, policy.id), policy]);
  replacePolicy(world, policy);
  return { target, policy };
}

/** Replaces the policy everywhere it is attached. */
export function replacePolicy(world: World, policy: ServiceControlPolicy): void {
  for (const [target, policies] of world.policies) {
    world.policies.set(
      target,
      policies.map((attached) => (attached.id === policy.id ? policy : attached)),
    );
  }
}

/** Detaches a policy. Returns undefined if it is not attached there. Throws RangeError if the target does not exist. */
export function detachPolicy(world: World, { target: place, id }: PolicyDetachment): PolicyPlace | undefined {
  const target = resolveTarget(world, place);
  const policy = world.policies.get(target)?.find((attached) => attached.id === id);
  if (policy === undefined) return undefined;
  world.policies.set(target, othersAt(world, target, id));
  return { target, policy };
}

function othersAt(world: World, target: string, id: string): ServiceControlPolicy[] {
  return (world.policies.get(target) ?? []).filter((policy) => policy.id !== id);
}

function resolveTarget(world: World, target: string): string {
  const id = world.accounts.has(target) ? target : findUnit(world, target);
  if (id === undefined) throw new RangeError(`No account or organizational unit "${target}" in the scenario`);
  return id;
}
