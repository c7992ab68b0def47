/**
 * The official JSON Schema of SARIF 2.1.0 (its last before OASIS's, "rtm.5"), which a package of Microsoft's SARIF
 * SDK for JavaScript carries. It is of draft 4, whose `id` ajv knows by another name.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { isInstant } from '../../src/files/schema/calendar.js';

const PACKAGE = createRequire(import.meta.url).resolve('@microsoft/jest-sarif');
const FILE = new URL('./schemas/sarif-2.1.0-rtm.5.json', `file://${PACKAGE}`);

/** What is wrong with a SARIF log: a line for each problem. */
export function findSarifFaults(log: unknown): string[] {
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(FILE, 'utf8'));
  const ajv = new Ajv({
    strict: false,
    // One of its patterns is none with the flag `u`.
    unicodeRegExp: false,
    allErrors: true,
    formats: {
      uri: (text: string) => URL.canParse(text),
      'uri-reference': (text: string) => !/[\s<>"{}|\\^`]/.test(text) && URL.canParse(text, 'file:///'),
      'date-time': isInstant,
    },
  });
  const validate = ajv.compile(schema);
  return validate(log)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
