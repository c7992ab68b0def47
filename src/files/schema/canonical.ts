/**
 * Values with exactly one spelling in YAML: what a reviewer reads and what a parser reads are then the same thing.
 * Reading ends with writing again, and a byte of difference (a comment, an alias, keys in another order) is refused
 * even under a good signature.
 */
import type { Credential, CredentialName, LastUsed } from '../../core/action/credentials.js';
import { type ErrorCode, RootsweepError } from '../../errors.js';
import { decodeUtf8 } from '../io/text-file.js';
import { emitYaml, type Style, writeYaml } from '../yaml/emit-yaml.js';
import { parseYaml, type YamlFile } from '../yaml/yaml-file.js';
import { parseInParts } from '../yaml/yaml-parts.js';
import { findMisfit, validateAgainst } from './schema.js';
import type { SchemaName } from './schema-names.js';

/** Of a longer body, in bytes, it is not said where it is wrong: there can be a mistake in every few bytes of it. */
const MOST_DESCRIBED = 2 ** 20;

export interface CanonicalKind<T> {
  /** `plan`: what the file is to the user. */
  readonly what: string;
  readonly schema: SchemaName;
  readonly code: ErrorCode;
  readonly hint: string;
  /** Every key by name, in the order of the file: a key that is not here is not written, whatever the value holds. */
  readonly order: (value: T) => object;
  readonly style: Style;
  /** What makes a value of the schema's shape one that rootsweep would not write. */
  readonly findFault: (value: T) => string | undefined;
}

/**
 * Reads a body.
 * @throws RootsweepError with the code of the kind.
 */
export function parseCanonical<T>(body: Buffer, fileName: string, kind: CanonicalKind<T>): T {
  const text = decodeUtf8(body, fileName, kind.what);
  const value = readInParts(body, text, kind);
  if (value !== undefined) return value;
  if (body.length > MOST_DESCRIBED) throw tooLong(fileName, kind);
  return checkCanonical(parseYaml(text, fileName, kind), body, fileName, kind);
}

/**
 * The value for a fraction of the memory, of a body whose last key is a long list of accounts. Undefined where
 * anything is amiss, for the parser of whole files to tell.
 */
function readInParts<T>(body: Buffer, text: string, kind: CanonicalKind<T>): T | undefined {
  const parsed = parseInParts(text, 'accounts');
  if (parsed === undefined || findMisfit(kind.schema, parsed) !== undefined) return undefined;
  // The schema has just proven the shape. What parts were read as, the whole means: it is what is written of them.
  const value = parsed as T;
  return isSpelledAs(body, value, kind) && kind.findFault(value) === undefined ? value : undefined;
}

/**
 * The value of a file that was parsed already.
 * @throws RootsweepError with the given code.
 */
function checkCanonical<T>(file: YamlFile, body: Buffer, fileName: string, kind: CanonicalKind<T>): T {
  const { what, schema, code, hint, findFault } = kind;
  const refuse = (said: string) => new RootsweepError(code, `"${fileName}" ${said}`, { hint });
  if (body.length > MOST_DESCRIBED && findMisfit(schema, Object(file.value)) !== undefined) {
    throw tooLong(fileName, kind);
  }
  validateAgainst(schema, file, fileName, { code });
  // The schema has just proven the shape.
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

/** The one spelling of a value. */
export function emitCanonical<T>({ order, style }: CanonicalKind<T>, value: T): Buffer {
  return emitYaml(order(value), style);
}

/** All that is known of a credential but its name. */
export function orderFacts({ status, created, lastUsed }: Omit<Credential, keyof CredentialName>): object {
  return {
    ...optional({ status }),
    created,
    ...optional({ lastUsed: lastUsed && orderLastUsed(lastUsed) }),
  };
}

function orderLastUsed(lastUsed: LastUsed): object {
  if (lastUsed.kind === 'never') return { kind: lastUsed.kind };
  return {
    kind: lastUsed.kind,
    at: lastUsed.at,
    ...optional({ service: lastUsed.service, region: lastUsed.region }),
  };
}

export function ordered<K extends string>(counts: Readonly<Record<K, number>>, keys: readonly K[]): object {
  return Object.fromEntries(keys.map((key) => [key, counts[key]]));
}

/** The given keys less those without a value. */
export function optional(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
