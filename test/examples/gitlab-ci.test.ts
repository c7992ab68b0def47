/** examples/gitlab-ci, its jobs run line by line as the file says, against the emulator and what GitLab answers. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { createPlanned, ORGANIZATION } from '../cli/planned.js';
import { runGit } from '../cli/repository.js';
import { openForge, TOKEN } from './forge.js';
import { EXAMPLES, installPrograms, runScript, type Values } from './runner.js';

interface Job {
  readonly extends?: string;
  readonly variables?: Values;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
}

const PIPELINE = parse(readFileSync(join(EXAMPLES, 'gitlab-ci/gitlab-ci.yml'), 'utf8')) as {
  readonly variables: Values;
} & Readonly<Record<string, Job>>;
const MARK = '<!-- rootsweep comment org.plan.yaml -->';
/** That of `show`. */
const SHOWN = `<!-- rootsweep plan ${ORGANIZATION} -->`;

/** A job with what it extends; its own keys count. */
function resolve(name: string): Required<Job> {
  const { extends: parent, variables = {}, ...job } = PIPELINE[name] ?? {};
  const inherited = parent === undefined ? { before_script: [], script: [], variables: {} } : resolve(parent);
  return { ...inherited, ...job, extends: '', variables: { ...inherited.variables, ...variables } };
}

async function openPipeline(t: TestContext, { policy = 'version: 1\n' } = {}) {
  const planned = await createPlanned(t, { policy });
  const { folder, server, emulator, setAwsTime, read, write } = planned;
  const forge = await openForge(t);
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  const programs = installPrograms(folder);
  const keygen = await planned.run([
    'keygen',
    '--out',
    'witness.pem',
    '--name',
    'witness',
    '--role',
    'witness',
  ]);
  // Processes of their own have the true time, and so must their AWS.
  setAwsTime(() => new Date());
  const witness = /( {2}- name: "?witness[\s\S]*)$/.exec(keygen.stdout)?.[1] ?? '';
  await write('package.json', '{}\n');
  await write('package-lock.json', '{}\n');
  const git = (...argv: readonly string[]) => runGit(folder, ...argv);
  const merge = async (...files: readonly string[]) => {
    await git('add', 'policy.yaml', 'package.json', 'package-lock.json', ...files);
    await git('commit', '--quiet', '--message=Merged');
    await git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  };
  await git('init', '--quiet', '--initial-branch=main');
  await merge();
  const run = async (name: string, settings: Values = {}) => {
    const env: Record<string, string> = {
      PATH: `${programs}:${process.env.PATH}`,
      HOME: folder,
      CI_API_V4_URL: forge.url,
      CI_PROJECT_ID: '7',
      CI_MERGE_REQUEST_IID: '12',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_DEFAULT_BRANCH: 'main',
      CI_JOB_ID: '1',
      ROOTSWEEP_KEY: 'key.pem',
      ROOTSWEEP_WITNESS_KEY: 'witness.pem',
      ROOTSWEEP_OPERATOR_KEY: 'key.pem',
      ROOTSWEEP_TRUST_FILE: await read('trust.yaml'),
      ROOTSWEEP_ORGANIZATION: ORGANIZATION,
      ROOTSWEEP_PLANNER_ROLE: 'arn:aws:iam::111111111111:role/planner',
      AWS_ID_TOKEN: 'token-of-the-job',
      ...settings,
    };
    const { variables, before_script: before, script } = resolve(name);
    for (const [key, value] of Object.entries({ ...PIPELINE.variables, ...variables }))
      env[key] = String(value).replaceAll(/\$(\w+)/g, (_, of: string) => env[of] ?? '');
    Object.assign(env, {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    return runScript([...before, ...script].join('\n'), { cwd: folder, env });
  };
  /** A trust file that also asks for a witness. */
  const askForWitness = async () => {
    const trust = (await read('trust.yaml')).replace('planner: 1', 'planner: 1, witness: 1');
    await write('trust.yaml', `${trust.trimEnd()}\n${witness}`);
  };
  return { ...planned, forge, run, merge, askForWitness };
}

test('a merge request gets its plan: as an artifact, as test results, and in one note that is kept current', async (t) => {
  const { run, forge, folder, read, write } = await openPipeline(t);
  const first = await run('rootsweep-plan', { ROOTSWEEP_NOTE_TOKEN: TOKEN });
  assert.equal(first.code, 0, first.log);
  assert.match(await read('org.plan.yaml'), /\n---\nsignatures:\n/);
  assert.match(await read('rootsweep-ci/verify.xml'), /<testsuites .*failures="0"/);
  assert.match(await read('rootsweep-ci/result'), /^plan-exit-code=2\nverify-exit-code=0\n/);
  assert.equal(await read('rootsweep-ci/plan/org.plan.yaml'), await read('org.plan.yaml'));
  assert.deepEqual(
    forge.comments.map(({ body }) => body),
    [`${MARK}\n${await read('rootsweep-ci/comment.md')}`],
  );

  await write('policy.yaml', 'version: 1\nexclude: [{ account: "333333333333", reason: asked for }]\n');
  const again = await run('rootsweep-plan', { ROOTSWEEP_NOTE_TOKEN: TOKEN });
  assert.equal(again.code, 0, again.log);
  assert.match(forge.comments[0]?.body ?? '', new RegExp(`^${MARK}\n${SHOWN}\n[\\s\\S]*## No deletions`));
  assert.equal(forge.comments.length, 1);
  assert.ok(existsSync(join(folder, 'rootsweep-ci/plan/plan.html')));
});

test('a plan is made without a token that may comment, and one that is refused ends the job with 4 and is kept nowhere', async (t) => {
  const { run, forge, read, write, folder } = await openPipeline(t);
  const planned = await run('rootsweep-plan');
  assert.equal(planned.code, 0, planned.log);
  assert.deepEqual(forge.calls, []);
  await write('org.plan.yaml', (await read('org.plan.yaml')).replace('name: shop', 'name: shoo'));
  const { code, log } = await run('rootsweep-plan', { ROOTSWEEP_NOTE_TOKEN: TOKEN });
  assert.equal(code, 4, log);
  assert.match(forge.comments[0]?.body ?? '', new RegExp(`^${MARK}\n## REFUSED`));
  assert.match(await read('rootsweep-ci/verify.xml'), /failures="1"|errors="1"/);
  assert.deepEqual(
    ['plan', 'plan.sarif'].filter((name) => existsSync(join(folder, 'rootsweep-ci', name))),
    [],
  );
});

test('a witness of its own completes the plan, and the check passes then', async (t) => {
  const { run, askForWitness, folder, read } = await openPipeline(t);
  await askForWitness();
  assert.equal((await run('rootsweep-plan')).code, 0);
  const before = await run('rootsweep-signed');
  assert.equal(before.code, 7, before.log);
  const { code, log } = await run('rootsweep-witness');
  assert.equal(code, 0, log);
  const [, name = ''] = /^approval=(.+)$/m.exec(await read('rootsweep-ci/result')) ?? [];
  assert.ok(existsSync(join(folder, 'rootsweep-ci/approval', name)));
  assert.equal((await run('rootsweep-signed')).code, 0);
});

test('a witness refuses a plan that was changed after it was verified, and the check does not pass', async (t) => {
  const { run, askForWitness, folder, read, write, emulator } = await openPipeline(t);
  await askForWitness();
  assert.equal((await run('rootsweep-plan')).code, 0);
  const kept = 'rootsweep-ci/plan/org.plan.yaml';
  await write(kept, (await read(kept)).replace('name: shop', 'name: shoo'));
  emulator.resetCalls();
  const { code, log } = await run('rootsweep-witness');
  assert.equal(code, 4, log);
  assert.match(log, /Error: the signature of "[^"]+" does not fit "org\.plan\.yaml": /);
  assert.deepEqual(emulator.calls, []);
  assert.deepEqual(
    ['approval', 'result'].filter((name) => existsSync(join(folder, 'rootsweep-ci', name))),
    [],
  );
  assert.notEqual((await run('rootsweep-signed')).code, 0);
});

test('the job that applies deletes what was merged, and leaves journal and receipt', async (t) => {
  const { run, merge, deletions, folder } = await openPipeline(t);
  await run('rootsweep-plan');
  await merge('org.plan.yaml');
  const { code, log } = await run('rootsweep-apply');
  assert.equal(code, 0, log);
  assert.equal(deletions().length, 3);
  const [journal = '', digest] = /org\.plan\.(\w+)\.journal\.jsonl/.exec(log) ?? [];
  assert.ok(existsSync(join(folder, journal)));
  assert.ok(existsSync(join(folder, `rootsweep-ci/org.plan.${digest}.receipt.yaml`)));
});

test('the program is that of the default branch', async (t) => {
  const { run, write } = await openPipeline(t);
  await write('package-lock.json', '{ "packages": "of the merge request" }\n');
  await write('.programs/npm', '#!/bin/sh\ncat "$4/package-lock.json"; exit 96\n');
  const { code, log } = await run('rootsweep-plan');
  assert.deepEqual([code, log], [96, '{}\n']);
});
