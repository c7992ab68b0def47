/** A journal as the judge reads it: what is on the disk, without the code that is judged. */
import { nameOf } from './planned-state.js';
import type { JsonRecord, SimulatedProcess } from './simulated-process.js';

/** What would survive a power failure of the journal that a process writes. */
export function readJournal(process: SimulatedProcess): JsonRecord[] {
  const { disk } = process.options.machine;
  const path = disk.paths().find((it) => it.endsWith('.journal.jsonl'));
  return path === undefined ? [] : readRecords(disk.durable(path));
}

/** Whole lines. A last one that nobody can read is what a crash leaves. */
function readRecords(text: string): JsonRecord[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line, index) => {
    try {
      return [JSON.parse(line) as JsonRecord];
    } catch (error) {
      if (index < lines.length - 1) throw error;
      return [];
    }
  });
}

/** The credential that a record is about; undefined where it is about none. */
export function credentialOf({ kind, id }: JsonRecord): string | undefined {
  return typeof kind === 'string' ? nameOf(kind, id as string | undefined) : undefined;
}

/** What a journal says may have been deleted: intents, less those that AWS refused. */
export function sentBy(records: readonly JsonRecord[], account: string): Set<string> {
  const attempts = new Map<string, boolean[]>();
  for (const it of records) {
    const name = credentialOf(it);
    if (it.account !== account || name === undefined) continue;
    const of = attempts.get(name) ?? [];
    attempts.set(name, of);
    if (it.type === 'deletion-intended') of.push(true);
    if (it.type === 'deletion-failed' && it.effect === 'none') of.splice(-1, 1, false);
  }
  return new Set([...attempts].filter(([, of]) => of.includes(true)).map(([name]) => name));
}
