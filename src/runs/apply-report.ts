/** What `apply` says at its end: the ledger, what people do next where something was done, and the next command. */
import { isComplete, type Ledger } from '../core/apply/ledger.js';
import { commandLine } from '../core/base/command-line.js';
import { isActionEntry } from '../core/plan/plan.js';
import { EXIT } from '../errors.js';
import { followLinks } from '../files/io/text-file.js';
import { journalPath } from '../files/journal/journal.js';
import { renderAftermath } from '../views/apply/aftermath-text.js';
import { renderLedger } from '../views/apply/ledger-text.js';
import type { ApplyFlags } from './apply.js';
import type { Host } from './host.js';
import type { VerifiedPlan } from './inputs.js';
import { planAgain } from './plan-again.js';
import { trustWords } from './trust-flags.js';

export async function reportLedger(
  ledger: Ledger,
  verified: VerifiedPlan,
  flags: ApplyFlags,
  host: Host,
): Promise<void> {
  const journal = await showJournal(flags.plan, verified.digest, host);
  const shown = host.mask(ledger);
  if (host.json) host.printJson('ledger', { ...(flags.redact ? { redacted: true } : {}), ...shown });
  else {
    const entries = host.mask(listDone(ledger, verified));
    const sweep = commandLine('rootsweep', 'plan', ['--policy', flags.policy], ['--out', 'sweep.plan.yaml']);
    host.print([...renderLedger(shown), ...renderAftermath(verified.plan.kind, entries, { journal, sweep })]);
  }
  host.tellNext(host.mask(findNextStep(ledger, verified, flags, journal)));
}

function listDone({ lines }: Ledger, { plan }: VerifiedPlan) {
  const done = new Set(lines.filter(({ outcome }) => isComplete(outcome.kind)).map(({ account }) => account));
  return plan.accounts.filter(isActionEntry).filter(({ id }) => done.has(id));
}

/** The evidence of what is done; the same command where something is left; a new plan where the old one does not fit. */
function findNextStep(
  { exitCode, lines }: Ledger,
  { plan }: VerifiedPlan,
  flags: ApplyFlags,
  journal: string,
): string {
  const key = ['--key', flags.key] as const;
  if (exitCode === EXIT.done) {
    const receipt = flags.plan.replace(/(?:\.plan)?\.yaml$/, '.receipt.yaml');
    const out = ['--out', receipt === flags.plan ? undefined : receipt] as const;
    return `run: ${commandLine('rootsweep', 'receipt', { file: journal }, ...trustWords(flags), key, out)}`;
  }
  if (exitCode === EXIT.drift) {
    const drifted = lines.filter(({ outcome }) => outcome.kind === 'drifted').map(({ account }) => account);
    return `plan again what has changed, run: ${planAgain(plan, flags, drifted)}`;
  }
  const policy = ['--policy', flags.policy] as const;
  const again = commandLine('rootsweep', 'apply', { file: flags.plan }, policy, ...trustWords(flags), key);
  return `to go on with what is left, run: ${again}`;
}

/** Whatever name the plan is called by, its journal lies beside the plan itself. */
async function showJournal(plan: string, digest: string, host: Host): Promise<string> {
  const path = host.resolvePath(plan);
  const real = await followLinks(path);
  return journalPath(real === path ? plan : real, digest);
}
