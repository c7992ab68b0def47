/** A plan that waits: owners can object before anything is deleted. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import { signatureOf } from '../signing/keys.js';
import { assertAttackFails, edit, NOT_FITTING, readPlan, replaceSignatures } from './attacks.js';
import { approving, createPlanned, SCENARIO } from './planned.js';
import { stopAt } from './receipts.js';
import { assertRefused } from './refused.js';

const POLICY = 'version: 1\nnotBefore: 24h\n';
const START = '2026-11-24T09:00:00Z';
const APPLY = [
  ...['apply', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
  ...['--confirm', 'o-exampleorgid'],
];

test('plan, show and verify say how long a plan waits', async (t) => {
  const { plan, verify, run } = await createPlanned(t, { policy: POLICY });
  const validity = 'good from 24h after its last required signature until 2026-11-26T09:00:00Z';
  assert.ok((await plan()).stderr.includes(`, ${validity}).`));
  assert.ok((await run(['show', 'org.plan.yaml'])).stdout.includes(`; ${validity}.\n`));
  const verified = await verify();
  assert.equal(verified.code, 0);
  assert.ok(verified.stdout.startsWith(`"org.plan.yaml" is ${validity}.\n`));
  const json = await run([
    ...['verify', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--json'],
  ]);
  assert.equal(JSON.parse(json.stdout).notBefore, '24h');
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
    ['23h', '23h after its last required signature'],
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

test('show refuses a plan whose wait is as long as its life', async (t) => {
  const { plan, run, resign } = await createPlanned(t, { policy: POLICY });
  await plan();
  await resign((signed) => ({ ...signed, notBefore: '72h' }));
  const { code, stderr } = await run(['show', 'org.plan.yaml']);
  assert.equal(code, 4);
  assert.match(stderr, /it expires before it may be applied\n/);
});

/** A plan that waits 24 hours, made at 09:00, and a trust file that demands an approver. */
async function createWaiting(t: TestContext) {
  const planned = await createPlanned(t, { policy: POLICY });
  const { run, read, write } = planned;
  const { stdout } = await run([
    'keygen',
    '--out',
    'ada.pem',
    '--name',
    'ada',
    '--role',
    'approver',
    '--quiet',
  ]);
  const trust = (await read('trust.yaml')).replace('planner: 1', 'planner: 1, approver: 1');
  await write('trust.yaml', `${trust}${stdout}`);
  await planned.plan();
  planned.forget();
  /** Signs as approver, by the clock that the approver's machine has. */
  const approve = async (at: string) => {
    const { body } = await readPlan(planned);
    const argv = approving('ada.pem', '--confirm', digestBody(body));
    const { code, stderr } = await run(argv, stopAt(at));
    assert.equal(code, 0, stderr);
    planned.forget();
  };
  return { ...planned, approve };
}

const tooEarly = (at: string) => ({
  argv: APPLY,
  code: 4,
  says: `the plan may not be applied before ${at}`,
  hint: 'until then owners can object; policies set the wait with notBefore',
});

test('apply waits from the approval on', async (t) => {
  const waiting = await createWaiting(t);
  await waiting.approve('2026-11-23T15:00:00Z');
  const options = stopAt('2026-11-24T14:59:59Z');
  await assertRefused(waiting, { ...tooEarly('2026-11-24T15:00:00Z'), options });
  assert.deepEqual(waiting.calls(), []);
  assert.equal((await waiting.apply(undefined, stopAt('2026-11-24T15:00:00Z'))).code, 0);
  assert.equal(waiting.deletions().length, 3);
});

test('wait shortened by a planner who sets the time of the plan back: apply still waits from the approval on', async (t) => {
  const waiting = await createWaiting(t);
  await waiting.resign((plan) => ({
    ...plan,
    created: '2026-11-22T09:00:00Z',
    expires: '2026-11-25T09:00:00Z',
  }));
  await waiting.approve('2026-11-23T09:00:00Z');
  assert.equal((await waiting.verify(stopAt('2026-11-23T09:00:00Z'))).code, 0);
  for (const now of ['2026-11-23T09:00:00Z', '2026-11-24T08:59:59Z']) {
    await assertRefused(waiting, { ...tooEarly(START), options: stopAt(now) });
  }
  assert.deepEqual(waiting.calls(), []);
  assert.equal((await waiting.apply(undefined, stopAt(START))).code, 0);
});

test('wait shortened by an earlier approval of a key that may not approve: apply waits from the one that counts', async (t) => {
  const waiting = await createWaiting(t);
  await waiting.approve('2026-11-23T15:00:00Z');
  await replaceSignatures(waiting, (signatures, body) => [
    ...signatures,
    signatureOf('approver', body, waiting.key, '2026-11-23T09:00:00Z'),
  ]);
  const options = stopAt('2026-11-24T14:59:59Z');
  await assertRefused(waiting, { ...tooEarly('2026-11-24T15:00:00Z'), options });
});

for (const [what, at, says] of [
  ['before the plan was made', '2026-11-23T08:54:59Z', 'before the plan was made'],
  ['in the future', '2026-11-23T15:05:01Z', 'in the future'],
] as const) {
  test(`approval ${what}: the plan is refused`, async (t) => {
    const waiting = await createWaiting(t);
    const ada = createPrivateKey(await waiting.read('ada.pem'));
    await replaceSignatures(waiting, (signatures, body) => [
      ...signatures,
      signatureOf('approver', body, ada, at),
    ]);
    for (const command of ['verify', 'apply']) {
      await assertRefused(waiting, {
        argv: [command, ...APPLY.slice(1, 6)],
        code: 4,
        says: `"ada" signed as approver at ${at}, which is ${says}`,
        hint: 'correct the clock of the machine that signed, then plan again and have the new plan signed',
        options: stopAt('2026-11-23T15:00:00Z'),
      });
    }
    assert.deepEqual(waiting.calls(), []);
  });
}

for (const at of ['2026-11-23T08:55:00Z', '2026-11-23T15:05:00Z']) {
  test(`approval at ${at}, as far off as clocks may be: the plan is taken`, async (t) => {
    const waiting = await createWaiting(t);
    await waiting.approve(at);
    const { code, stderr } = await waiting.verify(stopAt('2026-11-23T15:00:00Z'));
    assert.equal(code, 0, stderr);
  });
}

test('time of an approval changed by a second: the plan is refused', async (t) => {
  const waiting = await createWaiting(t);
  await waiting.approve('2026-11-23T15:00:00Z');
  await edit(waiting, (text) => text.replace('at: 2026-11-23T15:00:00Z', 'at: 2026-11-23T14:59:59Z'));
  await assertAttackFails(waiting, {
    ...NOT_FITTING('ada'),
    options: stopAt('2026-11-24T15:00:00Z'),
  });
});
