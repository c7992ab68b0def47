/** A harness with a key, a trust file and a policy in place, and the commands that every story repeats. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Entry, FullEntry, Plan } from '../../src/core/plan/plan.js';
import { countTotals } from '../../src/core/plan/plan.js';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { emitPlan, parsePlan } from '../../src/files/plan/plan.js';
import { signPlan } from '../../src/signing/plan.js';
import { signingKeyOf } from '../signing/keys.js';
import { createHarness, type Harness, type HarnessOptions, type Result, type RunOptions } from './harness.js';

export const ORGANIZATION = 'o-exampleorgid';

/** A management account, an empty account, and one with a password and two MFA devices. */
export const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management, root: { password: true } }
  - { id: "222222222222", name: empty }
  - id: "333333333333"
    name: shop
    ou: /Workloads/Prod
    tags: { stage: prod }
    root:
      password: { created: 2019-02-04T00:00:00Z }
      mfaDevices:
        - { serial: "arn:aws:iam::333333333333:mfa/first", enabled: 2019-02-05T00:00:00Z }
        - { serial: "arn:aws:iam::333333333333:mfa/second", enabled: 2019-02-06T00:00:00Z }
`;

/** The configuration folder of whoever runs the commands. */
export const CONFIG = '.config/rootsweep';
/** For a user who has none. */
export const NO_CONFIG: RunOptions = { env: { NO_COLOR: '1', XDG_CONFIG_HOME: '/nowhere' } };

/** The command that approves the plan, under the trust file that `createPlanned` writes. */
export function approving(key: string, ...more: readonly string[]): string[] {
  return ['approve', 'org.plan.yaml', '--trust', 'trust.yaml', '--key', key, ...more];
}

export interface Planned extends Harness {
  readonly plan: (...more: string[]) => Promise<Result>;
  readonly verify: (options?: RunOptions) => Promise<Result>;
  readonly apply: (argv?: readonly string[], options?: RunOptions) => Promise<Result>;
  readonly key: KeyObject;
  /** Reads the plan file, changes the plan, and signs it again with the trusted key. */
  readonly resign: (change: (plan: Plan) => Plan) => Promise<void>;
  /** Forgets the calls so far, so that `calls` shows those of the next command. */
  readonly forget: () => void;
}

export async function createPlanned(
  t: TestContext,
  {
    scenario = SCENARIO,
    policy = 'version: 1\n',
    ...carried
  }: { scenario?: string | Scenario; policy?: string } & HarnessOptions = {},
): Promise<Planned> {
  const harness = await createHarness(t, scenario, carried);
  const { stdout } = await harness.run(['keygen', '--out', 'key.pem', '--name', 'planner', '--quiet']);
  await harness.write('trust.yaml', `version: 1\nthreshold: { planner: 1 }\nkeys:\n${stdout}`);
  await harness.write('policy.yaml', policy);
  const pem = await harness.read('key.pem');
  const key = createPrivateKey(pem);
  // The key that signs journals, and whom they are believed of: where both are looked for when no flag names them.
  await mkdir(join(harness.folder, CONFIG), { recursive: true });
  await harness.write(`${CONFIG}/signing-key.pem`, pem);
  await harness.write(`${CONFIG}/trust.yaml`, await harness.read('trust.yaml'));
  const files = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
  return {
    ...harness,
    key,
    plan: (...more) =>
      harness.run(['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem', ...more]),
    verify: (options) => harness.run(['verify', 'org.plan.yaml', ...files], options),
    apply: (argv = ['--confirm', ORGANIZATION], options = {}) =>
      harness.run(['apply', 'org.plan.yaml', ...files, ...argv], options),
    resign: async (change) => {
      const { body } = decodeEnvelope(Buffer.from(await harness.read('org.plan.yaml')), 'org.plan.yaml');
      const changed = change(parsePlan(body, 'org.plan.yaml'));
      const totals = countTotals(changed.findings, changed.accounts);
      const signed = await signPlan(emitPlan({ ...changed, totals }), signingKeyOf(key));
      await harness.write('org.plan.yaml', signed);
    },
    forget: () => harness.emulator.resetCalls(),
  };
}

/** A plan in which one account's entry is changed. */
export function changeEntry(plan: Plan, id: string, change: (entry: FullEntry) => Entry): Plan {
  const accounts = plan.accounts.map((entry) =>
    entry.id === id && entry.decision !== 'clean' ? change(entry) : entry,
  );
  return { ...plan, accounts };
}
