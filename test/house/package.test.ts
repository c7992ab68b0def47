/** What is published: only what runs, from pinned steps, with a bill of its materials. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PACKAGE = JSON.parse(read('package.json')) as {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
};

function npm<T>(...argv: readonly string[]): T {
  const { status, stdout, stderr } = spawnSync('npm', argv, { cwd: ROOT, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as T;
}

/** Largest package, in bytes: twice what it was when this was written. */
const MOST_PACKED = 500_000;
const BESIDE = ['LICENSE', 'README.md', 'package.json'];

test('the packed package holds what runs, schemas and examples, and no test and no source', (t) => {
  const [packed] = npm<
    readonly {
      readonly size: number;
      readonly unpackedSize: number;
      readonly files: readonly { readonly path: string }[];
    }[]
  >('pack', '--dry-run', '--json', '--ignore-scripts');
  assert.ok(packed !== undefined);
  const { size, unpackedSize, files } = packed;
  t.diagnostic(`${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked`);
  const strangers = files
    .map(({ path }) => path)
    .filter((path) => {
      if (BESIDE.includes(path)) return false;
      if (/^schemas\/[a-z-]+\.schema\.json$/.test(path) || path.startsWith('examples/')) return false;
      return !/^dist\/(?:help\.txt|bin\/[\w-]+\.js|page\/(?:plan\.js|page\.css)|validators\/[a-z-]+\.cjs)$/.test(
        path,
      );
    });
  assert.deepEqual(strangers, []);
  // What pipelines call in the installed package is in it.
  for (const needed of ['dist/bin/rootsweep.js', 'examples/github-actions/action.yml', 'examples/ci/plan.sh'])
    assert.ok(
      files.some(({ path }) => path === needed),
      needed,
    );
  assert.ok(size < MOST_PACKED, `${size} bytes`);
});

test('npm run sbom lists what is installed with the package, and nothing that only builds and tests it', () => {
  const { bomFormat, components } = npm<{
    readonly bomFormat: string;
    readonly components: readonly { readonly name: string; readonly version: string }[];
  }>('run', '--silent', 'sbom');
  assert.equal(bomFormat, 'CycloneDX');
  // The lock file says of each package whether only building and testing need it.
  const { packages } = JSON.parse(read('package-lock.json')) as {
    readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
  };
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  assert.ok(installed.length > Object.keys(PACKAGE.dependencies).length);
  assert.deepEqual(
    components.map(({ name, version }) => `${name} ${version}`).sort(),
    installed.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')} ${version}`).sort(),
  );
});

for (const file of readdirSync(join(ROOT, '.github/workflows'))) {
  const workflow = read(`.github/workflows/${file}`);

  test(`${file} names every action by its commit, and keeps no credentials in the checkout`, () => {
    const used = [...workflow.matchAll(/uses: (\S+)(.*)/g)];
    assert.ok(used.length > 0);
    for (const [line, action = '', comment = ''] of used) {
      assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/, line);
      assert.match(comment, /^ # v\d+\.\d+\.\d+$/, line);
    }
    const checkouts = [...workflow.matchAll(/actions\/checkout@/g)].length;
    assert.equal([...workflow.matchAll(/persist-credentials: false/g)].length, checkouts);
  });

  test(`${file} asks for no more permissions than it needs`, () => {
    const granted = [...workflow.matchAll(/^( *)permissions: \{(.*)\}$/gm)].map(([, , what = '']) =>
      what.trim(),
    );
    assert.deepEqual(
      granted,
      file === 'publish.yml' ? ['', 'contents: read', 'contents: read, id-token: write'] : ['contents: read'],
    );
  });
}

test('publish.yml publishes with provenance, after the whole check, and only what is tagged so', () => {
  const workflow = read('.github/workflows/publish.yml');
  const steps = [
    'bash .ci/run',
    'needs: check',
    'test "$GITHUB_REF_NAME" =',
    'npm run --silent sbom',
    'npm publish',
  ];
  const places = steps.map((step) => workflow.indexOf(step));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.ok(places.every((place) => place > 0));
  assert.match(workflow, /npm publish --provenance /);
});

test('the container holds the files that the package holds, and its program starts', () => {
  const [, run = ''] = read('.ci/Containerfile').split(/^FROM .*$(?![\s\S]*^FROM )/m);
  const copied = [...run.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, what = '']) => what.split(' '));
  for (const wanted of [
    ...PACKAGE.files.filter((it) => !it.startsWith('dist/')),
    ...BESIDE,
    'package-lock.json',
  ]) {
    assert.ok(copied.includes(wanted), `${wanted} is not in the container`);
  }
  for (const built of PACKAGE.files.filter((it) => it.startsWith('dist/'))) {
    assert.ok(copied.includes(`/build/${built}`), built);
  }
  assert.match(run, /^RUN npm ci --omit=dev --ignore-scripts /m);
  assert.match(run, /^USER node$/m);
});
