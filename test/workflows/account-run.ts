/** Applies the plan of one account in memory, which holds a password and an MFA device. */
import { nameCredential } from '../../src/core/action/credentials.js';
import { foldJournal } from '../../src/core/apply/journal.js';
import type { DeleteEntry } from '../../src/core/plan/plan.js';
import { compileScope } from '../../src/core/policy/scope.js';
import { RootsweepError } from '../../src/errors.js';
import { type ActionEvent, type ApplyDependencies, applyAccount } from '../../src/workflows/apply-account.js';
import { type OrganizationReader, RootAccessFailure } from '../../src/workflows/ports.js';
import { createResolver } from '../../src/workflows/scoping.js';
import { deleteEntryOf, HEADER, MEMBER, MFA_DEVICE, NOW, PASSWORD, policyOf } from '../core/fixtures.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { createWorld, type WorldOptions } from './world.js';

export const MFA = nameCredential(MFA_DEVICE);
export const HELD = [PASSWORD, MFA_DEVICE];
/** What is asked before anything is deleted. */
export const LOOKED = [
  `account ${MEMBER}`,
  'units r-exmp',
  'units ou-exmp-11111111',
  `open ${MEMBER} delete`,
  `list ${MEMBER}`,
];
export const BROKEN = new RootAccessFailure('aws-error', 'broken', { refused: true });
export const UNANSWERED = new RootAccessFailure('unreachable', 'no answer');
export const FULL_DISK = new RootsweepError('FILE_UNWRITABLE', 'no space left');

export const UNGUARDED: ApplyDependencies['judge'] = () => ({ kind: 'unguarded' });

/** Whatever is a member account is included by the policy. */
export const compareTo = (reader: OrganizationReader) => ({
  planId: HEADER.id,
  resolve: createResolver(reader, compileScope(policyOf()), HEADER.managementAccount, NOW),
});

export interface Situation extends WorldOptions {
  readonly entry?: DeleteEntry;
  readonly judge?: ApplyDependencies['judge'];
}

export async function runAccount({ entry = deleteEntryOf(), judge = UNGUARDED, ...options }: Situation = {}) {
  const world = createWorld({ holds: { [MEMBER]: HELD }, ...options });
  const clock = new VirtualClock();
  const told: ActionEvent['type'][] = [];
  const result = await applyAccount(entry, foldJournal(world.journal.earlier), {
    ...world,
    ...compareTo(world.reader),
    clock,
    judge,
    onEvent: (event) => told.push(event.type),
  });
  const deletions = world.events.filter((event) => event.startsWith('delete '));
  return { ...result, ...world, clock, told, deletions };
}

/** A `before` that fails whatever begins so. */
export const failing = (start: string, error: Error) => (event: string) => {
  if (event.startsWith(start)) throw error;
};

/** A `before` that fails the first of what begins so. */
export function failingOnce(start: string, error: Error): (event: string) => void {
  let failed = false;
  return (event) => {
    if (failed || !event.startsWith(start)) return;
    failed = true;
    throw error;
  };
}
