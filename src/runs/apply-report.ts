/** What `apply` says at its end: the ledger, what people do next where something was done, and the next command. */
import { isComplete, type Ledger } from '../core/apply/ledger.js';
import { type CommandWord, commandLine } from '../core/base/command-line.js';
import { isActionEntry, isNamedEntry, type NamedEntry, type Plan } from '../core/plan/plan.js';
import { EXIT } from '../errors.js';
import { followLinks } from '../files/io/text-file.js';
import { journalPath } from '../files/journal/journal.js';
import { renderAftermath } from '../views/apply/aftermath-text.js';
import { renderLedger } from '../views/apply/ledger-text.js';
import type { ApplyFlags } from './apply.js';
import type { Host } from './host.js';
import { trustWords, type VerifiedPlan } from './inputs.js';

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

/**
 * The command that plans again what has changed since a plan.
 * @param drifted ids of accounts.
 */
function planAgain(
  plan: Plan,
  files: { readonly plan: string; readonly policy: string },
  drifted: readonly string[],
): string {
  const named = plan.accounts.filter(isNamedEntry).filter(({ id }) => drifted.includes(id));
  return commandLine(
    'rootsweep',
    ...(plan.reason === undefined ? ['plan'] : [...commandFor(named), ['--reason', plan.reason] as const]),
    ['--policy', files.policy],
    ['--out', files.plan],
  );
}

/** Of `unlock`, each plan has one account. */
function commandFor(entries: readonly NamedEntry[]): CommandWord[] {
  const [first] = entries;
  if (first === undefined) return ['recover'];
  const [action] = first.actions;
  if (action.kind === 'allow-password-recovery') return ['recover', ...entries.map(({ id }) => id)];
  const { kind, name, region, replacement } = action;
  const replacing = ['--replacement', replacement === undefined ? undefined : 'FILE'] as const;
  switch (kind) {
    case 'unlock-bucket':
      return ['unlock', 'bucket', first.id, name, replacing];
    case 'unlock-queue':
      return ['unlock', 'queue', first.id, name, ['--region', region], replacing];
  }
}
