// Installs and builds what is missing: `npm run build`, and the first step of `npm run demo`, `npm test` and `npm run check`.
// Plain Node and no dependencies, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

const run = (command, ...args) => {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}`);
    process.exit(1);
  }
};
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  console.error('Installing dependencies…');
  run('npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error');
}

// All that the build reads, by name, size and time of change: what has not changed since the last build is not built.
const listed = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`);
const inputs = [
  ...['src', 'test', 'schemas', '.ci'].flatMap((folder) => (existsSync(folder) ? listed(folder) : [])),
  ...['tsconfig.json', 'package.json', 'package-lock.json', 'node_modules/.package-lock.json'],
];
/** What was built of sources that are no more would still be found by whoever lists a folder. */
const removeOrphans = () => {
  const built = ['dist/src', 'dist/test'].flatMap((folder) => (existsSync(folder) ? listed(folder) : []));
  for (const path of built) {
    if (!existsSync(path.replace(/^dist\//, '').replace(/\.js$/, '.ts'))) rmSync(path);
  }
};
const STAMP = 'dist/.ready';
const state = inputs
  .map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  })
  .sort()
  .join('\n');

const isBuilt = [STAMP, 'dist/bin', 'dist/page', 'dist/validators', 'dist/help.txt'].every(existsSync);
if (!isBuilt || readFileSync(STAMP, 'utf8') !== state) {
  // What is built may not be whole until the end.
  rmSync(STAMP, { force: true });
  removeOrphans();
  const tsc = 'node_modules/typescript/bin/tsc';
  run(process.execPath, tsc, '--project', '.');
  run(process.execPath, tsc, '--project', 'src/page');
  const { buildHelp, buildPage, buildProgram, buildValidators } = await import('./build.mjs');
  await buildPage();
  await buildValidators();
  await buildProgram();
  buildHelp();
  writeFileSync(STAMP, state);
}
