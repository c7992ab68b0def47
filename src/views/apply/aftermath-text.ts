/** What to do after a plan was applied, for people. */
import type { PlanKind } from '../../core/action/plan-kind.js';
import { unreachable } from '../../core/base/unreachable.js';
import type { ActionEntry } from '../../core/plan/plan.js';
import { bold, type Line } from '../format/lines.js';

/**
 * Next steps. Empty if nothing was done.
 * @param journal the path of the journal.
 * @param sweep the command that plans to remove the passwords again.
 */
export function renderAftermath(
  kind: PlanKind,
  done: readonly ActionEntry[],
  { journal, sweep }: { readonly journal: string; readonly sweep: string },
): Line[] {
  if (done.length === 0) return [];
  switch (kind) {
    case 'sweep':
      return [];
    case 'unlock':
      return [
        [],
        [
          `The previous policies are kept in "${journal}", as "standing" of the records "action-intended"; rootsweep receipt shows them.`,
        ],
      ];
    case 'recovery':
      return [
        [],
        [bold("Next, for the owner of the account's email address:")],
        ...done.map(
          ({ id, name, email }): Line => ['  ', bold(id), ` ${name}: ${email?.masked ?? 'unknown'}`],
        ),
        [
          '  (to see the address, run: aws organizations describe-account --account-id ID --query Account.Email)',
        ],
        [
          '  1. open https://console.aws.amazon.com/, choose to sign in as root user, and enter the email address',
        ],
        ['  2. choose "Forgot password?", and set a password with the link that AWS sends there'],
        ['  3. sign in, and add an MFA device at once'],
        [`Once it is no longer needed, plan to remove the password again, run: ${sweep}`],
      ];
    default:
      return unreachable(kind);
  }
}
