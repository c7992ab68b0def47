/** Describes values and schemas in words, and suggests valid texts for invalid ones. */
import { stringify } from 'yaml';
import { quote } from '../yaml/problem.js';
import { FORMATS } from './schema-formats.js';

/** The schema keywords that error messages use. */
export interface SchemaRule {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: keyof typeof FORMATS;
  readonly anyOf?: readonly SchemaRule[];
  /** `{}`: no value is allowed. */
  readonly not?: object;
  readonly properties?: Readonly<Record<string, SchemaRule>>;
  readonly examples?: readonly unknown[];
  readonly errorMessage?: string;
}

/** Formats a value as one line of YAML. */
export function flow(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  return stringify(value, {
    collectionStyle: 'flow',
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    flowCollectionPadding: false,
    lineWidth: 0,
  }).trim();
}

/** Describes a value briefly. Numbers are shown as spelled in the file. */
export function show(value: unknown, spelling: string | undefined): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? quote(value) : quote(spelling ?? String(value)).slice(1, -1);
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
};

/** What a schema accepts: `a whole number from 1 to 100, for example 50`. */
export function expected(rule: SchemaRule): string {
  const { type = '', minimum, maximum, examples: [example] = [] } = rule;
  if (rule.const !== undefined) return flow(rule.const);
  if (rule.enum !== undefined) return either(rule.enum.map(flow));
  const range = maximum === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`;
  return [
    TYPES[type] ?? 'another value',
    minimum === undefined ? '' : range,
    example === undefined ? '' : `, for example ${flow(example)}`,
  ].join('');
}

function either(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/**
 * Suggests a valid text for an invalid one: the same text quoted, without whitespace, in lower case, or (account ids)
 * with digits only.
 */
export function repair(text: string, rule: SchemaRule): string | undefined {
  const unspaced = text.replace(/\s/g, '');
  const digits = /^[\d\s.-]*$/.test(text) ? text.replace(/\D/g, '') : text;
  return [text, unspaced, unspaced.toLowerCase(), digits].find((candidate) => takes(rule, candidate));
}

/** `, and this has 11`: for a schema with a fixed text length. */
export function wrongLength(text: string, { minLength, maxLength }: SchemaRule): string {
  if (minLength === undefined || minLength !== maxLength || text.length === minLength) return '';
  return `, and this has ${text.length}`;
}

function takes(rule: SchemaRule, text: string): boolean {
  const { pattern, format, minLength = 0, maxLength = Number.POSITIVE_INFINITY, anyOf } = rule;
  return (
    text.length >= minLength &&
    text.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(text)) &&
    (format === undefined || FORMATS[format](text)) &&
    (anyOf === undefined || anyOf.some((branch) => takes(branch, text)))
  );
}
