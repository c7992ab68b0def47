/**
 * What an operation answers, before a wire format: objects keep the order of their keys, arrays become lists, maps
 * become XML's `entry` lists, dates take the form of the protocol, undefined is left out.
 */
export type Value =
  | string
  | number
  | boolean
  | Date
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | Structure;

export interface Structure {
  readonly [member: string]: Value | undefined;
}
