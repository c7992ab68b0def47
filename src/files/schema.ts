/** Files against their JSON Schemas: every mistake found at once, each told once and where it stands. */
import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { ErrorCode } from '../errors.js';
import { invalidFile } from './problem.js';
import type { SchemaName } from './schema-names.js';
import { describeErrors } from './schema-problem.js';
import type { YamlFile } from './yaml-file.js';

/**
 * Checks a file against a schema; after that its value has the schema's shape.
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

/** Where a value that no person wrote does not fit a schema: a JSON pointer, or undefined if it fits. */
export function findMisfit(schema: SchemaName, value: object): string | undefined {
  const validate = loadValidator(schema);
  return validate(value) ? undefined : (validate.errors?.[0]?.instancePath ?? '/');
}

const load = createRequire(import.meta.url);

/** What the build made of a schema: compiling it takes longer than everything else that most commands do. */
function loadValidator(schema: SchemaName): ValidateFunction {
  return load(`#dist/validators/${schema.replace('.schema.json', '.cjs')}`) as ValidateFunction;
}
