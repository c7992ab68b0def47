import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OrganizationOutcome, worstExitCode } from '../../../src/core/account/organizations.js';

const ended = (exitCode: number): OrganizationOutcome => ({ kind: 'ended', exitCode });

/** From the worst on. */
const ORDER = [130, 6, 1, 4, 3, 7, 8, 5, 2, 0];

for (const [place, worse] of ORDER.entries()) {
  for (const better of ORDER.slice(place)) {
    test(`worstExitCode says ${worse} of ${worse} and ${better}, in either order`, () => {
      assert.equal(worstExitCode([ended(worse), ended(better)]), worse);
      assert.equal(worstExitCode([ended(better), ended(worse)]), worse);
    });
  }
}

test('worstExitCode takes an organization that was not started for an interrupted one', () => {
  assert.equal(worstExitCode([ended(0), { kind: 'not-started' }]), 130);
});

test('worstExitCode lets no code that it does not know pass for a better one', () => {
  assert.equal(worstExitCode([ended(130), ended(77)]), 77);
});
