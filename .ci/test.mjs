// Runs the built tests with the Node that runs this file. Node 20's own discovery takes every file below a
// folder called `test`, helpers too, so the files are named here: one `dist/…/*.test.js` for each source.
// Arguments are passed on: `node .ci/test.mjs test/cli/plan.test.ts` runs one file, `--test-…` sets options.
// Without names: the quick tests, which are every promise, every attack and every command through the front door.
// `--slow`: the others, which kill runs at each of their calls, try each byte or thousands of accounts, search longer, or
// have other programs judge: a browser, shells, pipelines, the AWS CLI. `--all`: both. `--node`: what another Node can
// change, which is cryptography, files, network, processes and signals, and the promises.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const given = process.argv.slice(2);
const TIERS = ['--slow', '--all', '--node'];
const options = given.filter((argument) => argument.startsWith('--') && !TIERS.includes(argument));
const SLOW =
  /^test\/(?:cli\/(?:attack-bounds-plan|completion|counts|doctor-policies|every-byte|kill-|progress-lines|quotas-|show-formats|throttled-|two-operators|witness-thousands)|examples\/git|page\/|search\/longer)|aws-cli\.test|round-trip\.test/;
const OF_NODE =
  /^test\/(?:(?:aws|files|signing)\/|[^/]+$|cli\/(?:interrupt-|key|kms-|over-http|promise-|smoke|ssh-))/;
const isWanted = (path) =>
  given.includes('--node')
    ? OF_NODE.test(path)
    : given.includes('--all') || SLOW.test(path) === given.includes('--slow');
const named = given.filter((argument) => !argument.startsWith('--'));
const all = () => readdirSync('test', { recursive: true }).map((path) => `test/${path}`);
const wanted = (named.length > 0 ? named : all().filter(isWanted))
  .filter((path) => path.endsWith('.test.ts'))
  .sort();
const builtName = (path) => `dist/${path.replace(/\.ts$/, '.js')}`;

// Most of a small file's time is that of starting Node and of loading and compiling the program, so a dozen files of a folder
// share a process. Failures name the file of the test. Alone: what changes or watches something of the process.
const ALONE =
  /\/(?:attack-bounds|hostile-|interrupt-|loaded-|over-http|smoke|ssh-(?:keygen|signing))|^test\/search\//;
const TOGETHER = 12;
const folder = `dist/together-${process.pid}`;

/** Writes files that import the tests of one folder. Neighbours tend to be equally heavy: they are dealt out in turn. */
function groupFiles(name, paths) {
  const count = Math.ceil(paths.length / TOGETHER);
  return Array.from({ length: count }, (_, group) => {
    const own = paths.filter((_, index) => index % count === group);
    const file = `${folder}/${name}-${group + 1}.test.js`;
    writeFileSync(file, own.map((path) => `import '../../${builtName(path)}';\n`).join(''));
    return file;
  });
}

const isAlone = (path) => named.length > 0 || SLOW.test(path) || ALONE.test(path);
const folderOf = (path) => path.split('/').at(1);
const shared = wanted.filter((path) => !isAlone(path));
mkdirSync(folder, { recursive: true });
const files = [
  ...[...new Set(shared.map(folderOf))].flatMap((name) =>
    groupFiles(
      name,
      shared.filter((path) => folderOf(path) === name),
    ),
  ),
  ...wanted.filter(isAlone).map(builtName),
];

// One file more than there are processors: some only wait, for a program or for a pause. The hour is for what hangs, and
// not for a machine that is busy.
const fixed = ['--test', '--test-timeout=3600000', `--test-concurrency=${availableParallelism() + 1}`];
const { status } = spawnSync(process.execPath, [...fixed, ...options, ...files], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
rmSync(folder, { recursive: true });
process.exit(status ?? 1);
