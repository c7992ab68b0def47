/** Root sessions for the policy of one bucket or queue. Loads only the client of the service that is called. */
import { ACTIONS } from '../core/action/action.js';
import type { ResourceName } from '../core/action/resource-name.js';
import type { ResourceAccess, ResourceSession } from '../workflows/ports.js';
import { assumeRoot } from './assume-root.js';
import type { Calls } from './call.js';
import type { Clients, SessionConfig } from './clients.js';
import type { Limiter } from './limiter.js';
import { secretsOf } from './secrets.js';
import { shielded, shieldSession } from './shield.js';

/** The input of the part of this port for one service. */
export interface ResourceContext {
  /** For a client with the credentials of the session. */
  readonly config: SessionConfig;
  readonly calls: Calls;
  readonly partition: string;
  readonly account: string;
}

/** A bucket or queue that exists. */
export type FoundResource = Omit<ResourceSession, 'accessKeyId'>;

/** @param limiter of AssumeRoot. */
export function createResourceAccess(
  clients: Pick<Clients, 'sts' | 'configAs'>,
  calls: Calls,
  limiter: Limiter,
  partition: string,
): ResourceAccess {
  return {
    open: async (account, resource) => {
      const task = { account, partition, taskPolicy: ACTIONS[`unlock-${resource.kind}`].taskPolicy };
      const credentials = await assumeRoot(clients, calls, limiter, task);
      const { accessKeyId } = credentials;
      const secrets = secretsOf(credentials);
      const config = clients.configAs(credentials);
      const context = { config, calls: calls.forWork(), partition, account };
      const found = await shielded(() => find(context, resource), secrets);
      if (found === undefined) return { kind: 'missing', accessKeyId };
      return { kind: 'found', session: shieldSession({ accessKeyId, ...found }, secrets) };
    },
  };
}

async function find(context: ResourceContext, resource: ResourceName): Promise<FoundResource | undefined> {
  switch (resource.kind) {
    case 'bucket': {
      const { findBucket } = await import('./bucket-policy.js');
      return findBucket(context, resource);
    }
    case 'queue': {
      const { findQueue } = await import('./queue-policy.js');
      return findQueue(context, resource);
    }
  }
}
