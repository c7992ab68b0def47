/** Carries the SDK's requests straight to an emulator: what sockets would do, in virtual time and without them. */
import type { RequestHandler } from '../../src/aws/clients.js';
import type { Call } from '../../src/emulator/call-log.js';
import type { Emulator } from '../../src/emulator/emulator.js';

/** What happens on the way of one request; what never returns keeps the request there for good. */
export interface Journey {
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Before the request leaves. `session` is the access key id that signed it. */
  readonly leaving?: (body: string, session: string) => Promise<void>;
  /** Once the emulator has carried it out. */
  readonly arrived?: (call: Call) => Promise<void>;
}

/** Milliseconds that a call takes if nothing makes it slower. */
const ROUND_TRIP = 20;
/** As long as rootsweep waits for an answer. */
const ANSWER_TIMEOUT = 30_000;

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export function openTransport(emulator: Emulator, { sleep, leaving, arrived }: Journey): RequestHandler {
  const handle = async ({ method, path, query = {}, headers: given, body: sent = '' }: SdkRequest) => {
    const body = typeof sent === 'string' ? sent : new TextDecoder().decode(sent);
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
    );
    await leaving?.(body, /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? '');
    const search = new URLSearchParams(query).toString();
    const target = search === '' ? path : `${path}?${search}`;
    const reply = emulator.carryOut({ method, path: target, headers, body });
    // In the same instant: calls are on their way side by side, and another one may change what this one saw.
    await arrived?.(reply.call);
    const wait = reply.kind === 'no-answer' ? ANSWER_TIMEOUT : reply.delay + ROUND_TRIP;
    await sleep(Math.min(wait, ANSWER_TIMEOUT));
    if (reply.kind === 'no-answer' || wait > ANSWER_TIMEOUT) throw failure('TimeoutError', 'ETIMEDOUT');
    if (reply.kind !== 'answer') throw failure('Error', 'ECONNRESET');
    const { status: statusCode, headers: answered, body: text } = reply.response;
    return { response: { statusCode, headers: answered, body: Buffer.from(text) } };
  };
  // The rest of the interface is for handlers that hold connections.
  return { handle, destroy: () => undefined } as unknown as RequestHandler;
}

function failure(name: string, code: string): Error {
  return Object.assign(new Error(`simulated ${code}`), { name, code });
}
