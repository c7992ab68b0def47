/** Runs one case once: plan, show, verify and, where the case says so, apply, each as a process of its own. */
import { fileURLToPath } from 'node:url';
import { boundOf } from './bound.js';
import type { Case } from './cases.js';
import type { Traffic } from './emulator-process.js';
import { type Measured, measure } from './measure.js';
import { ORGANIZATION, openWorld } from './world.js';

export type Command = 'plan' | 'show' | 'verify' | 'apply' | 'loop';

export interface Run extends Measured {
  readonly command: Command;
  /** Of commands that call AWS; `bound` in ms, 0 where nothing bounds. */
  readonly traffic?: Traffic & { readonly bound: number };
}

const BIN = fileURLToPath(import.meta.resolve('#dist/bin/rootsweep.js'));
const LOOP = fileURLToPath(new URL('baseline.js', import.meta.url));
const PLAN = 'org.plan.yaml';
const FILES = ['--policy', 'policy.yaml'];

/** @param folder with policy.yaml, key.pem and trust.yaml, and no plan and no journal. */
export async function runCase(it: Case, folder: string): Promise<Run[]> {
  const pace = [
    '--concurrency',
    String(it.concurrency),
    ...(it.quotas ? [] : ['--quota-share', 'unlimited']),
  ];
  const commands: readonly (readonly [Command, readonly string[]])[] = [
    ['plan', [...FILES, '--out', PLAN, '--key', 'key.pem', ...pace]],
    ['show', [PLAN]],
    ['verify', [PLAN, ...FILES, '--trust', 'trust.yaml']],
    ...(it.applied
      ? [['apply', [PLAN, ...FILES, '--trust', 'trust.yaml', '--confirm', ORGANIZATION, ...pace]] as const]
      : []),
  ];
  const world = await openWorld(it);
  try {
    const runs: Run[] = [];
    for (const [command, flags] of commands) {
      const env = world.env;
      const measured = await measure({ argv: [BIN, command, ...flags, '--quiet'], folder, env });
      const traffic = await world.takeTraffic();
      const counted = { ...traffic, bound: boundOf(traffic, it) };
      runs.push({ command, ...measured, ...(traffic.calls === 0 ? {} : { traffic: counted }) });
    }
    return runs;
  } finally {
    await world.close();
  }
}

/** The loop over the CLI, on an organization of its own. */
export async function runLoop(it: Case, folder: string): Promise<Run> {
  const world = await openWorld(it);
  try {
    const measured = await measure({ argv: [LOOP, it.beside ?? 'plan'], folder, env: world.env });
    const traffic = await world.takeTraffic();
    return { command: 'loop', ...measured, traffic: { ...traffic, bound: 0 } };
  } finally {
    await world.close();
  }
}
