/** Files against their JSON Schemas: every mistake found at once, each told once and where it stands. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ErrorCode } from '../errors.js';
import { invalidFile } from './problem.js';
import { describeErrors } from './schema-problem.js';
import { FORMATS } from './schema-text.js';
import type { YamlFile } from './yaml-file.js';

export type SchemaName =
  `${'organizations' | 'plan' | 'policy' | 'receipt' | 'remedy-plan' | 'remedy-receipt' | 'trust'}.schema.json`;

/** The published schemas: beside `dist/` in the package. */
const FOLDER = new URL('../../../schemas/', import.meta.url);

const compiled = new Map<SchemaName, ValidateFunction>();

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
  const validate = compileSchema(schema);
  if (validate(file.value)) return;
  const errors: readonly ErrorObject[] = validate.errors ?? [];
  throw invalidFile(code, fileName, describeErrors(errors, file));
}

/** Where a value that no person wrote does not fit a schema: a JSON pointer, or undefined if it fits. */
export function findMisfit(schema: SchemaName, value: object): string | undefined {
  const validate = compileSchema(schema);
  return validate(value) ? undefined : (validate.errors?.[0]?.instancePath ?? '/');
}

/** Compiling takes milliseconds, so only what is used is compiled, once. */
function compileSchema(name: SchemaName): ValidateFunction {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    // Alternatives have `required` apart from `properties`, which looks like a mistake to ajv.
    strictRequired: false,
    // The tests do it: here it would take longer than everything else.
    validateSchema: false,
    formats: FORMATS,
  });
  // An annotation that editors show in place of their own words; so do we.
  ajv.addKeyword({ keyword: 'errorMessage', schemaType: 'string' });
  const validate = ajv.compile(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
  compiled.set(name, validate);
  return validate;
}
