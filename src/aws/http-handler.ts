/**
 * Carries every request of every client: a call has its end, from the request to the last byte of the answer, and an
 * answer has a size. Nothing that an endpoint sends, or does not send, holds a run up or fills its memory (promise 15).
 */
import type { Readable } from 'node:stream';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import pLimit, { type LimitFunction } from 'p-limit';
import { optionsOf, type SendOptions } from './send-options.js';

const CONNECT_TIMEOUT = 5_000;
/** The largest honest answer is a page of 1,000 buckets, with 300 bytes for each: a third of this. In bytes. */
const LARGEST_ANSWER = 2 ** 20;

export interface Deadlines {
  /** From the request to the whole answer, in ms. */
  readonly call: number;
  /** The same, of an endpoint that has never answered: it may be no endpoint at all. */
  readonly unanswered: number;
}

const DEADLINES: Deadlines = { call: 30_000, unanswered: 10_000 };

type Handle = NodeHttpHandler['handle'];
type Handled = Awaited<ReturnType<Handle>>;

/** Something other than an answer of AWS. What it says is not quoted. */
export class NotAnAnswer extends Error {
  override readonly name = 'NotAnAnswer';
}

/** @param connections most connections to one host at a time. */
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

/** Where a call that failed led, as long as nothing has ever been answered there: `sts.us-east-1.amazonaws.com:443`. */
export function unansweredAt(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? unanswered.get(error) : undefined;
}

const unanswered = new WeakMap<object, string>();

class BoundedHandler extends NodeHttpHandler {
  readonly #connections: number;
  readonly #deadlines: Deadlines;
  readonly #queues = new Map<string, LimitFunction>();
  /** Those that have answered, whatever it was. */
  readonly #known = new Set<string>();

  constructor(connections: number, deadlines: Deadlines, options: NodeHttpHandlerOptions) {
    super(options);
    this.#connections = connections;
    this.#deadlines = deadlines;
  }

  /** Requests wait for a free connection before the time begins in which they must be answered. */
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

/** Rejects with the reason of the signal where that comes first. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** @throws NotAnAnswer where it is larger than any that AWS gives; what follows is not read. */
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

/** A page for people, as networks show it before one may use them. A failure, of AWS or in between, may come as one too. */
function refusePage(status: number, headers: Readonly<Record<string, string>>): void {
  const type = headers['content-type'] ?? '';
  if (status >= 400 || !/html/i.test(type)) return;
  throw new NotAnAnswer(`a web page came, with status ${status}`);
}

function ignore(): void {}
