/** examples/gitlab-ci, its jobs run line by line as the file says, against the emulator and what GitLab answers. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { createPlanned, ORGANIZATION } from '../cli/planned.js';
import { openForge, TOKEN } from './forge.js';
import { EXAMPLES, installPrograms, runScript, type Values } from './runner.js';

interface Job {
  readonly variables: Values;
  readonly before_script: readonly string[];
  readonly script: readonly string[];
}

const PIPELINE = parse(readFileSync(join(EXAMPLES, 'gitlab-ci/gitlab-ci.yml'), 'utf8')) as {
  readonly variables: Values;
} & Readonly<Record<'.rootsweep' | 'rootsweep-plan' | 'rootsweep-apply', Job>>;
const MARK = `<!-- rootsweep plan ${ORGANIZATION} -->`;

async function openPipeline(t: TestContext) {
  const planned = await createPlanned(t);
  const { folder, server, emulator, setAwsTime, read } = planned;
  setAwsTime(() => new Date());
  const forge = await openForge(t);
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  const programs = installPrograms(folder);
  const run = async (name: 'rootsweep-plan' | 'rootsweep-apply', settings: Values = {}) => {
    const env: Record<string, string> = {
      PATH: `${programs}:${process.env.PATH}`,
      HOME: folder,
      CI_API_V4_URL: forge.url,
      CI_PROJECT_ID: '7',
      CI_MERGE_REQUEST_IID: '12',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_JOB_ID: '1',
      ROOTSWEEP_KEY: 'key.pem',
      ROOTSWEEP_TRUST_FILE: await read('trust.yaml'),
      ROOTSWEEP_ORGANIZATION: ORGANIZATION,
      ROOTSWEEP_OPERATOR_KEY: 'key.pem',
      ROOTSWEEP_PLANNER_ROLE: 'arn:aws:iam::111111111111:role/planner',
      AWS_ID_TOKEN: 'token-of-the-job',
      ...settings,
    };
    const job = PIPELINE[name];
    const given = { ...PIPELINE.variables, ...PIPELINE['.rootsweep'].variables, ...job.variables };
    for (const [key, value] of Object.entries(given))
      env[key] = String(value).replaceAll(/\$(\w+)/g, (_, of: string) => env[of] ?? '');
    // Stands for the exchange of the token, which only AWS makes.
    Object.assign(env, {
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'aws-id-token'),
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    const lines = [...PIPELINE['.rootsweep'].before_script, ...job.script];
    return runScript(lines.join('\n'), { cwd: folder, env });
  };
  return { ...planned, forge, run };
}

test('a merge request gets its plan: as an artifact, as test results, and in one note that is kept current', async (t) => {
  const { run, forge, folder, read, write } = await openPipeline(t);
  const first = await run('rootsweep-plan', { ROOTSWEEP_NOTE_TOKEN: TOKEN });
  assert.equal(first.code, 0, first.log);
  assert.match(await read('org.plan.yaml'), /\n---\nsignatures:\n/);
  assert.match(await read('rootsweep-ci/verify.xml'), /<testsuites .*failures="0"/);
  assert.equal(await read('rootsweep-ci/result'), 'plan-exit-code=2\nverify-exit-code=0\n');
  assert.equal(await read('aws-id-token'), 'token-of-the-job');
  assert.deepEqual(
    forge.comments.map(({ body }) => body),
    [await read('rootsweep-ci/comment.md')],
  );

  await write('policy.yaml', 'version: 1\nexclude: [{ account: "333333333333", reason: asked for }]\n');
  const again = await run('rootsweep-plan', { ROOTSWEEP_NOTE_TOKEN: TOKEN });
  assert.equal(again.code, 0, again.log);
  assert.match(forge.comments[0]?.body ?? '', new RegExp(`^${MARK}\n## No deletions`));
  assert.equal(forge.comments.length, 1);
  assert.ok(existsSync(join(folder, 'rootsweep-ci/plan.html')));
});

test('a plan is made without a token that may comment, and the job ends with 4 where it is refused', async (t) => {
  const { run, forge, read, write } = await openPipeline(t);
  const planned = await run('rootsweep-plan');
  assert.equal(planned.code, 0, planned.log);
  assert.deepEqual(forge.calls, []);
  await write('org.plan.yaml', (await read('org.plan.yaml')).replace('name: shop', 'name: shoo'));
  const { code, log } = await run('rootsweep-plan');
  assert.equal(code, 4, log);
});

test('the job that applies deletes what was planned, and leaves journal and receipt', async (t) => {
  const { run, deletions, folder } = await openPipeline(t);
  await run('rootsweep-plan');
  const { code, log } = await run('rootsweep-apply');
  assert.equal(code, 0, log);
  assert.equal(deletions().length, 3);
  const [journal = '', digest] = /org\.plan\.(\w+)\.journal\.jsonl/.exec(log) ?? [];
  assert.ok(existsSync(join(folder, journal)));
  assert.ok(existsSync(join(folder, `rootsweep-ci/org.plan.${digest}.receipt.yaml`)));
});
