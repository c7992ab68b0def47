/** An endpoint that misbehaves: the emulator, whose answers a test changes on their way. */
import type { LoggedCall } from '../../src/emulator/call-log.js';
import type { HttpResponse } from '../../src/emulator/wire/http.js';
import type { Harness } from './harness.js';

/** How an answer is changed: another body, or another answer altogether; undefined to leave it as it is. */
export type Change = (
  body: string,
  call: LoggedCall,
) => string | { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } | undefined;

/**
 * From now on, the successful answers of one operation are changed; with an account, only those about it. A page that is
 * asked for by a token that only the test knows is the last one again.
 */
export function changeAnswers(
  { emulator }: Pick<Harness, 'emulator'>,
  { operation, account }: { readonly operation: string; readonly account?: string },
  change: Change,
): void {
  const handle = emulator.handle.bind(emulator);
  const lastPages = new Map<string | undefined, HttpResponse>();
  emulator.handle = async (request) => {
    const reply = await handle(request);
    const { call } = reply;
    if (reply.kind !== 'answer' || call.operation !== operation) return reply;
    if (account !== undefined && call.account !== account) return reply;
    const isStrange = ['InvalidInputException', 'ValidationError'].includes(call.errorCode ?? '');
    const response = (isStrange ? lastPages.get(call.account) : undefined) ?? reply.response;
    if (response.status !== 200) return reply;
    lastPages.set(call.account, response);
    const changed = change(response.body, call);
    if (changed === undefined) return { ...reply, response };
    const { body = response.body, headers = {} } = typeof changed === 'string' ? { body: changed } : changed;
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    return {
      ...reply,
      response: { ...response, headers: { ...response.headers, ...headers, ...length }, body },
    };
  };
}

/** The first element of this name, content and all, replaced in an answer in XML. */
export function replaceElement(xml: string, name: string, by: string): string {
  const replaced = xml.replace(new RegExp(`<${name}(?:/>|>[^]*?</${name}>)`), () => by);
  if (replaced === xml) throw new Error(`no element ${name} in ${xml}`);
  return replaced;
}

/** An answer in JSON without one member, at any depth. */
export function withoutMember(json: string, name: string): string {
  return JSON.stringify(JSON.parse(json, (key, value) => (key === name ? undefined : value)));
}
