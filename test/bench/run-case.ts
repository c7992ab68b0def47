/** Runs one case once: plan, show, verify and, where the case says so, apply, each as a process of its own. */
import { fileURLToPath } from 'node:url';
import { boundOf } from './bound.js';
import type { Case } from './cases.js';
import type { Traffic } from './emulator-process.js';
import { openFolder } from './folder.js';
import { type Measured, measure, timeProcess } from './measure.js';
import { type Host, ORGANIZATION, type World } from './world.js';

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

/** What the emulator is warmed up with. */
const REHEARSAL: World & Pick<Case, 'concurrency' | 'applied'> = {
  accounts: 1_000,
  share: 0.3,
  latency: 1,
  quotas: false,
  concurrency: 200,
  applied: true,
};

/** @param folder with policy.yaml, key.pem and trust.yaml, and no plan and no journal. */
export async function runCase(host: Host, it: Case, folder: string): Promise<Run[]> {
  const env = await host.serve(it);
  const runs: Run[] = [];
  for (const [command, argv] of commandsOf(it)) {
    const measured = await measure({ argv, folder, env });
    const traffic = await host.takeTraffic();
    const counted = { ...traffic, bound: boundOf(traffic, it) };
    runs.push({ command, ...measured, ...(traffic.calls === 0 ? {} : { traffic: counted }) });
  }
  return runs;
}

/** The loop over the CLI, on an organization of its own. */
export async function runLoop(host: Host, it: Case, folder: string): Promise<Run> {
  const env = await host.serve(it);
  const measured = await measure({ argv: [LOOP, it.beside ?? 'plan'], folder, env });
  const traffic = await host.takeTraffic();
  return { command: 'loop', ...measured, traffic: { ...traffic, bound: 0 } };
}

/**
 * AWS has long been running when somebody calls it; the code of an emulator that was started just now would be
 * interpreted for its first seconds, and whoever calls it be measured waiting.
 */
export async function warmUp(host: Host): Promise<void> {
  const env = await host.serve(REHEARSAL);
  await openFolder(async (folder) => {
    for (const [command, argv] of commandsOf(REHEARSAL)) {
      if (command === 'plan' || command === 'apply') await timeProcess({ argv, folder, env });
    }
  });
}

/** What is run, in this order, with what Node is given for it. */
function commandsOf({
  concurrency,
  quotas,
  applied,
}: Pick<Case, 'concurrency' | 'quotas' | 'applied'>): (readonly [Command, readonly string[]])[] {
  const pace = ['--concurrency', String(concurrency), ...(quotas ? [] : ['--quota-share', 'unlimited'])];
  const trusted = [PLAN, ...FILES, '--trust', 'trust.yaml'];
  const commands: readonly (readonly [Command, readonly string[]])[] = [
    ['plan', [...FILES, '--out', PLAN, '--key', 'key.pem', ...pace]],
    ['show', [PLAN]],
    ['verify', trusted],
    ...(applied
      ? [['apply', [...trusted, '--key', 'key.pem', '--confirm', ORGANIZATION, ...pace]] as const]
      : []),
  ];
  return commands.map(([command, flags]) => [command, [BIN, command, ...flags, '--quiet']]);
}
