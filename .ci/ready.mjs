// Installs and builds what is missing: the first step of `npm run demo`, `npm test` and `npm run check`.
// Plain Node and no dependencies, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';

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
const tsc = 'node_modules/typescript/bin/tsc';
run(process.execPath, tsc, '--project', '.');

const { buildHelp, buildPage, buildProgram, buildValidators } = await import('./build.mjs');
const bundled = ['dist/page/plan.js', 'dist/page/page.css'];
const sources = ['src/page', 'src/core', 'src/views'].flatMap((folder) =>
  readdirSync(folder).map((file) => `${folder}/${file}`),
);
if (Math.min(...bundled.map(modified)) < Math.max(...sources.map(modified))) {
  run(process.execPath, tsc, '--project', 'src/page');
  await buildPage();
}
await buildValidators();
await buildProgram();
buildHelp();
