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

/** A declaration (`export function name`), or a list of them (`export { name }`, `export { local as name }`). */
const DECLARED =
  /^export (?:abstract |async |declare )*(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;
const LISTED = /^export (?:type )?\{([^}]*)\}/gm;

function exportedNames(text: string): string[] {
  const declared = [...text.matchAll(DECLARED)].map(([, name = '']) => name);
  const listed = [...text.matchAll(LISTED)].flatMap(([, names = '']) => names.split(','));
  return [
    ...declared,
    ...listed.map(
      (name) =>
        name
          .trim()
          .split(/ (?:as )?/)
          .at(-1) ?? '',
    ),
  ].filter(Boolean);
}

function findDuplicates(): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.ts')) continue;
    for (const name of new Set(exportedNames(readFileSync(join(SRC, file), 'utf8')))) {
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  return new Map([...files].filter(([, places]) => places.length > 1));
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
