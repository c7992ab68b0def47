/** A plan that waits: owners can object before anything is deleted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlanned, SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';

const POLICY = 'version: 1\nnotBefore: 24h\n';
const START = '2026-11-24T09:00:00Z';
const APPLY = [
  ...['apply', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
  ...['--confirm', 'o-exampleorgid'],
];

test('plan, show and verify say from when on a plan may be applied', async (t) => {
  const { plan, verify, run } = await createPlanned(t, { policy: POLICY });
  const validity = `good from ${START} until 2026-11-26T09:00:00Z`;
  assert.ok((await plan()).stderr.includes(`, ${validity}).`));
  assert.ok((await run(['show', 'org.plan.yaml'])).stdout.includes(`; ${validity}.\n`));
  const verified = await verify();
  assert.equal(verified.code, 0);
  assert.ok(verified.stdout.startsWith(`"org.plan.yaml" is ${validity}.\n`));
  const json = await run([
    ...['verify', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--json'],
  ]);
  assert.equal(JSON.parse(json.stdout).notBefore, START);
});

test('apply refuses a plan before its time, and calls nobody', async (t) => {
  const planned = await createPlanned(t, { policy: POLICY });
  await planned.plan();
  await assertRefused(planned, {
    argv: APPLY,
    code: 4,
    says: `the plan may not be applied before ${START}`,
    hint: 'until then owners can object; policies set the wait with notBefore',
    options: { now: '2026-11-24T08:59:50Z' },
  });
});

test('apply applies a plan when its time has come', async (t) => {
  const { plan, apply, deletions } = await createPlanned(t, { policy: POLICY });
  await plan();
  assert.equal((await apply(undefined, { now: START })).code, 0);
  assert.equal(deletions().length, 3);
});

test("apply refuses a plan before its time by AWS's clock, which is behind", async (t) => {
  const scenario = `clockSkew: -120000\n${SCENARIO}`;
  const { plan, apply, deletions } = await createPlanned(t, { scenario, policy: POLICY });
  await plan();
  const { code, stderr } = await apply(undefined, { now: '2026-11-24T09:01:00Z' });
  assert.equal(code, 4, stderr);
  assert.match(stderr, /^Error: the plan may not be applied before 2026-11-24T09:00:00Z\n/m);
  assert.deepEqual(deletions(), []);
});

test('apply refuses a trusted plan that waits less than its policy asks for', async (t) => {
  const { plan, apply, resign, forget, calls } = await createPlanned(t, { policy: POLICY });
  for (const [notBefore, said] of [
    ['2026-11-23T09:00:01Z', 'from 2026-11-23T09:00:01Z on'],
    [undefined, 'at once'],
  ] as const) {
    await plan();
    await resign(({ notBefore: _, ...rest }) => ({
      ...rest,
      ...(notBefore === undefined ? {} : { notBefore }),
    }));
    forget();
    const { code, stderr } = await apply(undefined, { now: START });
    assert.equal(code, 4);
    assert.ok(
      stderr.startsWith(
        `Error: the plan may be applied ${said}, which is not the wait that the policy asks for\n`,
      ),
      stderr,
    );
    assert.deepEqual(calls(), []);
  }
});

test('show refuses a plan whose wait is longer than its life', async (t) => {
  const { plan, run, resign } = await createPlanned(t, { policy: POLICY });
  await plan();
  await resign((signed) => ({ ...signed, notBefore: signed.expires }));
  const { code, stderr } = await run(['show', 'org.plan.yaml']);
  assert.equal(code, 4);
  assert.match(
    stderr,
    /the time at which it may first be applied is not between its creation and its expiry\n/,
  );
});
