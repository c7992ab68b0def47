/** Each exported name has one meaning in all of src, so that a search for it finds one declaration. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));

const DECLARATION =
  /^export (?:abstract |async |declare )*(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));

/** The files that declare each name, for names that several declare. An overloaded function counts once per file. */
function findDuplicates(): Map<string, readonly string[]> {
  const places = new Map<string, readonly string[]>();
  for (const { path, text } of files) {
    const names = new Set([...text.matchAll(DECLARATION)].map(([, name = '']) => name));
    for (const name of names) places.set(name, [...(places.get(name) ?? []), path]);
  }
  return new Map([...places].filter(([, paths]) => paths.length > 1));
}

test('no name is exported by two files of src', () => {
  assert.deepEqual(Object.fromEntries(findDuplicates()), {});
});

test('src exports names only where it declares them', () => {
  const others = files.filter(({ text }) => /^export (?:type )?[{*]|^export default/m.test(text));
  assert.deepEqual(
    others.map(({ path }) => path),
    [],
  );
});
