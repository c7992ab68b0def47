/** Validates files against JSON Schemas. All mistakes are reported, each once and with its location. */
import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { ErrorCode } from '../../errors.js';
import { invalidFile } from '../yaml/problem.js';
import type { YamlFile } from '../yaml/yaml-file.js';
import type { SchemaName } from './schema-names.js';
import { describeErrors } from './schema-problem.js';

/**
 * Validates a file. Afterwards, its value has the schema's shape.
 * @throws RootsweepError with the given code and a line `file:line:column: sentence` for each problem.
 */
export function validateAgainst(
  schema: SchemaName,
  file: YamlFile,
  fileName: string,
  { code }: { readonly code: ErrorCode },
): void {
  const validate = loadValidator(schema);
  if (validate(file.value)) return;
  const errors: readonly ErrorObject[] = validate.errors ?? [];
  throw invalidFile(code, fileName, describeErrors(errors, file));
}

/** Where a generated value violates a schema, as a JSON pointer; undefined if it is valid. */
export function findMisfit(schema: SchemaName, value: object): string | undefined {
  const validate = loadValidator(schema);
  return validate(value) ? undefined : (validate.errors?.[0]?.instancePath ?? '/');
}

const load = createRequire(import.meta.url);

/** Loads the validator compiled by the build: compiling at run time takes longer than all else in most commands. */
function loadValidator(schema: SchemaName): ValidateFunction {
  return load(`#dist/validators/${schema.replace('.schema.json', '.cjs')}`) as ValidateFunction;
}
