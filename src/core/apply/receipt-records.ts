/** Checks that the records of a journal belong to one plan, before a receipt is made. */
import { ACTIONS } from '../action/action.js';
import { isActionRecord, type JournalRecord, type RunStarted } from './journal.js';

/** The index of the first record (from 0) that no run of `apply` would write there, and why. */
export interface RecordsFault {
  readonly index: number;
  readonly sentence: string;
}

/** The first record, if all belong to runs of one plan. */
export function findStart(records: readonly JournalRecord[]): RunStarted | RecordsFault {
  const [start] = records;
  if (start?.type !== 'run-started') {
    return { index: 0, sentence: 'the journal does not begin with the start of a run' };
  }
  for (const [index, record] of records.entries()) {
    if (record.type !== 'run-started') {
      if (fits(record, start)) continue;
      return { index, sentence: 'the record is of another kind of plan than the first run' };
    }
    const other = (['plan', 'digest', 'organization', 'kind', 'reason', 'policy'] as const).find(
      (field) => record[field] !== start[field],
    );
    if (other !== undefined) return { index, sentence: `the run names another ${other} than the first run` };
  }
  return start;
}

/** Whether a plan of this kind leaves such a record. */
function fits(record: JournalRecord, { kind }: RunStarted): boolean {
  if (isActionRecord(record)) return ACTIONS[record.kind].plan === kind;
  return kind === 'sweep' || record.type !== 'account-listed';
}
