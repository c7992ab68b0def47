import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatCall } from './call-log.js';
import { answerControlRequest, CONTROL_PREFIX } from './control.js';
import type { Emulator } from './emulator.js';
import type { HttpRequest, HttpResponse } from './wire/http.js';

export interface ServerOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Receives one line per request. */
  readonly log?: (line: string) => void;
}

export interface EmulatorServer {
  /** The value for `AWS_ENDPOINT_URL`. */
  readonly url: string;
  /** Connections opened so far. */
  readonly connections: number;
  /** Bytes received so far, headers included. */
  readonly received: number;
  /** Bytes sent so far, headers included. */
  readonly sent: number;
  /** Closes the port and all connections, including those that wait for an answer. Call it once. */
  close(): Promise<void>;
}

/** The largest accepted body in bytes. AWS's limits are lower for every operation here. */
const MAXIMUM_BODY = 1_000_000;

/** Serves an emulator over HTTP. Rejects if the port cannot be opened. */
export async function serveEmulator(
  emulator: Emulator,
  options: ServerOptions = {},
): Promise<EmulatorServer> {
  const { port = 0, host = '127.0.0.1', log = () => {} } = options;
  const sockets: Socket[] = [];
  let closed: Promise<void> | undefined;
  const closing = new AbortController();
  // Every delayed request adds a listener, so there is no fixed maximum.
  setMaxListeners(0, closing.signal);
  const server = createServer((incoming, outgoing) => {
    respond(emulator, incoming, outgoing, log, closing.signal).catch((error: unknown) => {
      log(`The emulator failed: ${error instanceof Error ? error.stack : String(error)}`);
      outgoing.destroy();
    });
  });
  // Longer than clients keep idle connections: if the server closed first, their next request would fail.
  server.keepAliveTimeout = 120_000;
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server has no port');
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    get connections() {
      return sockets.length;
    },
    get received() {
      return sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    },
    get sent() {
      return sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
    },
    close: () => {
      closed ??= new Promise((resolve, reject) => {
        closing.abort();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

async function respond(
  emulator: Emulator,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  log: (line: string) => void,
  closing: AbortSignal,
): Promise<void> {
  const request = await readRequest(incoming);
  if (request === undefined) {
    outgoing.destroy();
    return;
  }
  if (request.path.startsWith(CONTROL_PREFIX)) {
    return send(outgoing, answerControlRequest(emulator, request, incoming.socket.remoteAddress ?? ''));
  }
  const reply = await emulator.handle(request);
  log(formatCall(reply.call));
  if (reply.delay > 0) await sleep(reply.delay, undefined, { signal: closing }).catch(() => {});
  switch (reply.kind) {
    case 'answer':
      return send(outgoing, reply.response);
    case 'drop':
      outgoing.destroy();
      return;
    case 'no-answer':
      return;
    default:
      reply satisfies never;
  }
}

/** Returns undefined if the client disconnected or the body is too large. */
async function readRequest(incoming: IncomingMessage): Promise<HttpRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAXIMUM_BODY) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  const headers = Object.entries(incoming.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(',') : value] as const,
  );
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString(),
  };
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse): void {
  outgoing.sendDate = false;
  outgoing.writeHead(status, headers);
  outgoing.end(body);
}
