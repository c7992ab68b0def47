/** `apply`: every check before the first effect, in an order that must stay as it is; then the plan is carried out. */
import { dirname } from 'node:path';
import { PLANS } from '../core/action/plan-kind.js';
import { commandLine } from '../core/base/command-line.js';
import { formatTime } from '../core/base/time.js';
import { createRedact, joinKnown, knownOfPlan } from '../core/cli/redact.js';
import { checkApplicable, checkClock, checkOrganization } from '../core/plan/guard.js';
import { isActionEntry, type Plan } from '../core/plan/plan.js';
import { RootsweepError } from '../errors.js';
import { followLinks } from '../files/io/text-file.js';
import { journalPath, openJournal } from '../files/journal/journal.js';
import { refuseSuperseded } from '../files/journal/newer-run.js';
import { createRunVerifier } from '../signing/run.js';
import { requireSignatures } from '../signing/trust.js';
import { renderChanges } from '../views/plan/organization-changes.js';
import { selectEntries } from '../workflows/apply.js';
import type { OrganizationReader } from '../workflows/ports.js';
import { recheckOrganization } from '../workflows/recheck.js';
import type { Narrowing } from '../workflows/run.js';
import { confirmAndApply } from './apply-confirmed.js';
import { checkTiming, openOperator } from './apply-operator.js';
import type { AccountsHost } from './host.js';
import { openVerifiedPlan, type PlanPaths, type VerifiedPlan } from './inputs.js';
import type { KeyFlags } from './key-options.js';

/** Somebody may rename an organizational unit during a rollout that takes hours: how long its name is believed, in ms. */
const UNIT_NAMES_GOOD_FOR = 60_000;

export interface ApplyFlags extends PlanPaths, KeyFlags {
  /** The organization id, in place of typing it. */
  readonly confirm: string | undefined;
  readonly redact: boolean;
  readonly narrowing: Narrowing;
}

export async function runApply(flags: ApplyFlags, host: AccountsHost): Promise<number> {
  const { context, progress } = host;
  const { clock, journals, isRunning, host: machine, pid, pidSpace } = context;
  if (flags.redact) host.mask = createRedact();
  progress.begin('verifying');
  const verified = await openVerifiedPlan(flags, context, clock.now());
  const { plan, digest } = verified;
  checkApplicable(plan);
  const { accounts, feature } = PLANS[plan.kind];
  requireSignatures(verified.signatures, flags.plan);
  checkTiming(verified, clock.now());
  checkNarrowing(plan, flags);
  const operator = await openOperator(flags, verified, host);
  const verifyRun = createRunVerifier(verified.trust, verified.trustFile.path, clock.now());
  context.expectAccounts?.(plan.accounts.length);
  // Whatever name a plan is called by, it has one journal.
  const planPath = await followLinks(host.resolvePath(flags.plan));
  // Named accounts are changed once, by the journal of their plan; no other plan takes its place.
  if (accounts === 'organization') {
    await refuseSuperseded(journals, dirname(planPath), plan, verifyRun);
  }

  progress.begin('opening');
  return host.useAws(async (aws) => {
    const opened = await aws.reader.open(feature);
    const caller = opened.caller.arn;
    if (flags.redact) host.mask = createRedact(joinKnown(knownOfPlan(plan), { arns: [caller] }));
    checkClock(opened.clockOffset);
    checkOrganization(plan, opened.organization);
    const entries = selectEntries(plan, flags.narrowing);
    if (entries.length === 0) return reportNothing(verified, host);
    if (accounts === 'organization') await recheck(verified, aws.reader, host);
    const id = context.newId();
    const path = journalPath(planPath, digest);
    const holder = { run: id, caller, host: machine, pid, pidSpace, since: formatTime(clock.now()) };
    const { signer } = operator;
    const journal = await openJournal(journals, { path, digest, verifyRun, signer, holder, isRunning });
    try {
      return await confirmAndApply({ id, flags, verified, entries, operator, aws, opened, journal }, host);
    } finally {
      await journal.close();
    }
  }, UNIT_NAMES_GOOD_FOR);
}

/** A flag can only take accounts away; one that names no account of the plan is a mistake, not a wish. */
function checkNarrowing(
  plan: Plan,
  { narrowing: { only = [], exclude = [] }, plan: path }: ApplyFlags,
): void {
  const accounts = new Set(plan.accounts.filter(isActionEntry).map(({ id }) => id));
  for (const [flag, ids] of Object.entries({ '--only': only, '--exclude': exclude })) {
    const stranger = ids.find((id) => !accounts.has(id));
    if (stranger === undefined) continue;
    throw new RootsweepError(
      'USAGE',
      `${flag} names account "${stranger}", in which the plan changes nothing`,
      { hint: `see the plan with: ${commandLine('rootsweep', 'show', { file: path })}` },
    );
  }
}

/** Before anything is asked: what the operator confirms is a plan for the organization as it is now. */
async function recheck(
  { plan, policyFile: { policy } }: VerifiedPlan,
  reader: OrganizationReader,
  host: AccountsHost,
): Promise<void> {
  host.progress.begin('listing');
  const changes = await recheckOrganization(reader, plan, policy, {
    concurrency: host.parallel,
    stop: host.context.stop,
    onEvent: (event) => host.progress.show(host.mask(event)),
  });
  const shown = host.mask(changes);
  const lines = renderChanges(shown);
  if (lines.length === 0) return;
  if (host.json) host.printJson('organization-changed', shown);
  host.tell(lines);
}

function reportNothing({ plan, digest }: VerifiedPlan, host: AccountsHost): number {
  if (host.json) host.printJson('nothing-to-do', { id: plan.id, digest });
  else host.print([['Nothing to do: the plan changes nothing in the accounts that were asked for.']]);
  return 0;
}
