/**
 * Signed documents have exactly one spelling in YAML, so that a reviewer and a parser read the same thing. After
 * parsing, the value is written again: any different byte (a comment, an alias, keys in another order) is refused, even
 * under a good signature.
 */
import type { Credential, CredentialName } from '../../core/action/credentials.js';
import { type ErrorCode, RootsweepError } from '../../errors.js';
import { decodeUtf8 } from '../io/text-file.js';
import { emitYaml, type Style, writeYaml } from '../yaml/emit-yaml.js';
import { parseYaml, type YamlFile } from '../yaml/yaml-file.js';
import { parseInParts } from '../yaml/yaml-parts.js';
import { findMisfit, validateAgainst } from './schema.js';
import type { SchemaName } from './schema-names.js';

/** In bytes. Mistakes in longer bodies are not located: there could be one every few bytes. */
const MOST_DESCRIBED = 2 ** 20;

export interface CanonicalKind<T> {
  /** The word for it in messages: `plan`. */
  readonly what: string;
  readonly schema: SchemaName;
  readonly code: ErrorCode;
  readonly hint: string;
  /** Lists every key by name, in the order of the file. Any other key of the value is not written. */
  readonly order: (value: T) => object;
  readonly style: Style;
  /** Why rootsweep would not write a value that matches the schema; undefined if it would. */
  readonly findFault: (value: T) => string | undefined;
}

/** @throws RootsweepError with the code of the kind. */
export function parseCanonical<T>(body: Buffer, fileName: string, kind: CanonicalKind<T>): T {
  const text = decodeUtf8(body, fileName, kind.what);
  const value = readInParts(body, text, kind);
  if (value !== undefined) return value;
  if (body.length > MOST_DESCRIBED) throw tooLong(fileName, kind);
  return checkCanonical(parseYaml(text, fileName, kind), body, fileName, kind);
}

/**
 * Reads a body that ends with a long list of accounts, with a fraction of the memory. Returns undefined if anything is
 * wrong; the parser of whole files then reports it.
 */
function readInParts<T>(body: Buffer, text: string, kind: CanonicalKind<T>): T | undefined {
  const parsed = parseInParts(text, 'accounts');
  if (parsed === undefined || findMisfit(kind.schema, parsed) !== undefined) return undefined;
  // The schema validated the shape. Parts could mean something else than the whole, but not if they are spelled alike.
  const value = parsed as T;
  return isSpelledAs(body, value, kind) && kind.findFault(value) === undefined ? value : undefined;
}

function checkCanonical<T>(file: YamlFile, body: Buffer, fileName: string, kind: CanonicalKind<T>): T {
  const { what, schema, code, hint, findFault } = kind;
  const refuse = (said: string) => new RootsweepError(code, `"${fileName}" ${said}`, { hint });
  if (body.length > MOST_DESCRIBED && findMisfit(schema, Object(file.value)) !== undefined) {
    throw tooLong(fileName, kind);
  }
  validateAgainst(schema, file, fileName, { code });
  // The schema validated the shape.
  const value = file.value as T;
  if (!isSpelledAs(body, value, kind)) throw refuse(`is not spelled as rootsweep spells a ${what}`);
  const fault = findFault(value);
  if (fault !== undefined) throw refuse(`is no ${what} that rootsweep would write: ${fault}`);
  return value;
}

function tooLong<T>(fileName: string, { what, code, hint }: CanonicalKind<T>): RootsweepError {
  return new RootsweepError(
    code,
    `"${fileName}" is not spelled as rootsweep spells a ${what}, and is too long to say where`,
    { hint },
  );
}

function isSpelledAs<T>(body: Buffer, value: T, { order, style }: CanonicalKind<T>): boolean {
  let length = 0;
  let same = true;
  writeYaml(order(value), style, (part) => {
    same &&= part.equals(body.subarray(length, length + part.length));
    length += part.length;
  });
  return same && length === body.length;
}

export function emitCanonical<T>({ order, style }: CanonicalKind<T>, value: T): Buffer {
  return emitYaml(order(value), style);
}

/** What a plan or a receipt records of a credential besides its name. */
export function orderFacts(credential: Omit<Credential, keyof CredentialName>): object {
  const { lastUsed } = credential;
  return {
    ...pick(credential, 'status', 'created'),
    ...optional({ lastUsed: lastUsed && pick(lastUsed, 'kind', 'at', 'service', 'region') }),
  };
}

/** Of a union, the keys of all its members. */
type KeyOf<T> = T extends unknown ? keyof T : never;

/** The given keys in this order; keys without a value are left out. */
export function pick<T extends object>(value: T, ...keys: readonly KeyOf<T>[]): object {
  const picked: Partial<Record<KeyOf<T>, unknown>> = {};
  for (const key of keys) if (value[key as keyof T] !== undefined) picked[key] = value[key as keyof T];
  return picked;
}

/** The object without the keys that have no value. */
export function optional(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
