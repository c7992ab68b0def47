/** Whether what a run printed in the end, and its exit code, are true. */
import type { Emulator } from '../../src/emulator/emulator.js';
import { type Deed, type Judge, journalOf, readRecords, Violation } from './judge.js';
import { judgeRollout } from './judge-rollout.js';
import { describeHoldings, nameOf } from './planned-state.js';
import type { SimulatedProcess } from './simulated-process.js';

interface CredentialName {
  readonly kind: string;
  readonly id?: string;
}

interface Outcome {
  readonly kind: string;
  readonly deleted?: readonly CredentialName[];
  readonly foundGone?: readonly CredentialName[];
  readonly earlier?: readonly string[];
}

interface LedgerRecord {
  readonly lines: readonly { readonly account: string; readonly outcome: Outcome }[];
  readonly credentialsDeleted: number;
  readonly exitCode: number;
  readonly trouble?: string;
}

/**
 * @param deeds what happened while the process ran, by its hand or another's.
 * @param disturbed whether anything but the process itself can have had an influence.
 */
export function judgeLedger(
  process: SimulatedProcess,
  judge: Judge,
  deeds: readonly Deed[],
  emulator: Emulator,
  disturbed: boolean,
): Violation[] {
  if (process.killed) return [];
  const violations: Violation[] = [];
  const violate = (promise: number, sentence: string) => {
    violations.push(new Violation(promise, sentence));
  };
  const own = deeds.filter((deed) => deed.process === process);
  const ledger = process.told.find(({ type }) => type === 'ledger') as unknown as LedgerRecord | undefined;
  if (ledger === undefined) {
    if (own.length > 0) violate(7, `a run that deleted something has no ledger: ${process.stderr}`);
    const nothing = process.told.some(({ type }) => type === 'nothing-to-do');
    if (process.exitCode === 0 && !nothing) violate(7, 'a run without a ledger exits with 0');
    return violations;
  }

  const changed = new Set(
    emulator.history.flatMap(({ event }) => (event.kind === 'changed' ? [event.account] : [])),
  );
  const journalled = judge.deeds.filter((deed) => deed.process.options.machine === process.options.machine);
  for (const { account, outcome } of ledger.lines) {
    const planned = judge.plan.accounts.get(account);
    const says = `${account} is said to be ${outcome.kind}`;
    const left = describeHoldings(emulator.account(account));
    /** Still what the plan saw; what somebody else put there since is another credential. */
    const isThere = (name: string) => left.has(name) && left.get(name) === planned?.observed.get(name);
    const mine = own.filter((deed) => deed.account === account).map(({ credential }) => credential);
    const deleted = (outcome.deleted ?? []).map(({ kind, id }) => nameOf(kind, id));
    const foundGone = (outcome.foundGone ?? []).map(({ kind, id }) => nameOf(kind, id));
    const earlier = outcome.earlier ?? [];
    const gone = [...deleted, ...foundGone, ...earlier];
    const lying = gone.filter(isThere);
    if (lying.length > 0) violate(8, `${says}, ${lying} gone, and it is there`);
    if (new Set(gone).size !== gone.length) violate(8, `${says}, and counts a credential twice: ${gone}`);
    for (const name of deleted) {
      const known = journalled.some((deed) => deed.account === account && deed.credential === name);
      if (!known && !disturbed) violate(8, `${says}, ${name} deleted, and nobody did`);
    }
    switch (outcome.kind) {
      case 'deleted':
        if ([...gone].sort().join() !== [...(planned?.actions ?? [])].sort().join()) {
          violate(8, `${says}, ${gone}, planned were ${planned?.actions}`);
        }
        break;
      case 'already-deleted':
        if ((planned?.actions ?? []).some(isThere)) violate(8, `${says}, and something planned is there`);
        if (mine.length > 0) violate(8, `${says} and lost ${mine}`);
        break;
      case 'failed':
        if (!disturbed && process.options.fate.kind !== 'disk-full')
          violate(8, `${says}, and nothing went wrong`);
        break;
      case 'unknown':
        if (!disturbed) violate(4, `${says}, and nothing went wrong`);
        if (mine.length > 0) violate(8, `${says} and lost ${mine}`);
        break;
      case 'drifted': {
        const foreign = judge.deeds.some(
          (deed) => deed.account === account && deed.process.options.machine !== process.options.machine,
        );
        if (!changed.has(account) && !foreign) violate(3, `${says}, and nobody changed it`);
        if (mine.length > 0) violate(3, `${says} and lost ${mine}`);
        break;
      }
      case 'not-started':
        if (mine.length > 0) violate(9, `${says} and lost ${mine}`);
        break;
      default:
        violate(8, `${says}, which is no outcome`);
    }
  }
  const listed = new Set(ledger.lines.map(({ account }) => account));
  for (const { account, credential } of own) {
    if (!listed.has(account)) violate(8, `${account} lost ${credential} and is not in the ledger`);
  }
  const counted = ledger.lines.flatMap(({ outcome }) => outcome.deleted ?? []).length;
  if (ledger.credentialsDeleted !== counted) violate(8, 'the ledger miscounts');
  const expected = exitCodesOf(ledger, process);
  if (!expected.includes(ledger.exitCode) || process.exitCode !== ledger.exitCode) {
    violate(8, `the ledger says ${ledger.exitCode}, the process ${process.exitCode}, true is ${expected}`);
  }
  const records = readRecords(journalOf(process));
  const started = records.find(({ type, pid }) => type === 'run-started' && pid === process.options.pid);
  const ended = records.find(({ type, run }) => type === 'run-ended' && run === started?.run);
  const isWhole = ledger.trouble === undefined && process.options.fate.kind !== 'disk-full';
  if (isWhole && ended?.exitCode !== ledger.exitCode)
    violate(7, 'the journal does not say how the run ended');
  return [...violations, ...judgeRollout(process, judge, ledger.lines)];
}

/** One exit code is true; of a request to stop that came when another trouble had ended the work, either. */
function exitCodesOf(ledger: LedgerRecord, { stoppedAfter, told }: SimulatedProcess): number[] {
  const code = exitCodeOf(ledger);
  const interrupted = 130;
  if (stoppedAfter === undefined || !ledger.lines.some(({ outcome }) => outcome.kind === 'not-started'))
    return [code];
  const worked = told.slice(stoppedAfter).some(({ type }) => type.startsWith('account-'));
  return worked || ledger.trouble === undefined ? [interrupted] : [code, interrupted];
}

function exitCodeOf({ lines, trouble }: LedgerRecord): number {
  const has = (...kinds: string[]) => lines.some(({ outcome }) => kinds.includes(outcome.kind));
  if (trouble !== undefined || has('failed', 'unknown', 'not-started')) return 6;
  if (lines.some(({ outcome }) => outcome.kind === 'drifted' && outcome.earlier !== undefined)) return 6;
  return has('drifted') ? 5 : 0;
}
