/** examples/github-actions, run step by step as the files say, against the emulator and what GitHub answers. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { createPlanned, ORGANIZATION, type Planned, SCENARIO } from '../cli/planned.js';
import { runGit } from '../cli/repository.js';
import { type Comment, type Forge, openForge, TOKEN } from './forge.js';
import { EXAMPLES, installPrograms, type Ran, runSteps, type Step, type Values } from './runner.js';

const FOLDER = join(EXAMPLES, 'github-actions');
const ACTION = parse(readFileSync(join(FOLDER, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
};
const APPLY = parse(readFileSync(join(FOLDER, 'apply.yml'), 'utf8')) as {
  readonly jobs: { readonly apply: { readonly steps: readonly Step[]; readonly env: Values } };
};

const MARK = `<!-- rootsweep plan ${ORGANIZATION} -->`;
/** A trust file that also demands a signature of somebody else. */
const APPROVED = `version: 1
threshold: { planner: 1, approver: 1 }
keys:KEYS  - name: ada
    publicKey: APPROVER
    roles: [approver]
`;
const ROLE = 'arn:aws:iam::111111111111:role/planner';

interface Pipeline extends Pick<Planned, 'emulator' | 'folder' | 'run' | 'write' | 'read' | 'deletions'> {
  readonly forge: Forge;
  /** The folder of the runner. */
  readonly temp: string;
  /** Runs the action, as a pull request does. */
  readonly plan: (inputs?: Values, base?: string) => Promise<Ran>;
  /** Runs the job of apply.yml. */
  readonly apply: () => Promise<Ran>;
  readonly verify: () => Promise<number>;
  /** The key whose signature `APPROVED` demands. */
  readonly approver: string;
}

async function openPipeline(
  t: TestContext,
  {
    scenario = SCENARIO,
    policy = 'version: 1\n',
    trust,
    comments = [],
    credentials = true,
  }: {
    readonly scenario?: string;
    readonly policy?: string;
    readonly trust?: string;
    readonly comments?: readonly Omit<Comment, 'id'>[];
    readonly credentials?: boolean;
  } = {},
): Promise<Pipeline> {
  const planned = await createPlanned(t, { scenario, policy });
  const { folder, server, emulator, setAwsTime, ...harness } = planned;
  const forge = await openForge(t, comments);
  const programs = installPrograms(folder);
  const temp = join(folder, '.temp');
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  const env: Values = {
    PATH: `${programs}:${process.env.PATH}`,
    HOME: folder,
    ROOTSWEEP_KEY: 'key.pem',
    GITHUB_ACTION_PATH: FOLDER,
    GITHUB_API_URL: forge.url,
    GITHUB_REPOSITORY: 'owner/repository',
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'us-east-1',
    ...(credentials ? { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } : {}),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  if (trust !== undefined) {
    const { stdout } = await harness.run(['keygen', '--out', 'ada.pem', '--name', 'ada', '--json']);
    const { publicKey } = JSON.parse(stdout) as { readonly publicKey: string };
    const [, keys = ''] = (await harness.read('trust.yaml')).split('keys:');
    await harness.write('trust.yaml', trust.replace('KEYS', keys).replace('APPROVER', publicKey));
  }
  // Processes of their own have the true time, and so must their AWS.
  setAwsTime(() => new Date());
  const settings = { cwd: folder, env };
  return {
    ...harness,
    forge,
    temp,
    folder,
    emulator,
    approver: 'ada.pem',
    verify: async () => (await harness.verify({ now: new Date().toISOString() })).code,
    plan: async (inputs = {}, base = 'main') => {
      const defaults = Object.entries(ACTION.inputs).map(([name, it]) => [name, it.default ?? '']);
      const given = {
        ...Object.fromEntries(defaults),
        role: ROLE,
        region: 'us-east-1',
        trust: await harness.read('trust.yaml'),
        ...inputs,
      };
      return runSteps(
        ACTION.runs.steps,
        {
          ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`inputs.${name}`, value])),
          'runner.temp': temp,
          'github.token': TOKEN,
          'github.base_ref': base,
          'github.head_ref': 'change',
          'github.event_name': 'pull_request',
          'github.event.pull_request.number': '12',
        },
        settings,
      );
    },
    apply: async () => {
      const job = APPLY.jobs.apply;
      const context = {
        'runner.temp': temp,
        'vars.ROOTSWEEP_TRUST_FILE': await harness.read('trust.yaml'),
        'vars.ROOTSWEEP_ORGANIZATION': ORGANIZATION,
        'vars.ROOTSWEEP_OPERATOR_KEY': 'key.pem',
      };
      const ofJob = Object.entries(job.env).map(([name, value]) => [
        name,
        value.replace(/\$\{\{ (.+) \}\}/, (_, path: keyof typeof context) => context[path]),
      ]);
      return runSteps(job.steps, context, { cwd: folder, env: { ...env, ...Object.fromEntries(ofJob) } });
    },
  };
}

const ofUs = ({ comments }: Forge) => comments.filter(({ author }) => author === 'github-actions[bot]');

test('a pull request gets its plan: in the summary, in one comment, for code scanning and as an artifact', async (t) => {
  const { plan, forge, temp, read, verify } = await openPipeline(t);
  const ran = await plan();
  assert.equal(ran.code, 0, ran.log);
  assert.deepEqual(ran.outputs, { 'plan-exit-code': '2', 'verify-exit-code': '0' });

  assert.match(
    ran.summary,
    new RegExp(`^${MARK}\n## rootsweep will delete root credentials in 1 of 3 accounts\n`),
  );
  assert.match(ran.summary, /\n\| signed \| `"planner" \(planner\)` \|\n/);
  assert.deepEqual(
    forge.comments.map(({ body }) => body.split('\n')[0]),
    [MARK],
  );
  assert.equal(forge.comments[0]?.body, readFileSync(join(temp, 'rootsweep/comment.md'), 'utf8'));

  const [login, keep, scan] = ran.called;
  assert.deepEqual(login?.with, { 'role-to-assume': ROLE, 'aws-region': 'us-east-1' });
  const kept = keep?.with.path?.trim().split('\n') ?? [];
  assert.deepEqual(kept, ['org.plan.yaml', `${temp}/rootsweep/plan.html`, `${temp}/rootsweep/verify.xml`]);
  assert.ok(kept.slice(1).every((path) => existsSync(path)));
  assert.match(scan?.uses ?? '', /^github\/codeql-action\/upload-sarif@/);
  const sarif = JSON.parse(readFileSync(scan?.with.sarif_file ?? '', 'utf8'));
  assert.equal(sarif.version, '2.1.0');
  assert.match(readFileSync(join(temp, 'rootsweep/verify.xml'), 'utf8'), /<testsuites .*failures="0"/);
  assert.match(await read('org.plan.yaml'), /\n---\nsignatures:\n/);
  assert.equal(await verify(), 0);
});

test('the comment is kept current: the next plan takes the place of the one before, behind any number of others', async (t) => {
  const others = Array.from({ length: 120 }, (_, index) => ({ author: 'stranger', body: `${index}\n` }));
  const foreign = { author: 'stranger', body: `${MARK}\nnot ours\n` };
  const { plan, forge, write } = await openPipeline(t, { comments: [foreign, ...others] });
  assert.equal((await plan()).code, 0);
  const [first] = ofUs(forge).map(({ body }) => body);
  await write(
    'policy.yaml',
    'version: 1\ndelete: [password]\nexclude: [{ account: "333333333333", reason: asked for }]\n',
  );
  const again = await plan();
  assert.equal(again.code, 0, again.log);
  assert.equal(again.outputs['plan-exit-code'], '0');
  const found = ofUs(forge);
  assert.equal(found.length, 1);
  assert.notEqual(found[0]?.body, first);
  assert.match(found[0]?.body ?? '', /## No deletions/);
  assert.equal(forge.comments.find(({ id }) => id === 1)?.body, foreign.body);
});

test('a plan of the same policy stays as it is, so that an approval of it counts', async (t) => {
  const { plan, read, write, run, approver } = await openPipeline(t, { trust: APPROVED });
  const now = new Date().toISOString();
  const first = await plan();
  assert.deepEqual([first.code, first.outputs['plan-exit-code']], [7, '2'], first.log);
  const planned = await read('org.plan.yaml');
  const [, digest = ''] = /sha256:(\w+)/.exec(first.summary) ?? [];
  const approve = [
    'approve',
    'org.plan.yaml',
    '--trust',
    'trust.yaml',
    '--key',
    approver,
    '--detached',
    '--confirm',
    digest,
  ];
  assert.equal((await run(approve, { now })).code, 0);
  const approved = await plan();
  assert.equal(approved.code, 0, approved.log);
  assert.equal(await read('org.plan.yaml'), planned);
  assert.match(approved.summary, /\n\| signed \| .*"ada" \(approver\).* \|\n/);

  await write('policy.yaml', 'version: 1\n# another\n');
  assert.equal((await plan()).code, 7);
  assert.notEqual(await read('org.plan.yaml'), planned);
});

test('the plan is committed to the branch where that is asked for, and once', async (t) => {
  const { plan, forge, read } = await openPipeline(t);
  assert.equal((await plan()).code, 0);
  assert.equal(forge.files.size, 0);
  const ran = await plan({ commit: 'true' });
  assert.equal(ran.code, 0, ran.log);
  const committed = Buffer.from(forge.files.get('org.plan.yaml') ?? '', 'base64').toString();
  assert.equal(committed, await read('org.plan.yaml'));
  assert.equal((await plan({ commit: 'true' })).code, 0);
  assert.equal(forge.calls.filter((call) => call.startsWith('PUT ')).length, 1);
});

for (const [what, settings, outputs, code] of [
  [
    'there is nothing to delete',
    { policy: 'version: 1\nexclude: [{ account: "333333333333", reason: asked for }]\n' },
    ['0', '0'],
    0,
  ],
  [
    'findings stop the plan',
    { scenario: SCENARIO.replace('password: {', 'accessKeys: 1\n      password: {') },
    ['3', '3'],
    0,
  ],
  ['an approval is missing', { trust: APPROVED }, ['2', '7'], 7],
] as const) {
  test(`the action ends with ${code}, and shows the plan, where ${what}`, async (t) => {
    const { plan, forge } = await openPipeline(t, settings);
    const ran = await plan();
    assert.equal(ran.code, code, ran.log);
    assert.deepEqual([ran.outputs['plan-exit-code'], ran.outputs['verify-exit-code']], outputs);
    assert.equal(ofUs(forge).length, 1);
    assert.ok(ran.summary.startsWith(MARK));
    assert.equal(ran.called.length, 3);
  });
}

test('the action fails, and publishes nothing, where no plan is made, whatever plan lies there from before', async (t) => {
  const { plan, forge, write } = await openPipeline(t, { credentials: false });
  await write('org.plan.yaml', readFileSync(join(EXAMPLES, 'first-look/expected/org.plan.yaml'), 'utf8'));
  const ran = await plan();
  assert.equal(ran.code, 1, ran.log);
  assert.deepEqual([ran.outputs, ran.summary, forge.comments, ran.called.length], [{}, '', [], 1]);
});

test('the action fails with 4 for a plan that somebody has changed', async (t) => {
  const { plan, read, write, forge } = await openPipeline(t);
  await plan();
  await write('org.plan.yaml', (await read('org.plan.yaml')).replace('name: shop', 'name: shoo'));
  const ran = await plan();
  assert.equal(ran.code, 4, ran.log);
  assert.equal(ran.outputs['verify-exit-code'], '4');
  assert.match(ran.log, /signature/);
  assert.equal(ofUs(forge).length, 1);
});

test('a policy is compared with the one in the branch to merge into, whichever that is', async (t) => {
  const { plan, write, folder } = await openPipeline(t, { policy: 'version: 1\ndelete: []\n' });
  const commit = async (branch: string) => {
    await runGit(folder, 'add', 'policy.yaml');
    await runGit(folder, 'commit', '--quiet', `--message=${branch}`);
    await runGit(folder, 'update-ref', `refs/remotes/origin/${branch}`, 'HEAD');
  };
  await runGit(folder, 'init', '--quiet', '--initial-branch=change');
  await commit('release');
  await write('policy.yaml', 'version: 1\n');
  await commit('main');
  const ran = await plan({}, 'release');
  assert.equal(ran.code, 0, ran.log);
  assert.match(ran.summary, /policy-loosened/);
});

test('the apply workflow applies what was merged, and keeps journal and receipt', async (t) => {
  const { plan, apply, temp, folder, deletions } = await openPipeline(t);
  await plan();
  const ran = await apply();
  assert.equal(ran.code, 0, ran.log);
  assert.deepEqual(deletions(), [
    'DeleteLoginProfile 333333333333',
    'DeactivateMFADevice 333333333333',
    'DeactivateMFADevice 333333333333',
  ]);
  assert.match(ran.summary, /^# Receipt: root credentials\n/);
  const kept = ran.called.filter(({ uses }) => uses.startsWith('actions/upload-artifact@'));
  assert.deepEqual(
    kept.map((it) => it.with.path),
    ['org.plan.*.journal.jsonl', `${temp}/rootsweep/*.receipt.*`],
  );
  const [, digest] = /org\.plan\.(\w+)\.journal\.jsonl/.exec(ran.log) ?? [];
  for (const path of [
    join(folder, `org.plan.${digest}.journal.jsonl`),
    join(temp, `rootsweep/org.plan.${digest}.receipt.yaml`),
  ])
    assert.ok(existsSync(path), path);
  // The same again has nothing left to do, and says so by its exit code.
  const again = await apply();
  assert.equal(again.code, 0, again.log);
  assert.equal(deletions().length, 3);
});

test('the apply workflow deletes nothing where the plan is refused, and ends as apply does where accounts changed', async (t) => {
  const refused = await openPipeline(t, { trust: APPROVED });
  await refused.plan();
  const ran = await refused.apply();
  assert.equal(ran.code, 7, ran.log);
  assert.deepEqual(refused.deletions(), []);
  assert.match(ran.log, /needs 1 more approver signature/);
  // What always runs has run.
  assert.equal(ran.called.filter(({ uses }) => uses.startsWith('actions/upload-artifact@')).length, 2);

  const drifted = await openPipeline(t);
  await drifted.plan();
  drifted.emulator.changeAccount('333333333333', { remove: { password: true } });
  const left = await drifted.apply();
  assert.equal(left.code, 5, left.log);
  assert.deepEqual(drifted.deletions(), []);
  assert.match(left.summary, /^# Receipt: root credentials\n/);
});
