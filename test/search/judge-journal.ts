/** Whether the journal of a run that came to its end tells all that it did, in the order in which it did it (promise 7). */
import { credentialOf, readJournal } from './journal-records.js';
import type { Judge } from './judge.js';
import { ledgerOf, nameOfAction } from './judge-ledger.js';
import { describeObserved, isSame } from './planned-state.js';
import type { JsonRecord, SimulatedProcess } from './simulated-process.js';
import { Violation } from './violation.js';

export function judgeJournal(process: SimulatedProcess, judge: Judge): Violation[] {
  const { pid, fate } = process.options;
  const ledger = ledgerOf(process);
  if (process.killed || fate.kind === 'disk-full' || ledger === undefined) return [];
  const violations: Violation[] = [];
  const violate = (sentence: string) => violations.push(new Violation(7, `the journal ${sentence}`));

  const all = readJournal(process);
  const from = all.findIndex((it) => it.type === 'run-started' && it.pid === pid);
  const to = all.findIndex(({ type }, index) => index > from && type === 'run-started');
  const records = all.slice(from, to === -1 ? undefined : to);
  const [started, last] = [records[0], records.at(-1)];
  if (from === -1) violate('does not say that the run began');
  if (last?.type !== 'run-ended' || last.run !== started?.run || last.exitCode !== ledger.exitCode)
    violate(`ends with ${JSON.stringify(last)}`);

  const waves = records.flatMap((it) => (it.type === 'wave-started' ? (it.accounts as string[]) : []));
  for (const { account, outcome } of ledger.lines) {
    const its = records.filter((it) => it.account === account);
    const says = (sentence: string) => violate(`says of ${account} ${sentence}`);
    if (outcome.kind === 'not-started') {
      if (its.length > 0) says('something, and it was not begun');
      continue;
    }
    if (waves.filter((it) => it === account).length !== 1) says('no wave, or several');
    const ends = its.filter(({ type }) => type === 'account-ended');
    if (ends.length !== 1 || its.at(-1) !== ends[0] || ends[0]?.outcome !== outcome.kind)
      says(`${JSON.stringify(ends)}, the ledger ${outcome.kind}`);
    const asked = judge.requests.filter(
      ({ session }) => session.process === process && session.account === account,
    );
    const isTouched = its.some((it) => credentialOf(it) !== undefined);
    const listed =
      its[0]?.type === 'account-listed' ? describeObserved(its[0].credentials as never) : undefined;
    const isTrue = listed !== undefined && isSame(listed, asked[0]?.seen ?? listed);
    if (isTouched && !isTrue) says('not what was there before');
    const intended = its.filter(({ type }) => type === 'action-intended').map(credentialOf);
    const wanted = asked.map(({ credential }) => credential);
    if (intended.join() !== wanted.join()) says(`intents ${intended}, asked was for ${wanted}`);
    const ids = new Set(judge.callsOf(process).map(({ requestId }) => requestId));
    for (const [index, it] of its.entries()) {
      if (it.type === 'action-intended' && !isAnswer(its[index + 1], credentialOf(it)))
        says(`nothing of what came of the intent to delete ${credentialOf(it)}`);
      if (it.requestId !== undefined && !ids.has(String(it.requestId)))
        says(`a request that was not made: ${JSON.stringify(it)}`);
    }
    const proven = its.filter(({ type }) => type === 'action-proven').map(credentialOf);
    const gone = [...(outcome.proven ?? []), ...(outcome.foundGone ?? [])];
    const names = gone.map(nameOfAction);
    if ([...proven].sort().join() !== names.sort().join()) says(`${proven} proven, the ledger ${names}`);
    for (const name of proven) {
      const proof = its.findIndex((it) => it.type === 'action-proven' && credentialOf(it) === name);
      if (its.slice(proof).some((it) => it.type === 'action-intended' && credentialOf(it) === name))
        says(`${name} proven before the last intent to delete it`);
    }
  }
  return violations;
}

function isAnswer(record: JsonRecord | undefined, credential: string | undefined): boolean {
  const answers = ['action-answered', 'action-failed'];
  return record !== undefined && answers.includes(record.type) && credentialOf(record) === credential;
}
