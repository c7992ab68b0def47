/** Whether a plan that lies made `apply` delete what the policy does not let go (promises 1 and 13). */
import type { Emulator } from '../../src/emulator/emulator.js';
import type { Judge } from './judge.js';
import { describeMembers } from './judge-organization.js';
import { decide } from './oracle.js';
import { describeHoldings } from './planned-state.js';
import type { Policy } from './policy.js';
import { Violation } from './violation.js';

/**
 * What the policy lets go in each account of the organization as it is.
 * @param now in seconds.
 */
export function listAllowed(
  policy: Policy,
  emulator: Emulator,
  now: number,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    describeMembers(emulator.world).map((member) => {
      const { actions } = decide(policy, member, describeHoldings(emulator.account(member.id)), now);
      return [member.id, new Set(actions)];
    }),
  );
}

export function judgeAllowed(
  { requests }: Judge,
  allowed: ReadonlyMap<string, ReadonlySet<string>>,
): Violation[] {
  return requests.flatMap(({ session: { account }, credential }) =>
    allowed.get(account)?.has(credential)
      ? []
      : [new Violation(13, `a lie has ${account} ${credential} deleted, which the policy does not let go`)],
  );
}
