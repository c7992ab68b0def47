/** What it takes to say something without doing anything, next to Node itself. */
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { timeProcess } from './measure.js';

export interface StartUp {
  /** Wall times in ms. */
  readonly node: readonly number[];
  readonly help: readonly number[];
  readonly version: readonly number[];
}

const ROUNDS = 15;
const BIN = fileURLToPath(import.meta.resolve('#dist/bin/rootsweep.js'));

export async function measureStart(): Promise<StartUp> {
  const kinds = { node: ['-e', '0'], help: [BIN, '--help'], version: [BIN, '--version'] } as const;
  const figures: Record<keyof typeof kinds, number[]> = { node: [], help: [], version: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const kind of ['node', 'help', 'version'] as const) {
      const wall = await timeProcess({ argv: kinds[kind], folder: tmpdir() });
      // The first round warms up.
      if (round > 0) figures[kind].push(wall);
    }
  }
  return figures;
}
