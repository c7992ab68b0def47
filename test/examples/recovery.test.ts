/** The policies of `examples/aws` for recovery: enough for who plans and who applies, and each statement for one of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { IamPolicyDocument } from '../../src/emulator/policy/document.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { SCENARIO as LOCKED, SHOP, unlock } from '../cli/locked.js';
import { createPlanned, ORGANIZATION } from '../cli/planned.js';

const FOLDER = fileURLToPath(new URL('../../../examples/aws/', import.meta.url));
const readPolicy = (name: string) =>
  JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as IamPolicyDocument;
const statementsOf = ({ Statement }: IamPolicyDocument) => [Statement].flat();

/** A role's own policy, with the statements for recovery that are not left out. */
function withRecovery(own: string, recovery: string, without?: string): IamPolicyDocument {
  const added = statementsOf(readPolicy(recovery)).filter(({ Sid }) => Sid !== without);
  return { Version: '2012-10-17', Statement: [...statementsOf(readPolicy(own)), ...added] };
}

interface Case {
  readonly argv: readonly string[];
  /** The statements without which it cannot be planned, and cannot be applied. */
  readonly planner: readonly string[];
  readonly operator: readonly string[];
}

const RECOVER = 'recover 222222222222 --reason x --policy policy.yaml --out unlock.plan.yaml --key key.pem';
const CASES: Readonly<Record<string, Case>> = {
  recover: { argv: RECOVER.split(' '), planner: ['NameAccounts'], operator: ['RecoverPasswords'] },
  'unlock bucket': {
    argv: unlock('bucket', SHOP, 'logs'),
    planner: ['NameAccounts', 'UnlockBuckets'],
    operator: ['UnlockBuckets'],
  },
  'unlock queue': {
    argv: [...unlock('queue', SHOP, 'orders'), '--region', 'eu-central-1'],
    planner: ['NameAccounts', 'UnlockQueues'],
    operator: ['UnlockQueues'],
  },
};

/** Plans as the planner and applies as the operator; exit codes. */
async function tryRecovery(
  t: Parameters<typeof createPlanned>[0],
  { argv }: Case,
  without: { readonly planner?: string; readonly operator?: string },
): Promise<readonly number[]> {
  const scenario: Scenario = {
    ...parseScenario(LOCKED, 'scenario.yaml'),
    callers: {
      operator: { policy: withRecovery('operator.json', 'recovery-operator.json', without.operator) },
      planner: { policy: withRecovery('planner.json', 'recovery-planner.json', without.planner) },
    },
    scps: [{ id: 'p-exampledenial', target: '/', policy: readPolicy('deny-root.json') }],
  };
  const { run, server, emulator } = await createPlanned(t, { scenario });
  const as = (name: string) => ({
    aws: { endpoint: server.url, region: 'us-east-1', credentials: emulator.callerCredentials(name) },
  });
  const planned = await run(argv, as('planner'));
  if (planned.code !== 0) return [planned.code];
  const files = ['--policy', 'policy.yaml', '--trust', 'trust.yaml', '--confirm', ORGANIZATION];
  const applied = await run(['apply', 'unlock.plan.yaml', ...files], as('operator'));
  return [planned.code, applied.code];
}

const sids = (file: string) => statementsOf(readPolicy(file)).flatMap(({ Sid }) => Sid ?? []);

for (const [name, one] of Object.entries(CASES)) {
  test(`${name} and its apply need the statements of examples/aws that are for it, and no others`, async (t) => {
    assert.deepEqual(await tryRecovery(t, one, {}), [0, 0]);
    for (const without of sids('recovery-planner.json')) {
      const expected = one.planner.includes(without) ? [1] : [0, 0];
      assert.deepEqual(
        await tryRecovery(t, one, { planner: without }),
        expected,
        `planner without ${without}`,
      );
    }
    for (const without of sids('recovery-operator.json')) {
      const expected = one.operator.includes(without) ? [0, 6] : [0, 0];
      assert.deepEqual(
        await tryRecovery(t, one, { operator: without }),
        expected,
        `operator without ${without}`,
      );
    }
  });
}
