/**
 * What belongs to one request beside its command. The SDK takes such options, and then puts the middleware of the client
 * together anew for this one call: so they go past it, to the handler that carries the request.
 */
import type { STSClient } from '@aws-sdk/client-sts';

export interface SendOptions {
  /** Ends the request, and the answer, at once. */
  readonly abortSignal?: AbortSignal;
  /** How long the whole answer may take where nothing has ever been answered, in ms. */
  readonly requestTimeout: number;
}

interface Sender {
  send: (command: never, options?: never) => unknown;
  readonly middlewareStack: Pick<STSClient['middlewareStack'], 'add'>;
}

/** By the object that holds the parameters of a call, and then by the request that is made of it. */
const options = new WeakMap<object, SendOptions>();

/** Has `send` of this client take `SendOptions` as its second argument. */
export function takeOptions<T extends Sender>(client: T): T {
  const send = client.send.bind(client) as (command: { readonly input: object }) => unknown;
  client.send = ((command: { readonly input: object }, given?: SendOptions) => {
    if (given !== undefined) options.set(command.input, given);
    return send(command);
  }) as T['send'];
  client.middlewareStack.add(
    (next) => (args) => {
      const given = options.get(args.input);
      if (given !== undefined) options.set(args.request as object, given);
      return next(args);
    },
    // After it was signed, which makes another object of it.
    { step: 'deserialize', priority: 'low', name: 'takeOptions' },
  );
  return client;
}

export function optionsOf(request: object): SendOptions | undefined {
  return options.get(request);
}
