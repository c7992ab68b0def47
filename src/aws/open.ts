/** The ports of the workflows, implemented with AWS. */
import type { Clock } from '../core/base/clock.js';
import type {
  ActionAccess,
  OrganizationReader,
  Prerequisites,
  ResourceAccess,
  RootAccess,
} from '../workflows/ports.js';
import { createActionAccess } from './actions/open.js';
import { createCalls } from './call.js';
import { DEFAULT_CALL_RATE } from './call-rate.js';
import { openClients } from './clients.js';
import { createOrganizationReader } from './organization.js';
import { createPrerequisites } from './prerequisites.js';
import { createLimiters } from './quotas.js';
import { createResourceAccess } from './resource-access.js';
import { createRootAccess } from './root-access.js';
import type { AwsSettings } from './settings.js';
import { shield } from './shield.js';

export interface Aws {
  readonly reader: OrganizationReader;
  /** Each takes the partition of the organization. */
  readonly rootAccess: (partition: string) => RootAccess;
  readonly actionAccess: (partition: string) => ActionAccess;
  readonly resourceAccess: (partition: string) => ResourceAccess;
  readonly prerequisites: Prerequisites;
  readonly close: () => void;
}

/**
 * @param connections the most connections at a time.
 * @param namesGoodFor how long names of organizational units are cached, in ms; forever if absent.
 */
export async function openAws(
  settings: AwsSettings,
  connections: number,
  clock: Clock,
  namesGoodFor?: number,
): Promise<Aws> {
  const clients = await openClients(settings, connections);
  const { pace = DEFAULT_CALL_RATE, onThrottled, stop } = settings;
  const calls = createCalls(clock, { ...pace, onThrottled, stop });
  const limiters = createLimiters(pace, clock);
  const guard = <T extends object>(port: T) => shield(port, clients.secrets);
  return {
    reader: guard(createOrganizationReader(clients, calls, limiters, clock, namesGoodFor)),
    rootAccess: (partition) => guard(createRootAccess(clients, calls, limiters.assumeRoot, partition)),
    actionAccess: (partition) => guard(createActionAccess(clients, calls, limiters.assumeRoot, partition)),
    resourceAccess: (partition) =>
      guard(createResourceAccess(clients, calls, limiters.assumeRoot, partition)),
    prerequisites: guard(createPrerequisites(clients, calls, limiters, clock)),
    close: clients.close,
  };
}
