/**
 * An operation's output before serialization. Objects keep their key order, arrays become lists, maps become `entry`
 * lists in XML, dates use the protocol's format, and undefined is omitted.
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
