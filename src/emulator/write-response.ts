import type { Exchange } from './exchange.js';
import type { HttpResponse } from './wire/http.js';

/**
 * Serializes the outcome of an exchange in the wire format of its service. `Date` is from the emulator's clock, because
 * clients correct their clocks by it. A lost exchange has no response; its status is 0 in the call log.
 */
export function writeResponse({ route, outcome }: Exchange, requestId: string, now: Date): HttpResponse {
  const { protocol } = route.service;
  if (outcome.kind === 'lost') return { status: 0, headers: {}, body: '' };
  const { status, body, headers } =
    outcome.kind === 'failure'
      ? protocol.writeError(outcome.error, requestId)
      : protocol.writeOutput(route.operation, outcome.output, requestId);
  return {
    status,
    headers: {
      'content-type': protocol.contentType,
      'content-length': String(Buffer.byteLength(body)),
      date: now.toUTCString(),
      ...protocol.requestIdHeaders(requestId),
      ...headers,
    },
    body,
  };
}
