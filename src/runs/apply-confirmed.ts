/** The rest of `apply`, once everything is verified and the journal is locked: ask, check again, carry out, report. */
import type { Aws } from '../aws/open.js';
import { PLANS } from '../core/action/plan-kind.js';
import { foldJournal } from '../core/apply/journal.js';
import type { ActionEntry, Plan } from '../core/plan/plan.js';
import { rolloutOf } from '../core/plan/rollout.js';
import { judgeDeletion } from '../core/policy/permission.js';
import { compileScope } from '../core/policy/scope.js';
import { RootsweepError } from '../errors.js';
import type { JournalFile } from '../files/journal/journal.js';
import { TOOL } from '../version.js';
import { renderApplyEvent, renderStopping } from '../views/apply/ledger-text.js';
import { CONFIRMATIONS, renderScope } from '../views/plan/scope-text.js';
import { describeTrust, listSigners } from '../views/plan/signers.js';
import { REDACTED } from '../views/plan/verdict-words.js';
import { type ApplyOptions, applyPlan } from '../workflows/apply.js';
import type { Opened } from '../workflows/ports.js';
import { createResolver } from '../workflows/scoping.js';
import type { ApplyFlags } from './apply.js';
import { checkStillGood, type Operator } from './apply-operator.js';
import { reportLedger } from './apply-report.js';
import { requireYes } from './ask.js';
import type { AccountsHost } from './host.js';
import type { VerifiedPlan } from './inputs.js';

/** A run that lacks only the operator's word. */
export interface ReadyRun {
  /** UUID. */
  readonly id: string;
  readonly flags: ApplyFlags;
  readonly verified: VerifiedPlan;
  /** What is left of the plan by `--only` and `--exclude`. */
  readonly entries: readonly ActionEntry[];
  readonly operator: Operator;
  readonly aws: Aws;
  readonly opened: Opened;
  readonly journal: JournalFile;
}

export async function confirmAndApply(run: ReadyRun, host: AccountsHost): Promise<number> {
  const { flags, verified, operator, opened, entries } = run;
  const { clock, stop } = host.context;
  const readClocks = (): readonly [Date, Date] => {
    const now = clock.now();
    return [now, new Date(now.getTime() + opened.clockOffset)];
  };
  const requireStillGood = () => checkStillGood(verified, operator, readClocks());
  requireStillGood();
  host.progress.end();
  describeRun(run, host);
  await requireConfirmation(verified.plan, flags.confirm, host);
  requireStillGood();

  const tellStopping = () => host.tell(renderStopping());
  stop.addEventListener('abort', tellStopping, { once: true });
  host.progress.begin('applying', entries.length);
  const ledger = await applyPlan(verified.plan, {
    ...assembleOptions(run, host, readClocks),
    checkStillGood: requireStillGood,
    onEvent: (event) => {
      // Nothing that is masked is used for anything but showing it.
      const shown = host.mask(event);
      if (host.json) host.printJson(shown.type, shown);
      host.progress.show(shown);
      host.tell(renderApplyEvent(shown));
    },
  });
  stop.removeEventListener('abort', tellStopping);
  host.progress.end();
  await reportLedger(ledger, verified, flags, host);
  return ledger.exitCode;
}

/** What the operator confirms: who signed the plan, what it does and where, and what an earlier run has done of it. */
function describeRun({ flags, verified, entries, opened, journal }: ReadyRun, host: AccountsHost): void {
  const { plan, digest, signatures, trustFile } = verified;
  const { earlier, takenFrom } = journal;
  const { started, completed } = foldJournal(earlier);
  if (flags.redact) host.tell([[REDACTED]]);
  host.tell([[describeTrust(trustFile)], [`Signed by ${listSigners(host.mask(signatures.signers))}`]]);
  const situation = {
    organization: opened.organization.id,
    digest,
    caller: opened.caller,
    started,
    completed,
    takenFrom,
    isFirst: earlier.length === 0,
  };
  host.tell(renderScope(plan.kind, host.mask(entries), host.mask(situation)));
}

/** @throws RootsweepError PLAN_ORGANIZATION_MISMATCH, CONFIRMATION_MISSING, DECLINED, INTERRUPTED. */
async function requireConfirmation(
  { kind, organization }: Plan,
  confirmed: string | undefined,
  { context }: AccountsHost,
): Promise<void> {
  if (confirmed !== undefined) {
    if (confirmed === organization) return;
    throw new RootsweepError(
      'PLAN_ORGANIZATION_MISMATCH',
      `--confirm names "${confirmed}", the plan is for organization "${organization}"`,
      { hint: `if that is what you mean, pass --confirm ${organization}` },
    );
  }
  await requireYes({ ...CONFIRMATIONS[kind], yes: organization, confirm: organization }, context);
}

function assembleOptions(
  { id, flags, verified, operator, aws, opened, journal }: ReadyRun,
  { context: { clock, stop, host, pid }, parallel }: AccountsHost,
  readClocks: () => readonly [Date, Date],
): Omit<ApplyOptions, 'checkStillGood' | 'onEvent'> {
  const { plan, digest, signatures, policyFile } = verified;
  const { policy } = policyFile;
  return {
    reader: aws.reader,
    access: aws.actionAccess(opened.organization.partition),
    planId: plan.id,
    resolve:
      PLANS[plan.kind].accounts === 'named'
        ? undefined
        : createResolver(aws.reader, compileScope(policy), plan.managementAccount, new Date(plan.created)),
    // By this machine's clock and by AWS's: a guard that holds by either of them holds.
    judge: (credential) => {
      const [here, atAws] = readClocks();
      const judged = judgeDeletion(credential, policy, here);
      return judged.kind === 'guarded' ? judged : judgeDeletion(credential, policy, atAws);
    },
    narrowing: flags.narrowing,
    rollout: rolloutOf(plan, policy),
    journal,
    clock,
    stop,
    concurrency: parallel,
    run: {
      id,
      digest,
      signers: signatures.signers.map(({ until: _, ...signer }) => signer),
      caller: opened.caller.arn,
      tool: TOOL,
      host,
      pid,
      operator: operator.named,
    },
  };
}
