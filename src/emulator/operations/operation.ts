import type { Effect } from '../state/effect.js';
import type { Principal } from '../state/principal.js';
import type { World } from '../state/world.js';
import type { Structure } from '../wire/value.js';
import { type Fields, readFields, type Violation } from './fields.js';

/** The input of an operation besides its parameters: the world, the caller and the time. */
export interface Call {
  readonly world: World;
  readonly principal: Principal;
  readonly now: Date;
  /** The region of the credential scope; `aws-global` for the global endpoint. */
  readonly region: string;
  /** The region of the endpoint if the host names it, otherwise that of the credential scope. */
  readonly endpointRegion: string;
}

export interface OperationResult {
  /** Absent for operations without output. */
  readonly output?: Structure;
  readonly effect?: Effect;
}

/** The definition of an AWS operation. The input's type is inferred from the fields. */
export interface Definition<Input> {
  /** The constraints of the service model. */
  readonly input: Fields<Input>;
  /** Computes the result for valid parameters. Does not change the world. Throws AwsError to reject the call. */
  run(call: Call, input: Input): OperationResult;
  /** The account that the input names, if it is not the caller's: for the call log and for faults. */
  account?(input: Input): string | undefined;
}

/** A request with its parameters parsed. */
export interface Prepared {
  readonly violations: readonly Violation[];
  readonly account: string | undefined;
  /** Call only if there are no violations. */
  run(call: Call): OperationResult;
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
