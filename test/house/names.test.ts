/** Each exported name has one meaning in all of src, so that a search for it finds one declaration. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));

/** Names that are still declared in more than one file. Add none; delete a name from the list when it is unique. */
const KNOWN_DUPLICATES: readonly string[] = [
  'Account',
  'AccountState',
  'Answer',
  'Caller',
  'Change',
  'Clock',
  'CredentialKind',
  'CredentialName',
  'Decision',
  'Finding',
  'Lock',
  'Outcome',
  'Receipt',
  'RemedyRequest',
  'RootSession',
  'Standing',
  'Statement',
  'Style',
  'Verdict',
  'countKinds',
  'countRemedies',
  'describeFailure',
  'headline',
  'isOfRemedies',
  'isRecord',
  'matchesArn',
  'renderVerdict',
];

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

test('no new name is exported by two files of src', () => {
  const added = [...findDuplicates()].filter(([name]) => !KNOWN_DUPLICATES.includes(name));
  assert.deepEqual(Object.fromEntries(added), {});
});

test('each known duplicate is still one', () => {
  const duplicates = findDuplicates();
  assert.deepEqual(
    KNOWN_DUPLICATES.filter((name) => !duplicates.has(name)),
    [],
    'delete these names from KNOWN_DUPLICATES',
  );
});

test('src exports names only where it declares them', () => {
  const others = files.filter(({ text }) => /^export (?:type )?[{*]|^export default/m.test(text));
  assert.deepEqual(
    others.map(({ path }) => path),
    [],
  );
});
