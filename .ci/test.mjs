// Runs the built tests with the Node that runs this file. Node 20's own discovery takes every file below a
// folder called `test`, helpers too, so the files are named here: one `dist/…/*.test.js` for each source.
// Arguments are passed on: `node .ci/test.mjs test/cli/plan.test.ts` runs one file, `--test-…` sets options.
// `--brief` keeps what the Node that runs it can change: cryptography, files, network, processes and signals, the promises,
// and a way through the main commands. What only computes, and what other programs than Node judge, is left out.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('--') && argument !== '--brief');
const BRIEF = new RegExp(
  [
    '^test/(?:aws|emulator|files|signing)/(?!.*aws-cli)',
    '^test/[^/]+$',
    `^test/cli/(?:${'approve child- first-hour interrupt- key kms- plan\\. promise- smoke ssh- trust verify-'.replaceAll(' ', '|')})`,
  ].join('|'),
);
const named = given.filter((argument) => !argument.startsWith('--'));
const sources =
  named.length > 0 ? named : readdirSync('test', { recursive: true }).map((path) => `test/${path}`);
const files = sources
  .filter((path) => path.endsWith('.test.ts') && (!given.includes('--brief') || BRIEF.test(path)))
  .map((path) => `dist/${path.replace(/\.ts$/, '.js')}`)
  .sort();

// One file more than there are processors: some files only wait, for programs that they start or for a pause that they test.
const fixed = ['--test', '--test-timeout=400000', `--test-concurrency=${availableParallelism() + 1}`];
const { status } = spawnSync(process.execPath, [...fixed, ...options, ...files], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
process.exit(status ?? 1);
