/** `recover`: a plan that lets named accounts recover their root password. */
import { plural } from '../views/format/counts.js';
import { planRecovery } from '../workflows/plan-named.js';
import type { AwsHost } from './host.js';
import { type NamedPlanFlags, planNamed } from './named-plan.js';

export interface RecoverFlags extends NamedPlanFlags {
  /** Ids or names. */
  readonly accounts: readonly string[];
}

export function runRecover(flags: RecoverFlags, host: AwsHost): Promise<number> {
  const tellKept = (account: string, devices: number) =>
    host.tell([
      [
        `Account ${account} has ${plural(devices, 'MFA device', 'MFA devices')}: whoever signs in as its root user is asked for one.`,
      ],
    ]);
  return planNamed('recovery', flags.accounts, flags, host, (aws, accounts, { organization }, planId) =>
    planRecovery(aws.rootAccess(organization.partition), accounts, planId, tellKept),
  );
}
