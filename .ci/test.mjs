// Runs the built tests with the Node that runs this file. Node 20's own discovery takes every file below a
// folder called `test`, helpers too, so the files are named here: one `dist/…/*.test.js` for each source.
// Arguments are passed on: `node .ci/test.mjs test/cli/plan.test.ts` runs one file, `--test-…` sets options.
// `--brief` keeps what the Node that runs it can change: cryptography, files, network, processes and signals, the promises,
// and a way through each command. It leaves out runs that are killed at each of their calls, random cases, what other
// programs than Node judge, and tables of inputs and texts.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('--') && argument !== '--brief');
const COMMANDS =
  'attack- bad-input clock-skew completion counts doctor kill- organizations printed- progress. receipt recover redact show-formats two-operators unlock witness'
    .replaceAll(' ', '|')
    .replace('.', '\\.');
const LEFT_OUT = new RegExp(
  `^test/(?:cli/(?:${COMMANDS})|examples/|house/|page/|search/|views/)|aws-cli\\.test`,
);
const named = given.filter((argument) => !argument.startsWith('--'));
const sources =
  named.length > 0 ? named : readdirSync('test', { recursive: true }).map((path) => `test/${path}`);
const files = sources
  .filter((path) => path.endsWith('.test.ts') && !(given.includes('--brief') && LEFT_OUT.test(path)))
  .map((path) => `dist/${path.replace(/\.ts$/, '.js')}`)
  .sort();

// Node would leave one processor idle.
const fixed = ['--test', '--test-timeout=400000', `--test-concurrency=${availableParallelism()}`];
const { status } = spawnSync(process.execPath, [...fixed, ...options, ...files], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
process.exit(status ?? 1);
