import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { SchemaPart } from './schema-parts.js';

const load = createRequire(import.meta.url);

/** Where and how a value violates the schema. `unknownKey` is a member that is not allowed. */
export interface Mismatch {
  readonly path: readonly (string | number)[];
  readonly sentence: string;
  readonly unknownKey?: string;
}

/**
 * Returns the most specific mismatch (the deepest one where alternatives were tried), or undefined if the value is
 * valid.
 */
export function findMismatch(part: SchemaPart, value: unknown): Mismatch | undefined {
  // The build compiles the validators from the schema: compiling at run time takes longer than all else in most
  // scenarios.
  const validators = load('#dist/validators/scenario.cjs') as Readonly<Record<SchemaPart, ValidateFunction>>;
  const validate = validators[part];
  if (validate(value)) return undefined;
  const errors = validate.errors ?? [];
  const [error] = [...errors].sort((a, b) => depth(b) - depth(a) || rank(a) - rank(b));
  if (error === undefined) return { path: [], sentence: 'It does not fit the schema' };
  return describe(error, value);
}

/** Describes a mismatch in one sentence, for values that do not come from a file. */
export function describeInvalid(part: SchemaPart, value: unknown): string | undefined {
  const mismatch = findMismatch(part, value);
  if (mismatch === undefined) return undefined;
  return mismatch.path.length === 0 ? mismatch.sentence : `${mismatch.path.join('.')}: ${mismatch.sentence}`;
}

function depth({ instancePath }: ErrorObject): number {
  return instancePath.split('/').length;
}

/** Ranks `if` errors last: they only say that a branch did not match. */
function rank({ keyword }: ErrorObject): number {
  return keyword === 'if' ? 1 : 0;
}

function describe(error: ErrorObject, root: unknown): Mismatch {
  const path = parsePointer(error.instancePath, root);
  const { params, data } = error;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      return { path, sentence: `"${key}" is not a member here`, unknownKey: key };
    }
    case 'required':
      return { path, sentence: `"${params.missingProperty}" is missing` };
    case 'type':
      return { path, sentence: describeType(String(params.type), data) };
    case 'enum':
      return {
        path,
        sentence: `${show(data)} is not one of ${(params.allowedValues as unknown[]).join(', ')}`,
      };
    case 'pattern':
      return {
        path,
        sentence: `${show(data)} does not look like ${error.parentSchema?.errorMessage ?? params.pattern}`,
      };
    case 'discriminator':
      return {
        path: [...path, 'kind'],
        sentence: `${show(params.tagValue)} is not ${error.parentSchema?.errorMessage ?? 'a known kind'}`,
      };
    default:
      return { path, sentence: `${show(data)} ${error.message ?? 'does not fit'}` };
  }
}

function describeType(type: string, data: unknown): string {
  if (typeof data === 'number' && type.split(',').includes('string')) {
    return `${data} must be in quotes: without them YAML reads a number and drops leading zeros`;
  }
  return `${show(data)} is not of type ${type.replaceAll(',', ' or ')}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Converts a JSON pointer to keys, with numbers for list indexes. */
function parsePointer(pointer: string, root: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return path;
}
