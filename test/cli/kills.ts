/** Ways in which a run of the CLI ends in the middle: at a call to AWS, and at a record of its journal. */
import type { Emulator } from '../../src/emulator/emulator.js';
import { readRecords } from './judge.js';
import type { Spawned, SpawnSettings } from './spawned.js';

/** From 1; `before` or `after` the call has its effect. */
export interface CallPoint {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** Kills when a call arrives; nobody gets an answer any more. @returns what lets AWS answer again. */
function killAtCall(emulator: Emulator, { call, when }: CallPoint, victim: () => Spawned): () => void {
  const { handle } = emulator;
  let arrived = 0;
  emulator.handle = async (request) => {
    arrived += 1;
    if (arrived === call && when === 'after') await handle.call(emulator, request);
    if (arrived === call) victim().child.kill('SIGKILL');
    if (arrived >= call) throw new Error('the caller is dead');
    return handle.call(emulator, request);
  };
  return () => {
    emulator.handle = handle;
  };
}

/** @param calls of an undisturbed run. After a read nothing is different from before it. */
export function callPoints(calls: Emulator['calls']): CallPoint[] {
  return calls.flatMap(({ effect }, index): CallPoint[] => [
    { call: index + 1, when: 'before' },
    ...(effect === undefined && process.env.EVERY_KILL === undefined
      ? []
      : [{ call: index + 1, when: 'after' } as const]),
  ]);
}

/** `unsynced`: written, and not yet known to be on the disk. */
const MOMENTS = ['unwritten', 'torn', 'unsynced', 'synced'] as const;

export interface RecordPoint {
  /** From 1. */
  readonly record: number;
  readonly when: (typeof MOMENTS)[number];
}

/** Runs in the child before the CLI does, and lets it kill itself at a record of its journal. */
const PRELOAD = `
import { open } from 'node:fs/promises';
const file = await open('/dev/null');
const prototype = Object.getPrototypeOf(file);
await file.close();
const { appendFile, datasync } = prototype;
let records = 0;
const dieAt = (when) => {
  if (records === Number(process.env.RECORD) && when === process.env.WHEN) process.kill(process.pid, 'SIGKILL');
};
prototype.appendFile = async function (text) {
  records += 1;
  dieAt('unwritten');
  const half = Math.floor(text.length / 2);
  await appendFile.call(this, text.slice(0, half));
  dieAt('torn');
  await appendFile.call(this, text.slice(half));
};
prototype.datasync = async function () {
  dieAt('unsynced');
  await datasync.call(this);
  dieAt('synced');
};
`;

/** With these the CLI kills itself at a record, and at none where its number is 0. */
export function doomAtRecord({ record, when }: RecordPoint): SpawnSettings {
  return {
    nodeArgv: ['--import', `data:text/javascript,${encodeURIComponent(PRELOAD)}`],
    env: { RECORD: String(record), WHEN: when },
  };
}

/** How many whole records a run leaves that was killed there. */
function recordsLeft({ record, when }: RecordPoint): number {
  return when === 'unwritten' || when === 'torn' ? record - 1 : record;
}

/**
 * To those who come later, a record not written is like a torn one, and one in the page cache like one on the disk;
 * what is left after a whole one is what `callPoints` meets at the next call.
 * @param records of an undisturbed run.
 */
export function recordPoints(records: number): RecordPoint[] {
  return MOMENTS.flatMap((when) =>
    Array.from({ length: records }, (_, index): RecordPoint => ({ record: index + 1, when })),
  ).filter(
    ({ record, when }) =>
      process.env.EVERY_KILL !== undefined || when === 'torn' || (when === 'synced' && record === records),
  );
}

/** What a kill needs of a run that is tried again afterwards. */
interface KillScene {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly spawn: (settings?: SpawnSettings) => Spawned;
}

/** @returns what went wrong with the kill itself. */
export async function killRunAtCall(scene: KillScene, point: CallPoint): Promise<string[]> {
  const revive = killAtCall(scene.emulator, point, () => spawned);
  const spawned = scene.spawn();
  const { signal } = await spawned.ended;
  revive();
  return signal === 'SIGKILL' ? [] : ['it was not killed'];
}

/** The same at a record of the journal. */
export async function killRunAtRecord(scene: KillScene, point: RecordPoint): Promise<string[]> {
  const { signal } = await scene.spawn(doomAtRecord(point)).ended;
  const written = readRecords(scene.folder).length;
  const expected = recordsLeft(point);
  return [
    ...(signal === 'SIGKILL' ? [] : ['it was not killed']),
    ...(written === expected ? [] : [`${written} whole records, not ${expected}`]),
  ];
}
