/** Describes one schema violation: the value found, then the value expected. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import { suggest } from '../../core/base/suggest.js';
import { type Problem, quote } from '../yaml/problem.js';
import type { YamlFile, YamlPath } from '../yaml/yaml-file.js';
import { expected, flow, repair, type SchemaRule, show, wrongLength } from './schema-text.js';

/** An ajv error (`verbose`) with its place in the file and the violated part of the schema. */
export interface SchemaError extends ErrorObject {
  readonly path: YamlPath;
  readonly rule: SchemaRule;
}

/** Tag keys may contain anything; keys that are not plain are quoted (promise 12). */
const PLAIN_KEY = /^[A-Za-z][\w-]{0,63}$/;

/** @returns a problem whose sentence is computed when it is shown. */
export function describeError(error: SchemaError, file: YamlFile): Problem {
  const { keyword, path, params } = error;
  if (keyword === 'additionalProperties') {
    const place = file.locateKey([...path, String(params.additionalProperty)]);
    return { ...place, sentence: () => describeUnknownKey(error) };
  }
  if (keyword === 'uniqueItems') {
    const repeated = [...path, Math.max(Number(params.i), Number(params.j))];
    const sentence = () => `${formatPath(repeated)} repeats an earlier entry; remove it`;
    return { ...file.locate(repeated), sentence };
  }
  return { ...file.locate(path), sentence: () => tell(error, file) };
}

/** Suggests a known, unused key for an unknown one. */
export function suggestKey({ params, rule: { properties = {} }, data }: SchemaError): string | undefined {
  const absent = listKeys(properties).filter((key) => !Object.hasOwn(data as object, key));
  return suggest(String(params.additionalProperty), absent);
}

/** `exclude[0].reason`; the top of the file is `the file`. */
export function formatPath(path: YamlPath): string {
  if (path.length === 0) return 'the file';
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return PLAIN_KEY.test(step) ? `.${step}` : `[${quote(step)}]`;
  });
  return steps.join('').replace(/^\./, '');
}

/** Excludes keys that the schema lists only to explain why they are not allowed. */
function listKeys(properties: Readonly<Record<string, SchemaRule>>): string[] {
  return Object.entries(properties).flatMap(([key, { not }]) => (not === undefined ? [key] : []));
}

function describeUnknownKey(error: SchemaError): string {
  const { path, params, rule } = error;
  const key = quote(String(params.additionalProperty));
  const where = path.length === 0 ? '' : ` in ${formatPath(path)}`;
  const meant = suggestKey(error);
  if (meant !== undefined) return `unknown key ${key}${where}; did you mean ${quote(meant)}?`;
  return `unknown key ${key}${where}; known keys are ${listKeys(rule.properties ?? {}).join(', ')}`;
}

function tell({ keyword, path, params, rule, data }: SchemaError, file: YamlFile): string {
  const subject = formatPath(path);
  const advice = rule.errorMessage ?? `write ${expected(rule)}`;

  if (keyword === 'required') return tellMissing(subject, String(params.missingProperty), rule);
  if (keyword === 'minItems' || keyword === 'minProperties') {
    return `${subject} is empty: ${rule.errorMessage ?? 'write an entry, or leave it out'}`;
  }
  if (keyword === 'false schema') return `${subject} is not allowed here; remove it`;
  if (data === null) return `${subject} has no value; ${advice}`;
  if (keyword === 'contains' || (keyword === 'anyOf' && typeof data === 'object'))
    return `${subject}: ${advice}`;

  const spelling = typeof data === 'object' ? undefined : (file.spell(path) ?? String(data));
  const is = `${subject} is ${show(data, spelling)}`;
  if (keyword === 'enum') {
    const meant = suggest(String(data), (rule.enum ?? []).map(String));
    return `${is}; ${advice}${meant === undefined ? '' : `; did you mean ${quote(meant)}?`}`;
  }
  if (rule.type !== 'string' || spelling === undefined) return `${is}; ${advice}`;

  const repaired = repair(spelling, rule);
  if (repaired === undefined) return `${is}; ${advice}${wrongLength(spelling, rule)}`;
  const isRead = typeof data === 'string' ? is : `${subject} is read as a ${typeof data}`;
  return `${isRead}; ${rule.errorMessage ?? 'text needs quotes here'}: write ${lineAt(path, repaired)}`;
}

function tellMissing(subject: string, key: string, { properties = {} }: SchemaRule): string {
  const property = properties[key] ?? {};
  if (property.const !== undefined) return `${subject} has no ${key}; add ${key}: ${flow(property.const)}`;
  const [example] = property.examples ?? [];
  const shown = example === undefined ? '' : `, for example ${key}: ${flow(example)}`;
  return `${subject} has no ${key}; add one${shown}`;
}

/** The line, or list entry, that sets a text at the path. */
function lineAt(path: YamlPath, text: string): string {
  const key = path.at(-1);
  if (typeof key !== 'string') return flow(text);
  return `${PLAIN_KEY.test(key) ? key : quote(key)}: ${flow(text)}`;
}
