/**
 * Per-request options. If they were passed to the SDK's `send`, it would rebuild the client's middleware for that call,
 * so they bypass it and go directly to the request handler.
 */
import type { STSClient } from '@aws-sdk/client-sts';

export interface SendOptions {
  /** Aborts the request and the answer at once. */
  readonly abortSignal?: AbortSignal;
  /** How long the whole answer may take if the endpoint has never answered, in ms. */
  readonly requestTimeout: number;
}

interface Sender {
  send: (command: never, options?: never) => unknown;
  readonly middlewareStack: Pick<STSClient['middlewareStack'], 'add'>;
}

/** Keyed by the input object of a call, then by its request. */
const options = new WeakMap<object, SendOptions>();

/** Makes `send` of this client accept `SendOptions` as its second argument. */
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
    // After signing, which creates a new request object.
    { step: 'deserialize', priority: 'low', name: 'takeOptions' },
  );
  return client;
}

export function optionsOf(request: object): SendOptions | undefined {
  return options.get(request);
}
