/** Identifies the caller and compares its clock with AWS's. */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Clock } from '../core/base/clock.js';
import type { Caller, Opened } from '../workflows/ports.js';
import type { Calls } from './call.js';
import type { Clients } from './clients.js';
import { asCaller } from './explain-caller.js';
import { requireField } from './require-field.js';

const ACTION = 'sts:GetCallerIdentity';

export type Identity = Pick<Caller, 'account' | 'arn'> & Pick<Opened, 'clockOffset'>;

/**
 * Compares the clocks right after AWS's answer.
 * @throws RootsweepError as from `explainCaller`, and AWS_FAILED for an incomplete answer.
 */
export async function identifyCaller(
  { sts, answeredAt }: Pick<Clients, 'sts' | 'answeredAt'>,
  call: Calls['call'],
  clock: Clock,
): Promise<Identity> {
  const identity = await asCaller(ACTION, () =>
    call((options) => sts.send(new GetCallerIdentityCommand({}), options)),
  );
  const clockOffset = requireField(answeredAt(), ACTION, 'its time').getTime() - clock.now().getTime();
  return {
    account: requireField(identity.Account, ACTION, 'Account'),
    arn: requireField(identity.Arn, ACTION, 'Arn'),
    clockOffset,
  };
}
