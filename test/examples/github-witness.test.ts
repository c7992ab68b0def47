/** examples/github-actions: the witness, and the check that waits for all signatures. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { openPipeline, trustWith, WITNESSED } from './github-pipeline.js';
import { EXAMPLES, runScript, type Step } from './runner.js';

const SIGNED = (
  parse(readFileSync(join(EXAMPLES, 'github-actions/plan.yml'), 'utf8')) as {
    readonly jobs: { readonly signed: { readonly steps: readonly Step[] } };
  }
).jobs.signed.steps;

test('a witness signs the plan in a file of its own, and once', async (t) => {
  const { plan, witness, forge, folder, read } = await openPipeline(t, { trust: WITNESSED });
  assert.equal((await plan()).outputs['verify-exit-code'], '7');
  const planned = await read('org.plan.yaml');
  const ran = await witness({ commit: 'true' });
  assert.equal(ran.code, 0, ran.log);
  assert.equal(ran.outputs['verify-exit-code'], '0');
  const { approval = '' } = ran.outputs;
  assert.match(approval, /^org\.plan\.\w+\.\w+\.approval\.yaml$/);
  assert.ok(existsSync(join(folder, approval)));
  assert.ok(forge.files.has(approval));
  assert.equal(await read('org.plan.yaml'), planned);
  const keep = ran.called.at(-1);
  assert.deepEqual(readdirSync(keep?.with.path ?? ''), [approval]);
  // With the signature in the branch, the next run of the plan is complete.
  assert.equal((await plan()).outputs['verify-exit-code'], '0');
});

test('a witness who has signed before leaves the rest to the approvers', async (t) => {
  const trust = trustWith('{ planner: 1, approver: 1, witness: 1 }');
  const { plan, witness, temp } = await openPipeline(t, { trust });
  await plan();
  assert.equal((await witness()).outputs['verify-exit-code'], '7');
  unlinkSync(join(temp, 'rootsweep-plan'));
  await plan();
  const again = await witness();
  assert.deepEqual(
    [again.code, again.outputs['verify-exit-code'], again.outputs.approval],
    [0, '7', ''],
    again.log,
  );
  assert.match(again.summary, /has signed this plan before/);
});

test('a witness signs no plan that is not what AWS says now', async (t) => {
  const { plan, witness, emulator, folder } = await openPipeline(t, { trust: WITNESSED });
  await plan();
  emulator.changeAccount('333333333333', { remove: { password: true } });
  const ran = await witness();
  assert.equal(ran.code, 5, ran.log);
  assert.match(ran.summary, /does not match what AWS reports now/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.approval.yaml')),
    [],
  );
  assert.equal(ran.called.filter(({ uses }) => uses.startsWith('actions/upload-artifact@')).length, 0);
});

for (const [verified, code] of [
  ['0', 0],
  ['3', 3],
  ['7', 7],
  ['', 4],
] as const) {
  test(`the check to require ends with ${code} where verify ended with "${verified}"`, async () => {
    const [step] = SIGNED;
    const { code: ended } = await runScript(step?.run ?? '', {
      cwd: EXAMPLES,
      env: { PATH: process.env.PATH ?? '', VERIFIED: verified },
    });
    assert.equal(ended, code);
  });
}
