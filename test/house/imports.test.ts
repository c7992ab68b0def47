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
  runs: [
    ...['runs', 'workflows', 'core', 'aws', 'files', 'signing', 'views'],
    ...['errors', 'version', 'context', 'status-line'],
  ],
  emulator: ['emulator'],
  page: ['page', 'core', 'views/format/counts', 'views/plan/unknown-text', 'views/plan/action-words'],
};

/** The same within a folder that has wings: which other wings a wing may reach. */
const WINGS: Readonly<Record<string, readonly string[]>> = {
  'core/base': [],
  'core/iam': ['base', 'account'],
  'core/account': ['base'],
  'core/action': ['base', 'iam'],
  'core/policy': ['base', 'account', 'action'],
  'core/signing': ['base'],
  'core/plan': ['base', 'iam', 'account', 'action', 'policy', 'signing'],
  'core/apply': ['base', 'action', 'signing', 'plan'],
  'core/doctor': ['base', 'account', 'action', 'iam'],
  'core/cli': ['base', 'account', 'action', 'policy', 'plan', 'apply'],
  'files/io': [],
  'files/yaml': ['io'],
  'files/schema': ['io', 'yaml'],
  'files/policy': ['io', 'yaml', 'schema'],
  'files/plan': ['io', 'yaml', 'schema'],
  'files/journal': ['io'],
  'files/keys': ['io', 'yaml', 'schema'],
  'views/format': [],
  'views/plan': ['format'],
  'views/audit': ['format', 'plan'],
  'views/apply': ['format', 'plan'],
  'views/cli': ['format'],
};

const wingOf = (path: string) => path.split('/').slice(0, 2).join('/');

for (const [wing, reachable] of Object.entries(WINGS)) {
  const [folder = '', name = ''] = wing.split('/');
  test(`the README of src/${wing} names the wings that it may import`, () => {
    const readme = readFileSync(join(SRC, wing, 'README.md'), 'utf8');
    const line = readme.split('\n').find((it) => it.startsWith('**May import:**')) ?? '';
    const named = [...line.matchAll(/`([a-z]+)`/g)].map(([, word = '']) => word);
    assert.deepEqual(named.filter((it) => `${folder}/${it}` in WINGS).sort(), [...reachable].sort());
  });

  test(`src/${wing} imports of src/${folder} only from ${[name, ...reachable].join(', ')}`, () => {
    const strangers = imports
      .filter(({ file, target }) => wingOf(file) === wing && folderOf(target) === folder && isLocal(target))
      .filter(({ target }) => ![name, ...reachable].some((it) => wingOf(target) === `${folder}/${it}`));
    assert.deepEqual(strangers, []);
  });
}

test('every file of a folder with wings is in one of them, and every wing says in a README of its own what it is for', () => {
  const folders = new Set(Object.keys(WINGS).map(folderOf));
  const loose = files.filter((file) => folders.has(folderOf(file)) && !(wingOf(file) in WINGS));
  assert.deepEqual(loose, []);
  for (const wing of [...folders, ...Object.keys(WINGS)]) {
    const lines = readFileSync(join(SRC, wing, 'README.md'), 'utf8').split('\n').length;
    assert.ok(lines <= 40, `${wing}: ${lines} lines`);
  }
});

for (const [folder, reachable] of Object.entries(MAY_REACH)) {
  test(`src/${folder} imports only from ${reachable.join(', ')}`, () => {
    const strangers = imports
      .filter(({ file, target }) => folderOf(file) === folder && isLocal(target))
      .filter(({ target }) => !reachable.some((place) => target === place || target.startsWith(`${place}/`)));
    assert.deepEqual(strangers, []);
  });
}

/** What is loaded before it is known which command runs, types aside; the rest of each command is imported when it runs. */
const LOADED_FOR_EVERY_COMMAND: Readonly<Record<string, readonly string[]>> = {
  commands: [
    ...['commands', 'core/base', 'core/cli/redact', 'core/signing/trust', 'views/format', 'errors', 'report'],
    ...['runs/arguments', 'runs/progress'],
    ...['audit', 'diff', 'receipt', 'show', 'verify'].map((command) => `runs/${command}-formats`),
  ],
  'runs/[a-z]+-formats': ['views/format/json'],
};

for (const [name, loaded] of Object.entries(LOADED_FOR_EVERY_COMMAND)) {
  test(`src/${name} loads at once only ${loaded.join(', ')}`, () => {
    const found = files
      .filter((file) => new RegExp(`^${name}\\b`).test(file))
      .flatMap((file) => {
        const text = readFileSync(join(SRC, file), 'utf8');
        return [...text.matchAll(/^import (?!type\b)[^;]*? from '(\.[^']+)';/gm)].map(
          ([, specifier = '']) =>
            `${file}: ${normalize(join(dirname(file), specifier)).replace(/\.js$/, '')}`,
        );
      });
    assert.ok(found.length > 0);
    assert.deepEqual(
      found.filter((line) => {
        const target = line.replace(/^.*: /, '');
        return !loaded.some((place) => target === place || target.startsWith(`${place}/`));
      }),
      [],
    );
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
  child_process: ['files/io/program'],
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
