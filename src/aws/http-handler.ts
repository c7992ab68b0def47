/**
 * Sends the requests of all clients. Each call has a deadline, from the request to the last byte of the answer, and
 * each answer a maximum size, so that no endpoint can block a run or fill its memory (promise 15).
 */
import type { Readable } from 'node:stream';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import pLimit, { type LimitFunction } from 'p-limit';
import { optionsOf, type SendOptions } from './send-options.js';

const CONNECT_TIMEOUT = 5_000;
/** In bytes. The largest real answer is a page of 1,000 buckets at about 300 bytes each, a third of this. */
const LARGEST_ANSWER = 2 ** 20;

export interface Deadlines {
  /** From sending the request to receiving the whole answer, in ms. */
  readonly call: number;
  /** The same for an endpoint that has never answered and may not exist. */
  readonly unanswered: number;
}

const DEADLINES: Deadlines = { call: 30_000, unanswered: 10_000 };

type Handle = NodeHttpHandler['handle'];
type Handled = Awaited<ReturnType<Handle>>;

/** The response did not come from AWS. Its content is not quoted. */
export class NotAnAnswer extends Error {
  override readonly name = 'NotAnAnswer';
}

/** @param connections maximum concurrent connections per host. */
export function openHandler(connections: number, deadlines: Partial<Deadlines> = {}): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: connections };
  return new BoundedHandler(
    connections,
    { ...DEADLINES, ...deadlines },
    {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: CONNECT_TIMEOUT,
      logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    },
  );
}

/** The endpoint of a failed call if it has never answered: `sts.us-east-1.amazonaws.com:443`. */
export function unansweredAt(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? unanswered.get(error) : undefined;
}

const unanswered = new WeakMap<object, string>();

class BoundedHandler extends NodeHttpHandler {
  readonly #connections: number;
  readonly #deadlines: Deadlines;
  readonly #queues = new Map<string, LimitFunction>();
  /** Endpoints that have sent any answer. */
  readonly #known = new Set<string>();

  constructor(connections: number, deadlines: Deadlines, options: NodeHttpHandlerOptions) {
    super(options);
    this.#connections = connections;
    this.#deadlines = deadlines;
  }

  /** Requests wait for a free connection before their deadline starts. */
  override handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const place = placeOf(request);
    const queue = this.#queues.get(place) ?? pLimit(this.#connections);
    this.#queues.set(place, queue);
    return queue(() => this.#carry(place, request, optionsOf(request) ?? (options as Partial<SendOptions>)));
  }

  async #carry(
    place: string,
    request: Parameters<Handle>[0],
    { abortSignal, requestTimeout }: Partial<SendOptions> = {},
  ): Promise<Handled> {
    const isKnown = this.#known.has(place);
    const { call, unanswered: first } = this.#deadlines;
    const longest = isKnown ? call : Math.min(first, requestTimeout ?? first);
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(timedOut(longest)), longest);
    const stop = () => ended.abort(abortSignal?.reason);
    abortSignal?.addEventListener('abort', stop);
    if (abortSignal?.aborted) stop();
    try {
      const handled = await unless(ended.signal, super.handle(request, { abortSignal: ended.signal }));
      this.#known.add(place);
      const { response } = handled;
      response.body = await unless(ended.signal, readWhole(response.body as Readable));
      refusePage(response.statusCode, response.headers);
      return handled;
    } catch (error) {
      if (!this.#known.has(place) && typeof error === 'object' && error !== null) {
        unanswered.set(error, place);
      }
      throw error;
    } finally {
      clearTimeout(timer);
      abortSignal?.removeEventListener('abort', stop);
    }
  }
}

function placeOf({ protocol, hostname, port }: Parameters<Handle>[0]): string {
  return `${hostname}:${port ?? (protocol === 'http:' ? 80 : 443)}`;
}

function timedOut(milliseconds: number): Error {
  const error = new Error(`no whole answer within ${milliseconds / 1000} s`);
  return Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT' });
}

/** Rejects with the signal's reason if it aborts first. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** @throws NotAnAnswer if the body is larger than any AWS answer. The rest is not read. */
async function readWhole(body: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) {
      throw new NotAnAnswer(
        `more than ${LARGEST_ANSWER / 2 ** 20} MiB came, and no answer of AWS is so long`,
      );
    }
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
}

/**
 * Rejects an HTML page, such as a network's login page. An error status may come with an HTML page, from AWS or a
 * proxy, and is handled elsewhere.
 */
function refusePage(status: number, headers: Readonly<Record<string, string>>): void {
  const type = headers['content-type'] ?? '';
  if (status >= 400 || !/html/i.test(type)) return;
  throw new NotAnAnswer(`a web page came, with status ${status}`);
}

function ignore(): void {}
