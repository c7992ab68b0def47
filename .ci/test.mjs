// Runs the built tests with the Node that runs this file. Node 20's own discovery takes every file below a
// folder called `test`, helpers too, so the files are named here: one `dist/…/*.test.js` for each source.
// Arguments are passed on: `node .ci/test.mjs test/cli/plan.test.ts` runs one file, `--test-…` sets options.
// `--brief` leaves out what takes longest and says least of the Node that runs it: runs that are killed at each of their
// calls, thousands of random cases, and what other programs than Node judge.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('--') && argument !== '--brief');
const LONG =
  /^test\/(?:cli\/(?:kill-|attack-bytes|completion|progress\.)|search\/|page\/|examples\/git)|aws-cli\.test/;
const named = given.filter((argument) => !argument.startsWith('--'));
const sources =
  named.length > 0 ? named : readdirSync('test', { recursive: true }).map((path) => `test/${path}`);
const files = sources
  .filter((path) => path.endsWith('.test.ts') && !(given.includes('--brief') && LONG.test(path)))
  .map((path) => `dist/${path.replace(/\.ts$/, '.js')}`)
  .sort();

// Node would leave one processor idle.
const fixed = ['--test', '--test-timeout=400000', `--test-concurrency=${availableParallelism()}`];
const { status } = spawnSync(process.execPath, [...fixed, ...options, ...files], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
process.exit(status ?? 1);
