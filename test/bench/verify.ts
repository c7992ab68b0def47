/**
 * `npm run bench:verify`: what it costs to verify a plan of 10,000 accounts with three signatures, next to what the YAML
 * library takes to parse the same bytes. Both are measured in turn, in one process; the ratio of the medians is printed.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { verifyPlanBytes } from '../../src/commands/inputs.js';
import { encodeEnvelope } from '../../src/core/envelope.js';
import { openEmulator } from '../../src/emulator/emulator.js';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import { publicKeyOf } from '../../src/signing/ed25519.js';
import { signatureOf } from '../signing/keys.js';
import { planInMemory } from './plan-in-memory.js';

const ROUNDS = 7;
const AT_MOST = 1.6;
const NOW = new Date('2026-11-23T09:00:00Z');

const folder = mkdtempSync(join(tmpdir(), 'rootsweep-bench-'));
try {
  const policy = 'version: 1\nfindings: { access-key-present: warn, signing-certificate-present: warn }\n';
  const keys = [1, 2, 3].map(() => generateKeyPairSync('ed25519').privateKey);
  const trusted = keys.map((key, index) => `  - { name: key-${index}, publicKey: ${publicKeyOf(key)} }\n`);
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
  const paths = { plan: 'org.plan.yaml', policy: 'policy.yaml', trust: 'trust.yaml' };
  const context = { env: {}, homeFolder: folder };
  const verify = () => verifyPlanBytes(file, paths, (path) => join(folder, path), context, NOW);
  // Of the processor: what else the machine does is not what is measured.
  const measure = async (work: () => unknown) => {
    const started = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  };
  const [parsed, verified]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [a, b] = [await measure(() => parse(body.toString(), { maxAliasCount: 0 })), await measure(verify)];
    // The first round warms up.
    if (round > 0) [parsed, verified].map((them, index) => them.push([a, b][index] ?? 0));
  }
  const median = (them: readonly number[]) =>
    [...them].sort((a, b) => a - b)[Math.floor(them.length / 2)] ?? 0;
  const ratio = median(verified) / median(parsed);
  const spread = (them: readonly number[]) =>
    `${Math.min(...them).toFixed(0)} to ${Math.max(...them).toFixed(0)} ms`;
  console.log(`plan of 10,000 accounts, ${(file.length / 2 ** 20).toFixed(2)} MiB, three signatures`);
  console.log(`parsing:   CPU, median ${median(parsed).toFixed(0)} ms (${spread(parsed)})`);
  console.log(`verifying: CPU, median ${median(verified).toFixed(0)} ms (${spread(verified)})`);
  console.log(`ratio ${ratio.toFixed(2)}, at most ${AT_MOST}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
