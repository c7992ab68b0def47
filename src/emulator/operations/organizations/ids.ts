import { AwsError } from '../../aws-error.js';
import type { Unit, World } from '../../state/world.js';
import { requiredText } from '../fields.js';

/** Id formats from the service model of Organizations. */
export const accountId = requiredText({ max: 12, pattern: '\\d{12}' });
export const parentId = requiredText({
  max: 100,
  pattern: 'r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}',
});
export const childId = requiredText({ max: 100, pattern: '\\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}' });
export const resourceId = requiredText({
  max: 130,
  pattern:
    'r-[0-9a-z]{4,32}|\\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|p-[0-9a-zA-Z_]{8,128}|rp-[0-9a-zA-Z_]{4,128}|rt-[0-9a-zA-Z_]{8,32}',
});
export const servicePrincipal = { min: 1, max: 128, pattern: '[\\w+=,.@-]*' } as const;

/** Returns the id if it is an account id. */
export function accountOf(id: string): string | undefined {
  return /^\d{12}$/.test(id) ? id : undefined;
}

/** Throws ParentNotFoundException. */
export function findParent(world: World, id: string): Unit {
  const unit = world.units.get(id);
  if (unit === undefined) {
    throw new AwsError('ParentNotFoundException', 400, "You specified parent that doesn't exist.");
  }
  return unit;
}
