/** Whether what a run printed in the end, and its exit code, are true. */
import type { Emulator } from '../../src/emulator/emulator.js';
import { MANAGEMENT } from './accounts.js';
import { areSpoilt, callsAbout, wasHidden } from './excuses.js';
import { deletedBy, readJournal } from './journal-records.js';
import type { Judge } from './judge.js';
import { describeHoldings, nameOf } from './planned-state.js';
import type { JsonRecord, SimulatedProcess } from './simulated-process.js';
import { Violation } from './violation.js';

interface ActionName {
  readonly kind: string;
  readonly id?: string;
}

interface Outcome {
  readonly kind: string;
  readonly proven?: readonly ActionName[];
  readonly foundGone?: readonly ActionName[];
  readonly earlier?: readonly string[];
}

export interface LedgerRecord {
  readonly lines: readonly { readonly account: string; readonly outcome: Outcome }[];
  readonly actionsProven: number;
  readonly exitCode: number;
  readonly trouble?: string;
}

export function ledgerOf({ told }: SimulatedProcess): LedgerRecord | undefined {
  return told.find(({ type }) => type === 'ledger') as unknown as LedgerRecord | undefined;
}

/** @param together the processes that ran at the same time, this one among them. */
export function judgeLedger(
  process: SimulatedProcess,
  judge: Judge,
  emulator: Emulator,
  together: readonly SimulatedProcess[],
): Violation[] {
  const ledger = ledgerOf(process);
  if (judge.refusals.isBound(process) && judge.begun.some((it) => it.process === process)) {
    const sentence = `a run works on accounts although ${judge.refusals.reasonFor(process)}`;
    return [new Violation(13, sentence)];
  }
  if (process.killed) return [];
  if (ledger === undefined) return judgeWithout(process, judge, together);
  const records = readJournal(process);
  const violations = ledger.lines.flatMap((line) => judgeLine(line, process, judge, emulator, records));
  const violate = (sentence: string) => violations.push(new Violation(8, sentence));
  const listed = new Set(ledger.lines.map(({ account }) => account));
  for (const { process: of, account, credential } of judge.deeds) {
    if (of === process && !listed.has(account))
      violate(`${account} lost ${credential} and is not in the ledger`);
  }
  const counted = ledger.lines.flatMap(({ outcome }) => outcome.proven ?? []).length;
  if (ledger.actionsProven !== counted) violate('the ledger miscounts');
  const expected = exitCodesOf(ledger, process);
  if (!expected.includes(ledger.exitCode) || process.exitCode !== ledger.exitCode) {
    violate(`the ledger says ${ledger.exitCode}, the process ${process.exitCode}, true is ${expected}`);
  }
  return violations;
}

/** The credential that an action deletes. */
export function nameOfAction({ kind, id }: ActionName): string {
  return nameOf(kind.replace(/^delete-/, ''), id);
}

/** @param records of the journal that the process wrote. */
function judgeLine(
  { account, outcome }: LedgerRecord['lines'][number],
  process: SimulatedProcess,
  judge: Judge,
  emulator: Emulator,
  records: readonly JsonRecord[],
): Violation[] {
  const violations: Violation[] = [];
  const violate = (promise: number, sentence: string) =>
    violations.push(new Violation(promise, `${account} is said to be ${outcome.kind}${sentence}`));
  const planned = judge.plan.accounts.get(account);
  const left = describeHoldings(emulator.account(account));
  /** Still what the plan saw; what somebody else put there since is another credential. */
  const isThere = (name: string) => left.has(name) && left.get(name) === planned?.observed.get(name);
  const deeds = judge.deeds.filter((deed) => deed.account === account);
  const mine = deeds.filter((deed) => deed.process === process).map(({ credential }) => credential);
  const { machine, fate } = process.options;
  const ofMachine = deeds.filter((deed) => deed.process.options.machine === machine);
  const calls = callsAbout(account, judge.callsOf(process));
  const isMoved = judge.changed.has(account) || ofMachine.length < deeds.length;
  const isDenied =
    emulator.world.policies.size > 0 && calls.some(({ errorCode }) => errorCode === 'AccessDenied');
  const isHidden = wasHidden(account, calls, emulator.calls);
  const isStopped = process.stoppedAfter !== undefined;
  const isExcused =
    isMoved || isDenied || isHidden || areSpoilt(calls, isStopped) || fate.kind === 'disk-full';
  const nothingWrong = `, and nothing went wrong: ${JSON.stringify(outcome)}`;

  const deleted = (outcome.proven ?? []).map(nameOfAction);
  const foundGone = (outcome.foundGone ?? []).map(nameOfAction);
  const gone = [...deleted, ...foundGone, ...(outcome.earlier ?? [])];
  const lying = gone.filter(isThere);
  if (lying.length > 0) violate(8, `, ${lying} gone, and it is there`);
  if (new Set(gone).size !== gone.length) violate(8, `, and counts a credential twice: ${gone}`);
  const ours = deletedBy(records, account);
  const claimed = deleted.filter((name) => !ours.has(name));
  if (claimed.length > 0) violate(8, `, ${claimed} deleted, and no run of the plan asked for it`);
  const denied = foundGone.filter((name) => ofMachine.some(({ credential }) => credential === name));
  if (denied.length > 0 && !isMoved) violate(8, `, ${denied} gone before, and a run of the plan deleted it`);
  const isQuiet = !['done', 'failed'].includes(outcome.kind);
  if (isQuiet && mine.length > 0) violate(8, ` and lost ${mine}`);
  switch (outcome.kind) {
    case 'done':
      if ([...gone].sort().join() !== [...(planned?.actions ?? [])].sort().join())
        violate(8, `, ${gone}, planned were ${planned?.actions}`);
      break;
    case 'done-earlier':
      if ((planned?.actions ?? []).some(isThere)) violate(8, ', and something planned is there');
      break;
    case 'failed':
      if (!isExcused) violate(8, nothingWrong);
      break;
    case 'unknown':
      if (!isExcused) violate(4, nothingWrong);
      break;
    case 'drifted':
      if (!isMoved) violate(3, nothingWrong);
      break;
    case 'not-started':
      break;
    default:
      violate(8, ', which is no outcome');
  }
  return violations;
}

/** A run that did not come to work on accounts: it had none, or there is a reason. */
function judgeWithout(
  process: SimulatedProcess,
  judge: Judge,
  together: readonly SimulatedProcess[],
): Violation[] {
  const { exitCode, stderr, told, options, stoppedAfter } = process;
  if (judge.deeds.some((deed) => deed.process === process))
    return [new Violation(7, `a run that deleted something has no ledger: ${stderr}`)];
  const hadNothing = exitCode === 0 && told.some(({ type }) => type === 'nothing-to-do');
  const isExcused =
    options.fate.kind === 'disk-full' ||
    together.some((it) => it !== process && it.options.machine === options.machine) ||
    // Whatever cannot be read of the organization before the work ends the run.
    [MANAGEMENT, ...judge.plan.accounts.keys()].some((it) =>
      areSpoilt(callsAbout(it, judge.callsOf(process))),
    );
  // A request to stop that comes before the accounts.
  const wasStopped = exitCode === 130 && stoppedAfter !== undefined;
  const wasRefused = exitCode === 4 && judge.refusals.reasonFor(process) !== undefined;
  if (hadNothing || wasStopped || wasRefused || (exitCode === 1 && isExcused)) return [];
  return [new Violation(7, `a run without a ledger exits with ${exitCode}: ${stderr}`)];
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

export function exitCodeOf({ lines, trouble }: Pick<LedgerRecord, 'lines' | 'trouble'>): number {
  const has = (...kinds: string[]) => lines.some(({ outcome }) => kinds.includes(outcome.kind));
  if (trouble !== undefined || has('failed', 'unknown', 'not-started')) return 6;
  if (lines.some(({ outcome }) => outcome.kind === 'drifted' && outcome.earlier !== undefined)) return 6;
  return has('drifted') ? 5 : 0;
}
