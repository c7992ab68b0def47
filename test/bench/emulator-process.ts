/** The emulator as a process of its own: `fork`ed by the bench, so that only the client is measured. */
import { openEmulator } from '../../src/emulator/emulator.js';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import { serveEmulator } from '../../src/emulator/server.js';
import { ORGANIZATION, REHEARSAL, type World } from './world.js';

/** Where an organization is served, and to whom. */
export interface Served {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What the process says once it can be called. */
export interface Ready {
  readonly served: Served;
  /** Another organization, in the same process: whoever works on it warms the emulator up. */
  readonly rehearsal: Served;
}

/** What was asked of the emulator since the last time this was asked. */
export interface Traffic {
  readonly calls: number;
  readonly throttled: number;
  /** Pages of accounts. */
  readonly pages: number;
  /** Calls of DescribeAccount. */
  readonly described: number;
  readonly connections: number;
}

async function serve({ accounts, share, latency, quotas }: World) {
  const scenario = generateScenario({
    accounts,
    seed: 1,
    credentialShare: share,
    inactiveShare: 0,
    // As for the loop over the CLI: it stops where there are any.
    accessKeyShare: 0,
  });
  const emulator = openEmulator({
    ...scenario,
    organization: { ...scenario.organization, id: ORGANIZATION },
    // Every page is full, so that the pages follow from the accounts.
    paging: { emptyPages: 0 },
    quotas: quotas ? 'documented' : 'off',
    ...(latency === 0 ? {} : { faults: [{ fault: { kind: 'latency' as const, milliseconds: latency } }] }),
  });
  const server = await serveEmulator(emulator);
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  return { emulator, server, served: { url: server.url, accessKeyId, secretAccessKey } };
}

const rehearsal = await serve(REHEARSAL);
const { emulator, server, served } = await serve(JSON.parse(process.argv[2] ?? '') as World);
let connectionsBefore = 0;

process.on('message', () => {
  const { calls } = emulator;
  const count = (operation: string) => calls.filter((call) => call.operation === operation).length;
  const throttled = calls.filter(({ errorCode = '' }) => /Throttling|TooManyRequests/.test(errorCode)).length;
  const traffic: Traffic = {
    calls: calls.length,
    throttled,
    pages: count('ListAccounts'),
    described: count('DescribeAccount'),
    connections: server.connections - connectionsBefore,
  };
  connectionsBefore = server.connections;
  emulator.resetCalls();
  process.send?.(traffic);
});
process.send?.({ served, rehearsal: rehearsal.served } satisfies Ready);
