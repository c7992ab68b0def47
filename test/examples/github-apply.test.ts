/** examples/github-actions: the merged plan is applied, and nothing else. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runGit } from '../cli/repository.js';
import { APPROVED, openPipeline } from './github-pipeline.js';

test('the apply workflow applies what was merged, and keeps journal and receipt', async (t) => {
  const { plan, merge, apply, temp, folder, deletions } = await openPipeline(t);
  await plan();
  await merge();
  const ran = await apply();
  assert.equal(ran.code, 0, ran.log);
  assert.deepEqual(deletions(), [
    'DeleteLoginProfile 333333333333',
    'DeactivateMFADevice 333333333333',
    'DeactivateMFADevice 333333333333',
  ]);
  assert.match(ran.summary, /^# Receipt: deletion of root credentials\n/);
  const kept = ran.called.filter(({ uses }) => uses.startsWith('actions/upload-artifact@'));
  assert.deepEqual(
    kept.map((it) => it.with.path),
    ['org.plan.*.journal.jsonl', `${temp}/rootsweep/*.receipt.*`],
  );
  const device = /mfa\/second/;
  assert.doesNotMatch(ran.summary + ran.log, device);
  const [, digest] = /org\.plan\.(\w+)\.journal\.jsonl/.exec(ran.log) ?? [];
  for (const path of [
    join(folder, `org.plan.${digest}.journal.jsonl`),
    join(temp, `rootsweep/org.plan.${digest}.receipt.yaml`),
  ])
    assert.ok(existsSync(path), path);
  assert.match(readFileSync(join(temp, `rootsweep/org.plan.${digest}.receipt.yaml`), 'utf8'), device);
  // The same again has nothing left to do, and says so by its exit code.
  const again = await apply({ 'vars.ROOTSWEEP_REDACT': 'false' });
  assert.match(again.summary, device);
  assert.equal(again.code, 0, again.log);
  assert.equal(deletions().length, 3);
});

test('the apply workflow deletes nothing where signatures are missing, and ends as apply does where accounts changed', async (t) => {
  const unsigned = await openPipeline(t, { trust: APPROVED });
  await unsigned.plan();
  await unsigned.merge();
  const ran = await unsigned.apply();
  assert.equal(ran.code, 7, ran.log);
  assert.deepEqual(unsigned.deletions(), []);
  assert.match(ran.log, /approver/);
  // What always runs has run.
  assert.equal(ran.called.filter(({ uses }) => uses.startsWith('actions/upload-artifact@')).length, 2);

  const drifted = await openPipeline(t);
  await drifted.plan();
  await drifted.merge();
  drifted.emulator.changeAccount('333333333333', { remove: { password: true } });
  const left = await drifted.apply();
  assert.equal(left.code, 5, left.log);
  assert.deepEqual(drifted.deletions(), []);
  assert.match(left.summary, /^# Receipt: deletion of root credentials\n/);
});

test('the apply workflow refuses a journal that git tracks, wherever and whatever it is', async (t) => {
  const { merge, apply, deletions, write } = await openPipeline(t);
  await write('org.plan.yaml', 'never read\n');
  await write('other.plan.0123456789ab.journal.jsonl', '{}\n');
  await merge('other.plan.0123456789ab.journal.jsonl');
  const ran = await apply();
  assert.equal(ran.code, 4, ran.log);
  assert.match(ran.log, /git tracks a journal, .* remove it from the repository: other\.plan\.0123456789ab/);
  assert.deepEqual(deletions(), []);
});

test('the apply workflow refuses what is not in the main branch', async (t) => {
  const { merge, apply, deletions, folder, write } = await openPipeline(t);
  await write('org.plan.yaml', 'never read\n');
  await merge();
  await runGit(folder, 'commit', '--quiet', '--allow-empty', '--message=Of a branch');
  const ran = await apply();
  assert.equal(ran.code, 4, ran.log);
  assert.match(ran.log, /is not in origin\/main: merge the plan/);
  assert.deepEqual(deletions(), []);
});

const GOOD_RUN = {
  path: '.github/workflows/rootsweep-apply.yaml',
  event: 'push',
  head_branch: 'main',
  repository: { full_name: 'owner/repository' },
  head_repository: { full_name: 'owner/repository' },
};

test('a run is continued with the journal of an earlier run of the same workflow in the main branch', async (t) => {
  const { plan, merge, apply, forge, folder, temp, deletions } = await openPipeline(t);
  await plan();
  await merge();
  assert.equal((await apply()).code, 0);
  // As if in a new checkout: the journal lies where the artifact's download puts it.
  mkdirSync(join(temp, 'journal'));
  const [journal = ''] = readdirSync(folder).filter((name) => name.endsWith('.journal.jsonl'));
  renameSync(join(folder, journal), join(temp, 'journal', journal));
  writeFileSync(join(temp, 'journal/org.plan.yaml'), 'another\n');
  forge.runs.set('41', { ...GOOD_RUN, head_sha: await runGit(folder, 'rev-parse', 'HEAD') });
  const ran = await apply({ 'inputs.journal-run': '41' });
  assert.equal(ran.code, 0, ran.log);
  assert.equal(deletions().length, 3);
  const download = ran.called.find(({ uses }) => uses.startsWith('actions/download-artifact@'));
  assert.equal(download?.with['run-id'], '41');
});

for (const [what, change, reason] of [
  ['of a pull request', { event: 'pull_request' }, /was started by "pull_request"/],
  ['of another workflow', { path: '.github/workflows/other.yml' }, /is of "\.github\/workflows\/other\.yml"/],
  ['of another branch', { head_branch: 'change' }, /is of "change", not of "main"/],
  ['of a fork', { head_repository: { full_name: 'stranger/repository' } }, /is of "stranger\/repository"/],
  [
    'of a tag that is called main',
    { head_sha: '0123456789abcdef0123456789abcdef01234567' },
    /is not in "main"/,
  ],
] as const) {
  test(`no journal is taken from a run ${what}`, async (t) => {
    const { merge, apply, forge, folder, deletions, write } = await openPipeline(t);
    await write('org.plan.yaml', 'never read\n');
    await merge();
    forge.runs.set('41', { ...GOOD_RUN, head_sha: await runGit(folder, 'rev-parse', 'HEAD'), ...change });
    const ran = await apply({ 'inputs.journal-run': '41' });
    assert.equal(ran.code, 4, ran.log);
    assert.match(ran.log, reason);
    assert.deepEqual(deletions(), []);
    assert.ok(ran.called.every(({ uses }) => !/download-artifact|configure-aws/.test(uses)));
  });
}
