/** examples/github-actions: the witness, and the check that waits for all signatures. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { SCENARIO } from '../cli/planned.js';
import { openPipeline, trustWith, WITNESSED } from './github-pipeline.js';
import { EXAMPLES, type Ran, runScript, type Step } from './runner.js';

const SIGNED = (
  parse(readFileSync(join(EXAMPLES, 'github-actions/plan.yml'), 'utf8')) as {
    readonly jobs: { readonly signed: { readonly steps: readonly Step[] } };
  }
).jobs.signed.steps;

function assertNothingKept({ called }: Ran): void {
  assert.equal(called.filter(({ uses }) => uses.startsWith('actions/upload-artifact@')).length, 0);
}

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
  assertNothingKept(again);
});

test('a witness signs no plan that is not what AWS says now', async (t) => {
  const { plan, witness, emulator, folder, temp } = await openPipeline(t, { trust: WITNESSED });
  await plan();
  emulator.changeAccount('333333333333', { remove: { password: true } });
  const ran = await witness();
  assert.equal(ran.code, 5, ran.log);
  assert.match(ran.summary, /does not match what AWS reports now/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.approval.yaml')),
    [],
  );
  assertNothingKept(ran);
  // Which credentials differ is for no log, unless it may say so.
  assert.doesNotMatch(ran.log, /333333333333/);
  unlinkSync(join(temp, 'rootsweep-plan'));
  const told = await witness({ redact: 'false' });
  assert.deepEqual([told.code, /333333333333/.test(told.log)], [5, true], told.log);
});

test('a witness refuses a plan that was changed after it was verified, and calls nobody', async (t) => {
  const { plan, witness, emulator, read, write, folder } = await openPipeline(t, { trust: WITNESSED });
  await plan();
  const kept = '.temp/rootsweep/plan/org.plan.yaml';
  await write(kept, (await read(kept)).replace('name: shop', 'name: shoo'));
  emulator.resetCalls();
  const ran = await witness();
  assert.equal(ran.code, 4, ran.log);
  assert.match(ran.log, /^Error: the signature of "[^"]+" does not fit "org\.plan\.yaml": /);
  assert.deepEqual(emulator.calls, []);
  assertNothingKept(ran);
  assert.ok(!readdirSync(folder).some((name) => name.endsWith('.approval.yaml')));
});

test('a witness refuses a plan that hides how its policy is looser than in the main branch', async (t) => {
  const { plan, witness, merge, emulator, read, write } = await openPipeline(t, { trust: WITNESSED });
  // Made where there was no main branch to compare with.
  await plan();
  const policy = await read('policy.yaml');
  await write('policy.yaml', `${policy}limits: { accounts: 1 }\n`);
  await merge();
  await write('policy.yaml', policy);
  emulator.resetCalls();
  const ran = await witness();
  assert.equal(ran.code, 4, ran.log);
  assert.match(ran.log, /^Error: [^\n]*looser/);
  assert.deepEqual(emulator.calls, []);
  assertNothingKept(ran);
});

test('a witness whose key the trust file does not hold fails, and signs nothing', async (t) => {
  const { plan, witness, run, read, write, folder } = await openPipeline(t, { trust: WITNESSED });
  await plan();
  await run(['keygen', '--out', 'stranger.pem', '--name', 'stranger', '--quiet']);
  await write('witness.pem', await read('stranger.pem'));
  const ran = await witness();
  assert.equal(ran.code, 4, ran.log);
  assert.match(ran.log, /"code":"KEY_NOT_TRUSTED"/);
  assertNothingKept(ran);
  assert.ok(!readdirSync(folder).some((name) => name.endsWith('.approval.yaml')));
});

for (const [what, settings, code, says] of [
  ['has all its signatures', { trust: trustWith('{ planner: 1 }') }, '0', 'The plan has all its signatures.'],
  [
    'is stopped by findings',
    { trust: WITNESSED, scenario: SCENARIO.replace('mfaDevices:', 'accessKeys: 1\n      mfaDevices:') },
    '3',
    'Findings stop the plan, so there is nothing to sign.',
  ],
] as const) {
  test(`a witness has nothing to sign where the plan ${what}, and calls nobody`, async (t) => {
    const { plan, witness, emulator } = await openPipeline(t, settings);
    assert.equal((await plan()).outputs['verify-exit-code'], code);
    emulator.resetCalls();
    const ran = await witness();
    assert.deepEqual([ran.code, ran.outputs], [0, { 'verify-exit-code': code, approval: '' }], ran.log);
    assert.equal(ran.summary, `## Witness\n\n${says}\n`);
    assert.deepEqual(emulator.calls, []);
    assertNothingKept(ran);
  });
}

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
