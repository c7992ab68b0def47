// Runs the built tests with the Node that runs this file. Node 20's own discovery takes every file below a
// folder called `test`, helpers too, so the files are named here: one `dist/…/*.test.js` for each source.
// Arguments are passed on: `node .ci/test.mjs test/cli/plan.test.ts` runs one file, `--test-…` sets options.
// Without names: the quick tests, which are every promise, every attack and every command through the front door.
// `--slow`: the others, which kill runs at each of their calls, search longer, or have other programs judge: a browser,
// shells, pipelines, the AWS CLI. `--all`: both. `--node`: what another Node can change, which is cryptography, files,
// network, processes and signals, and the promises.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const given = process.argv.slice(2);
const TIERS = ['--slow', '--all', '--node'];
const options = given.filter((argument) => argument.startsWith('--') && !TIERS.includes(argument));
const SLOW =
  /^test\/(?:cli\/(?:kill-|completion|doctor-policies|show-formats|two-operators)|examples\/git|page\/|search\/longer)|aws-cli\.test/;
const OF_NODE =
  /^test\/(?:(?:aws|files|signing)\/|[^/]+$|cli\/(?:interrupt-|key|kms-|over-http|promise-|smoke|ssh-))/;
const isWanted = (path) =>
  given.includes('--node')
    ? OF_NODE.test(path)
    : given.includes('--all') || SLOW.test(path) === given.includes('--slow');
const named = given.filter((argument) => !argument.startsWith('--'));
const all = () => readdirSync('test', { recursive: true }).map((path) => `test/${path}`);
const files = (named.length > 0 ? named : all().filter(isWanted))
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => `dist/${path.replace(/\.ts$/, '.js')}`)
  .sort();

// One file more than there are processors: some only wait, for a program or for a pause. The hour is for what hangs, and
// not for a machine that is busy.
const fixed = ['--test', '--test-timeout=3600000', `--test-concurrency=${availableParallelism() + 1}`];
const { status } = spawnSync(process.execPath, [...fixed, ...options, ...files], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
process.exit(status ?? 1);
