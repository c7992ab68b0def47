/** examples/github-actions: what a pull request gets. */
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SCENARIO } from '../cli/planned.js';
import { runGit } from '../cli/repository.js';
import { APPROVED, MARK, ofUs, openPipeline, type Pipeline, ROLE, SHOWN, TRUST } from './github-pipeline.js';
import { EXAMPLES, type Ran, ROOT } from './runner.js';

test('a pull request gets its plan: in the summary, in one comment, for code scanning and as an artifact', async (t) => {
  const { plan, forge, temp, read, verify } = await openPipeline(t);
  const ran = await plan();
  assert.equal(ran.code, 0, ran.log);
  assert.deepEqual(ran.outputs, {
    'plan-exit-code': '2',
    'verify-exit-code': '0',
    sarif: 'true',
    incomplete: '',
  });

  assert.match(ran.summary, new RegExp(`^${SHOWN}\n`));
  assert.match(ran.summary, /will delete root credentials in 1 of 3 accounts/);
  assert.match(ran.summary, /"planner" \(planner\)/);
  const comment = readFileSync(join(temp, 'rootsweep/comment.md'), 'utf8');
  assert.deepEqual(
    forge.comments.map(({ body }) => body),
    [`${MARK}\n${comment}`],
  );

  const [login, keep, scan] = ran.called;
  assert.deepEqual(login?.with, { 'role-to-assume': ROLE, 'aws-region': 'us-east-1' });
  assert.equal(keep?.with.path, `${temp}/rootsweep/plan`);
  assert.deepEqual(readdirSync(keep?.with.path ?? '').sort(), ['org.plan.yaml', 'plan.html']);
  assert.match(scan?.uses ?? '', /^github\/codeql-action\/upload-sarif@/);
  assert.equal(scan?.with.ref, 'refs/pull/12/head');
  const sarif = JSON.parse(readFileSync(scan?.with.sarif_file ?? '', 'utf8'));
  assert.equal(sarif.version, '2.1.0');
  assert.match(readFileSync(join(temp, 'rootsweep/verify.xml'), 'utf8'), /<testsuites .*failures="0"/);
  assert.equal(readFileSync(join(temp, 'rootsweep/plan/org.plan.yaml'), 'utf8'), await read('org.plan.yaml'));
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
  const first = await plan();
  const now = new Date().toISOString();
  assert.deepEqual([first.code, first.outputs['plan-exit-code']], [0, '2'], first.log);
  const planned = await read('org.plan.yaml');
  const shown = await run(['show', 'org.plan.yaml', ...TRUST, '--json'], { now });
  const { digest } = JSON.parse(shown.stdout) as { readonly digest: string };
  const approve = [
    'approve',
    'org.plan.yaml',
    '--key',
    approver,
    '--detached',
    '--confirm',
    digest,
    ...TRUST,
  ];
  const signed = await run(approve, { now });
  assert.equal(signed.code, 0, signed.stderr);
  const approved = await plan();
  assert.equal(approved.code, 0, approved.log);
  assert.equal(await read('org.plan.yaml'), planned);
  assert.equal(approved.outputs['verify-exit-code'], '0');
  assert.match(approved.summary, /"ada" \(approver/);

  await write('policy.yaml', 'version: 1\n# another\n');
  assert.equal((await plan()).outputs['verify-exit-code'], '7');
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
  ['an approval is missing', { trust: APPROVED }, ['2', '7'], 0],
] as const) {
  test(`the action ends with ${code}, and shows the plan, where ${what}`, async (t) => {
    const { plan, forge } = await openPipeline(t, settings);
    const ran = await plan();
    assert.equal(ran.code, code, ran.log);
    assert.deepEqual([ran.outputs['plan-exit-code'], ran.outputs['verify-exit-code']], outputs);
    assert.equal(ofUs(forge).length, 1);
    assert.ok(ran.summary.startsWith(SHOWN));
    assert.doesNotMatch(ran.summary, /REFUSED/);
    assert.equal(ran.called.length, 3);
  });
}

test('the action fails, and publishes nothing, where no plan is made', async (t) => {
  const { plan, forge } = await openPipeline(t, { credentials: false });
  const ran = await plan();
  assert.equal(ran.code, 1, ran.log);
  assert.deepEqual([ran.outputs, ran.summary, forge.comments, ran.called.length], [{}, '', [], 1]);
});

const REFUSED: readonly [string, (pipeline: Pipeline) => Promise<void>, RegExp][] = [
  [
    'somebody has changed',
    async ({ read, write }) =>
      write('org.plan.yaml', (await read('org.plan.yaml')).replace('name: shop', 'name: "shoo <img>"')),
    /signature/,
  ],
  [
    'no trusted key signed',
    async ({ write }) =>
      write('org.plan.yaml', readFileSync(join(EXAMPLES, 'first-look/expected/org.plan.yaml'), 'utf8')),
    /trust/,
  ],
  ['is no plan', async ({ write }) => write('org.plan.yaml', '# <img src=x>\n::error::x\n'), /plan/],
];
for (const [what, change, reason] of REFUSED) {
  test(`a plan that ${what} is refused with 4, with the reason in the one comment, and is published nowhere`, async (t) => {
    const pipeline = await openPipeline(t);
    const { plan, forge, temp } = pipeline;
    assert.equal((await plan()).code, 0);
    await change(pipeline);
    const ran = await plan({ commit: 'true' });
    assert.equal(ran.code, 4, ran.log);
    assert.equal(ran.outputs['verify-exit-code'], '4');
    // Only the login: no artifact, no alerts, no commit.
    assert.deepEqual(
      ran.called.map(({ uses }) => uses.split('@')[0]),
      ['aws-actions/configure-aws-credentials'],
    );
    assert.equal(forge.files.size, 0);
    assert.deepEqual(readdirSync(join(temp, 'rootsweep')).sort(), [
      'comment.md',
      'result',
      'summary.md',
      'verify.xml',
    ]);
    // The comment of the good plan says so now.
    assert.equal(ofUs(forge).length, 1);
    for (const text of [ran.summary, ofUs(forge)[0]?.body.slice(MARK.length + 1) ?? '']) {
      assert.match(text, /^## REFUSED: do not approve or apply this plan\n/);
      const [said = '', why = ''] = text.split('no copy of it is kept.\n');
      assert.match(why, reason);
      assert.doesNotMatch(said + why, /shop|password|^[^\n ]*<img|^::/m);
    }
  });
}

test('a plan that trusted keys signed and that fits its policy no more is planned again', async (t) => {
  const { plan, read, write } = await openPipeline(t);
  assert.equal((await plan()).code, 0);
  const planned = await read('org.plan.yaml');
  await write('policy.yaml', 'version: 1\nexpiresAfter: 1h\n');
  const ran = await plan();
  assert.deepEqual([ran.code, ran.outputs['verify-exit-code']], [0, '0'], ran.log);
  assert.notEqual(await read('org.plan.yaml'), planned);
});

test('the planner of the checkout is not the one that runs', async (t) => {
  const { plan, folder } = await openPipeline(t);
  const bin = join(folder, 'node_modules/.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'rootsweep'), '#!/bin/sh\ntouch owned\n', { mode: 0o755 });
  assert.equal((await plan()).code, 0);
  assert.ok(!existsSync(join(folder, 'owned')));
});

test('email addresses and ids of credentials are published where that is asked for, and not otherwise', async (t) => {
  const secret = /AKIAI44QH8DHBEXAMPLE/;
  const { plan, forge, temp, read } = await openPipeline(t, {
    scenario: SCENARIO.replace(
      'password: {',
      'accessKeys: [{ id: AKIAI44QH8DHBEXAMPLE, created: 2019-02-04T00:00:00Z }]\n      password: {',
    ),
  });
  const published = (ran: Ran) => [
    ran.summary,
    ran.log,
    ofUs(forge)[0]?.body ?? '',
    ...['plan/plan.html', 'plan.sarif', 'verify.xml'].map((name) =>
      readFileSync(join(temp, 'rootsweep', name), 'utf8'),
    ),
  ];
  for (const redact of ['', 'true']) {
    const masked = await plan({ redact });
    assert.deepEqual([masked.code, masked.outputs['verify-exit-code']], [0, '3'], masked.log);
    for (const text of published(masked)) assert.doesNotMatch(text, secret);
  }
  assert.match(await read('org.plan.yaml'), secret);
  const open = await plan({ redact: 'false' });
  for (const text of [open.summary, ...published(open).slice(2)]) assert.match(text, secret);
});

test('what can be shown is published where one format fails, and the job fails', async (t) => {
  const { plan, forge, folder, temp } = await openPipeline(t);
  // A copy that has no script for the page.
  const broken = join(folder, '.broken');
  for (const name of ['examples', 'dist', 'schemas', 'package.json'])
    cpSync(join(ROOT, name), join(broken, name), {
      recursive: true,
      filter: (path) => !/dist\/(src|test)/.test(path),
    });
  symlinkSync(join(ROOT, 'node_modules'), join(broken, 'node_modules'));
  rmSync(join(broken, 'dist/page'), { recursive: true });
  const ran = await plan({}, 'main', { GITHUB_ACTION_PATH: join(broken, 'examples/github-actions') });
  assert.equal(ran.code, 1, ran.log);
  assert.equal(ran.outputs.incomplete, 'plan.html');
  assert.match(ran.log, /could not be made.*plan\.html/);
  assert.equal(ofUs(forge).length, 1);
  assert.equal(ran.called.length, 3);
  assert.deepEqual(readdirSync(join(temp, 'rootsweep/plan')), ['org.plan.yaml']);
  assert.ok(ran.summary.startsWith(SHOWN));
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
