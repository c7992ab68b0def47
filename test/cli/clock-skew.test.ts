import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlanned, SCENARIO } from './planned.js';

for (const minutes of [-20, -10, 10, 20]) {
  test(`plan and apply work when the clock of AWS is ${minutes} minutes off`, async (t) => {
    const scenario = `clockSkew: ${minutes * 60_000}\n${SCENARIO}`;
    const { plan, apply, deletions } = await createPlanned(t, { scenario });
    const planned = await plan();
    assert.equal(planned.code, 0, planned.stderr);
    const applied = await apply();
    assert.equal(applied.code, 0, applied.stdout);
    assert.equal(deletions().length, 3);
  });
}
