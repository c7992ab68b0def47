/** A plan that deletes one password in each of five accounts, in waves, and what is told of it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { JournalRecord } from '../../src/core/apply/journal.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';

export const IDS = ['200000000001', '200000000002', '200000000003', '200000000004', '200000000005'] as const;
export const [FIRST, SECOND, THIRD, FOURTH, FIFTH] = IDS;
const SCENARIO: Scenario = {
  organization: { id: ORGANIZATION, managementAccount: '111111111111' },
  accounts: [
    { id: '111111111111', name: 'management' },
    ...IDS.map((id) => ({ id, name: `shop-${id.slice(-1)}`, root: { password: true } })),
  ],
};
export const CONFIRM = ['--confirm', ORGANIZATION];

/** Plans, and forgets the calls of that. */
export async function createRollout(
  t: TestContext,
  { rollout = '{ waves: [1, 2, 100%], stopAfterFailures: 1 }', limits = '{ percent: 100 }' } = {},
  exitCode = 0,
): Promise<Planned> {
  const planned = await createPlanned(t, {
    scenario: SCENARIO,
    policy: `version: 1\nrollout: ${rollout}\nlimits: ${limits}\n`,
  });
  assert.equal((await planned.plan()).code, exitCode);
  planned.forget();
  return planned;
}

/** What was told of waves and of the ends of accounts. */
export const told = (stderr: string) =>
  stderr.split('\n').filter((line) => /^(Wave|Begun|[✓~?✗.] )/.test(line));
export const done = (...ids: readonly string[]) =>
  ids.map((id) => `✓ ${id} shop-${id.slice(-1)}: deleted as planned, and proven gone`);
export const soFar = (deleted: number, left: number, earlier = 0) =>
  `${deleted === 1 ? '1 credential' : `${deleted} credentials`} deleted and proven gone; ${deleted === 1 ? '1 account' : `${deleted} accounts`} done, ${earlier} done earlier, 0 drifted, 0 unknown, 0 failed, ${left} not started.`;

export function recordsOf({ folder }: Planned): JournalRecord[] {
  const name = readdirSync(folder).find((file) => file.endsWith('.journal.jsonl')) ?? '';
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JournalRecord);
}
