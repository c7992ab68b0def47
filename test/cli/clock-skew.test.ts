/** Plans are dated, and expire: by a clock that AWS agrees with. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG, createPlanned, type Planned, SCENARIO } from './planned.js';

const MINUTE = 60_000;
const ahead = (minutes: number) => `clockSkew: ${minutes * MINUTE}\n${SCENARIO}`;

for (const minutes of [-4, 4]) {
  test(`plan and apply work when the clock of AWS is ${minutes} minutes ahead`, async (t) => {
    const { plan, apply, deletions } = await createPlanned(t, { scenario: ahead(minutes) });
    const planned = await plan();
    assert.equal(planned.code, 0, planned.stderr);
    const applied = await apply();
    assert.equal(applied.code, 0, applied.stdout);
    assert.equal(deletions().length, 3);
  });
}

for (const [minutes, says] of [
  [-20, "the clock of this machine is 20 minutes ahead of AWS's"],
  [-10, "the clock of this machine is 10 minutes ahead of AWS's"],
  [10, "the clock of this machine is 10 minutes behind AWS's"],
  [5 * 24 * 60, "the clock of this machine is 7200 minutes behind AWS's"],
] as const) {
  const refusal = `Error: ${says}\n  → set the clock of this machine; plans are dated and expire by it\n`;

  test(`plan refuses, and writes nothing, when the clock of AWS is ${minutes} minutes ahead`, async (t) => {
    const { plan, read } = await createPlanned(t, { scenario: ahead(minutes) });
    const { code, stdout, stderr } = await plan();
    assert.deepEqual([code, stdout, stderr], [4, '', refusal]);
    await assert.rejects(read('org.plan.yaml'), { code: 'ENOENT' });
  });

  test(`apply refuses, and deletes nothing, when the clock of AWS is ${minutes} minutes ahead`, async (t) => {
    const good = await createPlanned(t);
    await good.plan();
    const off = await createPlanned(t, { scenario: ahead(minutes) });
    for (const name of ['org.plan.yaml', 'trust.yaml', `${CONFIG}/signing-key.pem`])
      await off.write(name, await good.read(name));
    const { code, stdout, stderr } = await off.apply();
    assert.deepEqual([code, stdout, stderr], [4, '', refusal]);
    assert.deepEqual(off.deletions(), []);
  });
}

test('apply takes a plan for expired that is so by the clock of AWS alone', async (t) => {
  const good = await createPlanned(t, { policy: 'version: 1\nexpiresAfter: 1h\n' });
  await good.plan();
  const off: Planned = await createPlanned(t, { scenario: ahead(4) });
  for (const name of ['org.plan.yaml', 'trust.yaml', 'policy.yaml', `${CONFIG}/signing-key.pem`])
    await off.write(name, await good.read(name));
  const { code, stderr } = await off.apply(undefined, { now: '2026-11-23T09:58:00Z' });
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the plan expired at 2026-11-23T10:00:00Z\n/);
  assert.deepEqual(off.deletions(), []);
});
