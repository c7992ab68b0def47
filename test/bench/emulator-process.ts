/**
 * The emulator as a process of its own: `fork`ed by the bench, so that only the client is measured. It serves one
 * organization at a time, and answers each question with one message.
 */
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import { type EmulatorServer, serveEmulator } from '../../src/emulator/server.js';
import { ORGANIZATION, type World } from './world.js';

/** Where an organization is served, and to whom. */
export interface Served {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** To serve another organization than before, answered with `Served`; or what was asked of it, answered with `Traffic`. */
export type Question = { readonly serve: World } | 'traffic';

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

function open({ accounts, share, latency, quotas }: World): Emulator {
  const scenario = generateScenario({
    accounts,
    seed: 1,
    credentialShare: share,
    inactiveShare: 0,
    // As for the loop over the CLI: it stops where there are any.
    accessKeyShare: 0,
  });
  return openEmulator({
    ...scenario,
    organization: { ...scenario.organization, id: ORGANIZATION },
    // Every page is full, so that the pages follow from the accounts.
    paging: { emptyPages: 0 },
    quotas: quotas ? 'documented' : 'off',
    ...(latency === 0 ? {} : { faults: [{ fault: { kind: 'latency' as const, milliseconds: latency } }] }),
  });
}

let running: { readonly emulator: Emulator; readonly server: EmulatorServer } | undefined;
let connectionsBefore = 0;

async function serve(world: World): Promise<Served> {
  await running?.server.close();
  running = undefined;
  const emulator = open(world);
  const server = await serveEmulator(emulator);
  running = { emulator, server };
  connectionsBefore = 0;
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  return { url: server.url, accessKeyId, secretAccessKey };
}

function takeTraffic(): Traffic {
  if (running === undefined) throw new Error('nothing is served');
  const { emulator, server } = running;
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
  return traffic;
}

process.on('message', async (question: Question) => {
  process.send?.(question === 'traffic' ? takeTraffic() : await serve(question.serve));
});
// Nobody is left to ask: the bench has ended, in whatever way.
process.once('disconnect', () => process.exit());
