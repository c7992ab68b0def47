/** Plans that need a witness, who has another key and other credentials than the planner. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import { readPlan } from './attacks.js';
import type { Result, RunOptions } from './harness.js';
import { createPlanned, ORGANIZATION, type Planned, SCENARIO } from './planned.js';

const CALLERS = `callers:\n  operator: {}\n  witness: {}\n`;
export const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
export const WITNESS = ['witness', 'org.plan.yaml', ...TRUSTED, '--key', 'witness.pem'];

export interface Witnessed extends Planned {
  /** With the credentials of the caller `witness`. */
  readonly witness: (...more: string[]) => Promise<Result>;
  readonly asWitness: RunOptions;
}

/** Plans need a witness, whose key is witness.pem. */
export async function createWitnessed(
  t: TestContext,
  { scenario = `${CALLERS}${SCENARIO}`, policy = 'version: 1\n' } = {},
): Promise<Witnessed> {
  const planned = await createPlanned(t, { scenario, policy });
  const { run, write, read, awsAs } = planned;
  const { stdout } = await run([
    'keygen',
    '--out',
    'witness.pem',
    '--name',
    'wit',
    '--role',
    'witness',
    '--quiet',
  ]);
  const trust = (await read('trust.yaml')).replace('{ planner: 1 }', '{ planner: 1, witness: 1 }');
  await write('trust.yaml', `${trust}${stdout}`);
  const asWitness = { aws: awsAs('witness') };
  return { ...planned, asWitness, witness: (...more) => run([...WITNESS, ...more], asWitness) };
}

/** So many accounts, of which every tenth holds credentials. */
function organizationOf(count: number): string {
  const accounts = Array.from({ length: count }, (_, index) => {
    const id = String(200_000_000_000 + index);
    const root =
      index % 10 === 0
        ? `, root: { password: { created: 2019-02-04T00:00:00Z }, mfaDevices: 1 }, ou: /Team${index % 7}`
        : '';
    return `  - { id: "${id}", name: account-${index}${root} }`;
  });
  return `${CALLERS}organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }\naccounts:\n  - { id: "111111111111", name: management }\n${accounts.join('\n')}\n`;
}

/** Plans an organization of so many accounts, and has another caller make the plan again. */
export async function assertMadeAgain(t: TestContext, count: number): Promise<void> {
  const planned = await createWitnessed(t, { scenario: organizationOf(count) });
  const unlimited = ['--quota-share', 'unlimited'];
  assert.equal((await planned.plan(...unlimited)).code, 0);
  const before = digestBody((await readPlan(planned)).body);
  const { code, stderr } = await planned.witness(...unlimited);
  assert.equal(code, 0, stderr);
  assert.equal(digestBody((await readPlan(planned)).body), before);
  assert.equal((await planned.verify()).code, 0);
}
