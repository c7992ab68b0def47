// Installs and builds what is missing: the first step of `npm run demo`, `npm test` and `npm run check`.
// Plain Node and no dependencies, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';

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

// What runs in a browser is one script and one style sheet, which `show --format html` puts into its page.
const PAGE = ['src/page/plan.ts', 'src/page/page.css'];
const bundled = ['dist/src/page/plan.js', 'dist/src/page/page.css'];
const sources = ['src/page', 'src/core', 'src/views'].flatMap((folder) =>
  readdirSync(folder).map((file) => `${folder}/${file}`),
);
if (Math.min(...bundled.map(modified)) < Math.max(...sources.map(modified))) {
  run(process.execPath, tsc, '--project', 'src/page');
  const { build } = await import('esbuild');
  await build({
    entryPoints: PAGE,
    outdir: 'dist/src/page',
    bundle: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

// `--help` is answered from a file: what the commands say of themselves, as they are built now.
rmSync('dist/src/help.txt', { force: true });
const help = spawnSync(process.execPath, ['dist/src/bin.js', '--help'], { encoding: 'utf8' });
if (help.status !== 0) {
  console.error(`--help failed: ${help.stderr}`);
  process.exit(1);
}
writeFileSync('dist/src/help.txt', help.stdout);
