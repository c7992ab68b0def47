import type { Effect } from '../state/effect.js';
import type { Principal } from '../state/principal.js';
import type { World } from '../state/world.js';
import type { Structure } from '../wire/value.js';
import { type Fields, readFields, type Violation } from './fields.js';

/** What an operation decides on: the world as it is, who asks, and when. */
export interface Call {
  readonly world: World;
  readonly principal: Principal;
  readonly now: Date;
  /** The region of the credential scope: `aws-global` stands for the global endpoint. */
  readonly region: string;
  /** The region whose endpoint was called, as far as the host says it; that of the credential scope otherwise. */
  readonly endpointRegion: string;
}

export interface Result {
  /** Absent for operations that answer nothing. */
  readonly output?: Structure;
  readonly effect?: Effect;
}

/** What makes an AWS operation; the input's type follows from the fields. */
export interface Definition<Input> {
  /** The service model's constraints. */
  readonly input: Fields<Input>;
  /** Decides on good parameters. Changes nothing itself, and throws AwsError to refuse. */
  run(call: Call, input: Input): Result;
  /** The account that an input is about, where that is not the caller's own: for the call log and for faults. */
  account?(input: Input): string | undefined;
}

/** One request for an operation, with its parameters read. */
export interface Prepared {
  readonly violations: readonly Violation[];
  readonly account: string | undefined;
  /** Not to be called with violations. */
  run(call: Call): Result;
}

export interface Operation {
  prepare(parameters: Readonly<Record<string, unknown>>): Prepared;
}

export function operation<Input>(definition: Definition<Input>): Operation {
  return {
    prepare(parameters) {
      const { input, violations } = readFields(definition.input, parameters);
      const account = definition.account?.(input);
      return { violations, account, run: (call) => definition.run(call, input) };
    },
  };
}
