/** Converts ajv errors to problems for the user, one per mistake. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Problem } from '../yaml/problem.js';
import type { YamlFile, YamlPath } from '../yaml/yaml-file.js';
import { describeError, type SchemaError, suggestKey } from './schema-sentence.js';
import type { SchemaRule } from './schema-text.js';

/** Describes the errors of one validation (with `allErrors` and `verbose`). */
export function describeErrors(errors: readonly ErrorObject[], file: YamlFile): Problem[] {
  const located = errors.map((error): SchemaError => {
    const rule = (error.parentSchema ?? {}) as SchemaRule;
    // Modified in place, because there can be as many errors as values in the file.
    return Object.assign(error, { rule, path: readPointer(error.instancePath, file.value) });
  });
  // A value that breaks several rules is one mistake. Only the last error is kept; the schemas check types first.
  const problems = new Map<string, Problem>();
  for (const error of dropEchoes(chooseBranches(located))) {
    problems.set(nameMistake(error), describeError(error, file));
  }
  return [...problems.values()];
}

/** The steps of a JSON pointer; list indexes are numbers. */
function readPointer(pointer: string, root: unknown): YamlPath {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  }
  return path;
}

function nameMistake({ keyword, instancePath, params }: SchemaError): string {
  if (keyword === 'additionalProperties') return `${instancePath} has ${params.additionalProperty}`;
  if (keyword === 'uniqueItems') return `${instancePath} repeats`;
  return keyword === 'required' ? `${instancePath} lacks ${params.missingProperty}` : instancePath;
}

/**
 * ajv reports why each branch of an `anyOf` failed, then that the whole failed (also for `contains` and `if`). Keeps
 * the errors of the branch that the value's type indicates, or else the error of the whole.
 */
function chooseBranches(errors: readonly SchemaError[]): SchemaError[] {
  const kept: SchemaError[] = [];
  for (const error of errors) {
    if (error.keyword === 'if') continue;
    if (error.keyword !== 'anyOf' && error.keyword !== 'contains') {
      kept.push(error);
      continue;
    }
    let start = kept.length;
    while (start > 0 && isAtOrBelow(kept[start - 1]?.instancePath ?? '', error.instancePath)) start -= 1;
    for (const chosen of chooseBranch(error, kept.splice(start))) kept.push(chosen);
  }
  return kept;
}

/** @param before the errors about the same value and its content, including those of the branches. */
function chooseBranch(whole: SchemaError, before: readonly SchemaError[]): SchemaError[] {
  const { instancePath, rule } = whole;
  const branchOf = ({ schemaPath }: SchemaError) =>
    isAtOrBelow(schemaPath, whole.schemaPath)
      ? schemaPath.slice(whole.schemaPath.length + 1).split('/')[0]
      : undefined;
  const isAboutWhole = (error: SchemaError) =>
    branchOf(error) !== undefined && error.instancePath === instancePath;
  const ofOtherType = new Set(
    before.filter((error) => isAboutWhole(error) && error.keyword === 'type').map(branchOf),
  );
  const branches = whole.keyword === 'anyOf' ? (rule.anyOf ?? []).length : 0;
  if (branches - ofOtherType.size !== 1) {
    return [...before.filter((error) => branchOf(error) === undefined), whole];
  }
  // The message of the whole also applies to its branches.
  const { errorMessage } = rule;
  return before
    .filter((error) => !ofOtherType.has(branchOf(error)))
    .map((error) =>
      isAboutWhole(error) && errorMessage !== undefined
        ? { ...error, rule: { errorMessage, ...error.rule } }
        : error,
    );
}

function isAtOrBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}

/** A misspelled key also causes an error for the missing correct key: only the misspelling is reported. */
function dropEchoes(errors: readonly SchemaError[]): SchemaError[] {
  const meant = new Map<string, Set<string>>();
  const lacking = new Set(
    errors.flatMap(({ keyword, instancePath }) =>
      keyword === 'required' || keyword === 'anyOf' ? [instancePath] : [],
    ),
  );
  for (const error of errors) {
    if (error.keyword !== 'additionalProperties' || !lacking.has(error.instancePath)) continue;
    const key = suggestKey(error);
    if (key === undefined) continue;
    const keys = meant.get(error.instancePath) ?? new Set();
    meant.set(error.instancePath, keys.add(key));
  }
  return errors.filter(({ keyword, instancePath, params, rule }) => {
    const keys = meant.get(instancePath);
    if (keys === undefined) return true;
    if (keyword === 'required') return !keys.has(String(params.missingProperty));
    return keyword !== 'anyOf' || !Object.keys(rule.properties ?? {}).some((key) => keys.has(key));
  });
}
