/** A journal as the judge reads it: what is on the disk, without the code that is judged. */
import { nameOf } from './planned-state.js';
import type { JsonRecord, SimulatedProcess } from './simulated-process.js';
import { Violation } from './violation.js';

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
    } catch {
      if (index < lines.length - 1) throw new Violation(7, `line ${index + 1} of the journal is none`);
      return [];
    }
  });
}

/** The credential that a record is about; undefined where it is about none. */
export function credentialOf({ kind, id }: JsonRecord): string | undefined {
  return typeof kind === 'string'
    ? nameOf(kind.replace(/^delete-/, ''), id as string | undefined)
    : undefined;
}

/** What a journal says may be missing: what was asked for, unless AWS refused each time. */
export function sentBy(records: readonly JsonRecord[], account: string): Set<string> {
  return namesOf(records, account, (answer) => answer !== 'none');
}

/** What a journal says runs of the plan may have deleted: not what AWS said was gone before. */
export function deletedBy(records: readonly JsonRecord[], account: string): Set<string> {
  return namesOf(records, account, (answer) => answer !== 'none' && answer !== 'absent');
}

/** Credentials of which an intent came to what is wanted: to `deleted`, `absent`, `none`, `unknown`, or to nothing. */
function namesOf(
  records: readonly JsonRecord[],
  account: string,
  isWanted: (answer: string | undefined) => boolean,
): Set<string> {
  const answers = new Map<string, (string | undefined)[]>();
  for (const it of records) {
    const name = credentialOf(it);
    if (it.account !== account || name === undefined) continue;
    const known = answers.get(name) ?? [];
    answers.set(name, known);
    if (it.type === 'action-intended') known.push(undefined);
    if (it.type === 'action-answered') known.splice(-1, 1, String(it.answer));
    if (it.type === 'action-failed') known.splice(-1, 1, String(it.effect));
  }
  return new Set([...answers].filter(([, known]) => known.some(isWanted)).map(([name]) => name));
}
