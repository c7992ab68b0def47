/** Carries the SDK's requests straight to an emulator: what sockets would do, in virtual time and without them. */

import { optionsOf } from '../../src/aws/send-options.js';
import type { RequestHandler } from '../../src/aws/settings.js';
import type { LoggedCall } from '../../src/emulator/call-log.js';
import type { Emulator, Reply } from '../../src/emulator/emulator.js';
import type { HttpRequest } from '../../src/emulator/wire/http.js';

/** What happens on the way of one request; what never returns keeps the request there for good. */
export interface Journey {
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Before the request leaves. `session` is the access key id that signed it. */
  readonly leaving?: (body: string, session: string) => Promise<void>;
  /** Once the emulator has carried it out. */
  readonly arrived?: (call: LoggedCall) => Promise<void>;
  /** Milliseconds that a call takes if nothing makes it slower: 20 unless given. */
  readonly roundTrip?: number;
}

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

/** What answers requests: in the very instant, where others must not come in between. */
export type Carry = (request: HttpRequest) => Reply | Promise<Reply>;

export function openTransport(emulator: Pick<Emulator, 'carryOut'>, journey: Journey): RequestHandler {
  return openTransportTo((request) => emulator.carryOut(request), journey);
}

export function openTransportTo(
  carry: Carry,
  { sleep, leaving, arrived, roundTrip = ROUND_TRIP }: Journey,
): RequestHandler {
  const handle = async (request: SdkRequest) => {
    const { method, path, query = {}, headers: given, body: sent = '' } = request;
    const body = typeof sent === 'string' ? sent : new TextDecoder().decode(sent);
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
    );
    await leaving?.(body, /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? '');
    const search = new URLSearchParams(query).toString();
    const target = search === '' ? path : `${path}?${search}`;
    const carried = carry({ method, path: target, headers, body });
    const reply = carried instanceof Promise ? await carried : carried;
    // In the same instant: calls are on their way side by side, and another one may change what this one saw.
    await arrived?.(reply.call);
    const wait = reply.kind === 'no-answer' ? ANSWER_TIMEOUT : reply.delay + roundTrip;
    await unlessAborted(sleep(Math.min(wait, ANSWER_TIMEOUT)), optionsOf(request)?.abortSignal);
    if (reply.kind === 'no-answer' || wait > ANSWER_TIMEOUT) throw failure('TimeoutError', 'ETIMEDOUT');
    if (reply.kind !== 'answer') throw failure('Error', 'ECONNRESET');
    const { status: statusCode, headers: answered, body: text } = reply.response;
    return { response: { statusCode, headers: answered, body: Buffer.from(text) } };
  };
  // The rest of the interface is for handlers that hold connections.
  return { handle, destroy: () => undefined } as unknown as RequestHandler;
}

/** Rejects as soon as the request is given up. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function failure(name: string, code: string): Error {
  return Object.assign(new Error(`simulated ${code}`), { name, code });
}
