/**
 * What it costs to verify a plan of 10,000 accounts with three signatures, next to what the YAML library takes to parse
 * the same bytes. Both are measured in turn, in one process.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { encodeEnvelope } from '../../src/core/signing/envelope.js';
import { openEmulator } from '../../src/emulator/emulator.js';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import { verifyPlanBytes } from '../../src/runs/inputs.js';
import { publicKeyOf } from '../../src/signing/ed25519.js';
import { signatureOf } from '../signing/keys.js';
import { planInMemory } from './plan-in-memory.js';

const ROUNDS = 7;
const NOW = new Date('2026-11-23T09:00:00Z');

export interface Verification {
  /** Of the file, in bytes. */
  readonly size: number;
  /** CPU times in ms. */
  readonly parsing: readonly number[];
  readonly verifying: readonly number[];
}

export async function compareWithParse(): Promise<Verification> {
  const folder = mkdtempSync(join(tmpdir(), 'rootsweep-bench-'));
  try {
    return await compareIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compareIn(folder: string): Promise<Verification> {
  const policy = 'version: 1\nfindings: { access-key-present: warn, signing-certificate-present: warn }\n';
  const keys = [1, 2, 3].map(() => generateKeyPairSync('ed25519').privateKey);
  const trusted = keys.map(
    (key, index) =>
      `  - { name: key-${index}, publicKey: ${publicKeyOf(key)}, roles: [${index === 0 ? 'planner' : 'approver'}] }\n`,
  );
  writeFileSync(join(folder, 'policy.yaml'), policy);
  writeFileSync(
    join(folder, 'trust.yaml'),
    `version: 1\nthreshold: { planner: 1, approver: 2 }\nkeys:\n${trusted.join('')}`,
  );
  const body = await planInMemory(
    openEmulator(generateScenario({ accounts: 10_000, seed: 1 }), { now: () => NOW }),
    policy,
    NOW,
  );
  const [planner, ...approvers] = keys;
  if (planner === undefined) throw new Error('no key');
  const signatures = [
    signatureOf('planner', body, planner),
    ...approvers.map((key) => signatureOf('approver', body, key)),
  ];
  const file = encodeEnvelope({ body, signatures });
  const paths = {
    plan: 'org.plan.yaml',
    policy: 'policy.yaml',
    trust: 'trust.yaml',
    confirmTrust: undefined,
  };
  const context = { cwd: folder, env: {}, homeFolder: folder };
  const verify = () => verifyPlanBytes(file, paths, context, NOW);
  // Of the processor: what else the machine does is not what is measured.
  const measure = async (work: () => unknown) => {
    const started = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  };
  const [parsing, verifying]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [a, b] = [await measure(() => parse(body.toString(), { maxAliasCount: 0 })), await measure(verify)];
    // The first round warms up.
    if (round === 0) continue;
    parsing.push(a);
    verifying.push(b);
  }
  return { size: file.length, parsing, verifying };
}
