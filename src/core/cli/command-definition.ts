/** Parses the definition of a command, which clipanion gives as texts. */

/** A command as clipanion describes it. */
export interface CommandDefinition {
  /** `rootsweep plan` */
  readonly path: string;
  /** `rootsweep show <PLAN>`, without the flags; ` ...` after an argument that may be repeated. */
  readonly usage: string;
  /** `{ definition: '--policy #0' }`: a flag that takes a value. */
  readonly options: readonly { readonly definition: string; readonly required: boolean }[];
}

export interface Flag {
  readonly name: string;
  readonly takesValue: boolean;
  readonly required: boolean;
}

export interface Positional {
  readonly name: string;
  readonly required: boolean;
}

/** The words of the command, without the program: `['plan']`. */
export function readWords({ path }: Pick<CommandDefinition, 'path'>): readonly string[] {
  return path.split(' ').slice(1);
}

export function readFlag({ definition, required }: CommandDefinition['options'][number]): Flag {
  const [name = '', ...values] = definition.split(' ');
  return { name, takesValue: values.length > 0, required };
}

export function readPositionals({ usage }: Pick<CommandDefinition, 'usage'>): readonly Positional[] {
  return [...usage.matchAll(/[<[](\w+)[>\]]/g)].map(([part, name = '']) => ({
    name,
    required: part.startsWith('<'),
  }));
}

/** Whether the last argument may be given more than once. */
export function repeatsArgument({ usage }: Pick<CommandDefinition, 'usage'>): boolean {
  return usage.includes(' ...');
}
