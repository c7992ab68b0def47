/** What every refusal has in common: one sentence, what to do, an exit code, and no trace of it in the world. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Harness, RunOptions } from './harness.js';

export interface Refusal {
  readonly argv: readonly string[];
  readonly code: number;
  /** The message, with `.` for the folder of the test. */
  readonly says: string | RegExp;
  readonly hint: string | RegExp;
  /** Whether AWS may be called before the refusal. */
  readonly calls?: boolean;
  readonly options?: RunOptions;
}

type Place = Pick<Harness, 'run' | 'folder' | 'calls' | 'deletions'>;

/** Runs the command line without and with `--json`, and compares all that it leaves behind. */
export async function assertRefused(
  harness: Place,
  { argv, code, says, hint, calls = false, options }: Refusal,
): Promise<void> {
  const files = listFiles(harness.folder);
  const called = harness.calls().length;
  const shorten = (text: string) => text.replaceAll(harness.folder, '.');

  const plain = await harness.run(argv, options);
  const [error = '', advice = '', ...rest] = shorten(plain.stderr).split('\n  → ');
  assert.deepEqual(rest, [], plain.stderr);
  assertText(error.replace(/^Error: /, ''), says);
  assert.match(error, /^Error: /);
  assert.match(advice, /^[^\n]+\n$/, plain.stderr);
  assertText(advice.trimEnd(), hint);
  assert.equal(plain.code, code);
  assert.equal(plain.stdout, '');

  const json = await harness.run([...argv, '--json'], options);
  assert.equal(json.code, code);
  assert.match(json.stdout, /^[^\n]+\n$/);
  const { message, hint: told, verdict, ...object } = JSON.parse(json.stdout) as Record<string, unknown>;
  if (argv[0] !== 'verify') assert.equal(verdict, undefined);
  assert.deepEqual(Object.keys(object), ['version', 'type', 'code', 'exitCode']);
  assert.deepEqual([object.version, object.type, object.exitCode], [1, 'error', code]);
  assertText(shorten(String(message)), says instanceof RegExp ? says : says.replaceAll('\n       ', '\n'));
  assertText(shorten(String(told)), hint);

  assert.deepEqual(listFiles(harness.folder), files);
  assert.deepEqual(harness.deletions(), []);
  if (!calls) assert.equal(harness.calls().length, called, harness.calls().join('\n'));
}

function assertText(actual: string, expected: string | RegExp): void {
  if (typeof expected === 'string') assert.equal(actual, expected);
  else assert.match(actual, expected);
}

/** Everything below a folder, with permissions and content; of a link, where it leads. */
export function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const lines = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) return [`${path} -> ${readlinkSync(path)}`];
    const content = entry.isFile() ? readFileSync(path) : '';
    const digest = createHash('sha256').update(content).digest('hex');
    const line = `${path} ${statSync(path).mode.toString(8)} ${digest}`;
    return entry.isDirectory() ? [line, ...listFiles(path)] : [line];
  });
  return lines.sort();
}
