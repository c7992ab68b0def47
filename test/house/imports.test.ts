/** The folder says what a file may touch: these are the rules, and nothing else enforces them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));

interface Import {
  readonly file: string;
  /** A package, or a path below `src` without its ending. */
  readonly target: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

const imports: readonly Import[] = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport\(|^import) ?'([^']+)'/gm)].map(([, specifier = '']) => ({
    file,
    target: specifier.startsWith('.')
      ? normalize(join(dirname(file), specifier)).replace(/\.js$/, '')
      : specifier.replace(/^node:/, ''),
  }));
});

const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '');
const isLocal = (target: string) => files.includes(`${target}.ts`);

/** Who may import what: the folders (and files at the top) that a folder's files may reach, themselves included. */
const MAY_REACH: Readonly<Record<string, readonly string[]>> = {
  core: ['core', 'errors'],
  signing: ['signing', 'core', 'errors'],
  files: ['files', 'signing', 'core', 'errors'],
  workflows: ['workflows', 'core', 'errors', 'version'],
  aws: ['aws', 'workflows/ports', 'core', 'errors'],
  views: ['views', 'workflows', 'core', 'errors'],
  emulator: ['emulator'],
  page: ['page', 'core', 'views/counts', 'views/unknown-text'],
};

for (const [folder, reachable] of Object.entries(MAY_REACH)) {
  test(`src/${folder} imports only from ${reachable.join(', ')}`, () => {
    const strangers = imports
      .filter(({ file, target }) => folderOf(file) === folder && isLocal(target))
      .filter(({ target }) => !reachable.some((place) => target === place || target.startsWith(`${place}/`)));
    assert.deepEqual(strangers, []);
  });
}

/** Inside the emulator: a scenario is built into state, which therefore knows neither scenarios nor what runs on it. */
const EMULATOR_MAY_REACH: Readonly<Record<string, readonly string[]>> = {
  policy: ['policy'],
  'state/specs': ['state/specs', 'state/account', 'state/resource', 'policy', 'random'],
  state: ['state', 'policy', 'random', 'elliptic-curve'],
};

for (const [folder, reachable] of Object.entries(EMULATOR_MAY_REACH)) {
  test(`src/emulator/${folder} imports only from ${reachable.join(', ')}`, () => {
    const strangers = imports
      .filter(({ file, target }) => file.startsWith(`emulator/${folder}/`) && isLocal(target))
      .filter(
        ({ target }) =>
          !reachable.some(
            (place) => target === `emulator/${place}` || target.startsWith(`emulator/${place}/`),
          ),
      );
    assert.deepEqual(strangers, []);
  });
}

/** Packages that belong to one folder; the emulator is a world of its own and reads its scenario itself. */
const OWNED: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/': ['aws'],
  '@smithy/': ['aws'],
  yaml: ['files', 'emulator'],
  ajv: ['files', 'emulator'],
  fs: ['files', 'emulator', 'commands/demo'],
  child_process: ['files/program'],
  chalk: ['views'],
  diff: ['views'],
  clipanion: ['commands', 'main'],
  http: ['emulator'],
};

for (const [name, owners] of Object.entries(OWNED)) {
  test(`only ${owners.join(' and ')} import ${name}`, () => {
    const users = imports
      .filter(({ target }) => target === name || target.startsWith(name.endsWith('/') ? name : `${name}/`))
      .map(({ file }) => file);
    assert.ok(users.length > 0);
    assert.deepEqual(
      users.filter((file) => !owners.some((owner) => file === `${owner}.ts` || file.startsWith(`${owner}/`))),
      [],
    );
  });
}

test('only the commands that serve the emulator know of it', () => {
  const users = imports.filter(
    ({ file, target }) => folderOf(target) === 'emulator' && folderOf(file) !== 'emulator',
  );
  assert.deepEqual([...new Set(users.map(({ file }) => file))].sort(), [
    'commands/demo.ts',
    'commands/emulate.ts',
  ]);
});

test('only the files at the top that are the process say process', () => {
  const users = files.filter((file) =>
    /\bprocess\.(?!on\b)\w+/.test(
      readFileSync(join(SRC, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''),
    ),
  );
  assert.deepEqual(users, ['bin.ts', 'ignore-broken-pipe.ts', 'process.ts']);
});

test('core reads no clock and makes no chance of its own', () => {
  const users = files.filter(
    (file) =>
      ['core', 'workflows', 'aws', 'views'].includes(folderOf(file)) &&
      /Date\.now\(\)|new Date\(\)|Math\.random\(|randomUUID/.test(readFileSync(join(SRC, file), 'utf8')),
  );
  assert.deepEqual(users, []);
});
