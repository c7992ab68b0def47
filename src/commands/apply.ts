import { dirname } from 'node:path';
import { Command, Option } from 'clipanion';
import type { Aws } from '../aws/open.js';
import type { Credential } from '../core/action/credentials.js';
import type { RunOperator } from '../core/apply/journal.js';
import type { RunSigner } from '../core/apply/journal-line.js';
import type { Ledger } from '../core/apply/ledger.js';
import { commandLine } from '../core/base/command-line.js';
import type { ActionEntry, Plan } from '../core/plan/plan.js';
import type { Permission } from '../core/policy/permission.js';
import { RootsweepError } from '../errors.js';
import type { JournalFile, JournalOptions } from '../files/journal/journal.js';
import type { Line } from '../views/format/lines.js';
import type { Opened } from '../workflows/ports.js';
import type { Narrowing } from '../workflows/run.js';
import { OrganizationsCommand, PASSPHRASE_FD, REDACT } from './command.js';
import type { PlanPaths, VerifiedPlan } from './inputs.js';
import { trustWords, withTrust } from './trust-options.js';

/** Somebody may rename an organizational unit during a rollout that takes hours: how long its name is believed, in ms. */
const UNIT_NAMES_GOOD_FOR = 60_000;

/** Who signs the journal of a run. */
interface Operator {
  readonly named: RunOperator;
  readonly signer: RunSigner;
  /** @throws RootsweepError KEY_NOT_TRUSTED */
  readonly requireTrusted: (now: Date) => void;
}

export class ApplyCommand extends withTrust(OrganizationsCommand) {
  static override paths = [['apply']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Verify a plan, look at each account again, delete what was reviewed, and prove it gone',
    details: `
      A plan of "recover" or "unlock" is applied in the same way: what it names is looked at again, done, and proven.

      The journal of the run is signed with the key of an operator that the trust file names: --key, else ROOTSWEEP_KEY,
      else "signing-key.pem" in the configuration folder.

      Exit code 0: everything planned is done; 3: findings stop the plan; 4: refused; 5: some accounts changed since
      the plan and were left alone; 6: at least one account failed, could not be audited, or was not started; 7: signatures
      of approvers or witnesses are missing; 8: declined; 130: interrupted. The same command again continues where an earlier run ended. With --organizations: the worst of
      theirs, in the order 130, 6, 1, 4, 3, 7, 8, 5, 2, 0.
    `,
    examples: [
      ['At a terminal', 'rootsweep apply prod.plan.yaml --policy policy.yaml --trust ../trust.yaml'],
      ['In a pipeline', 'rootsweep apply prod.plan.yaml --policy policy.yaml --confirm o-exampleorgid'],
      [
        'To several organizations',
        'rootsweep apply --organizations organizations.yaml --confirm o-exampleorgid --confirm o-anotherorgid',
      ],
    ],
  });

  plan = Option.String({ name: 'PLAN', required: false });
  policy = Option.String('--policy', { description: 'The policy file' });
  key = Option.String('--key', {
    description:
      "The operator's key, which signs the journal: a file, awskms:alias/NAME; else ROOTSWEEP_KEY, else the configuration folder's",
  });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });
  confirm = Option.Array('--confirm', {
    description: 'The organization id, in place of typing it (repeat it for several organizations)',
  });
  redact = Option.Boolean('--redact', false, { description: REDACT });
  only = Option.Array('--only', { description: 'Work on this account only (repeat for more)' });
  exclude = Option.Array('--exclude', [], { description: 'Leave this account out (repeat for more)' });

  protected async run(): Promise<number> {
    const { plan, policy, organizations } = this;
    if (organizations !== undefined) return this.applyEach(organizations);
    if (plan === undefined || policy === undefined)
      throw this.refuseMissing({ PLAN: plan, '--policy': policy });
    const { trust, confirmTrust } = this;
    return this.applyOne({ plan, policy, trust, confirmTrust });
  }

  private applyEach(organizations: string): Promise<number> {
    const { plan, policy, trust, confirmTrust, key, passphraseFd, only, exclude, confirm = [] } = this;
    this.refuseWithOrganizations({
      PLAN: plan,
      '--policy': policy,
      '--only': only,
      '--exclude': exclude[0],
      // It can be read once.
      '--passphrase-fd': passphraseFd,
    });
    return this.runEach(organizations, (entry) => [
      entry.plan,
      `--policy=${entry.policy}`,
      ...(trust === undefined ? [] : [`--trust=${trust}`]),
      ...(confirmTrust === undefined ? [] : [`--confirm-trust=${confirmTrust}`]),
      ...(key === undefined ? [] : [`--key=${key}`]),
      ...(this.redact ? ['--redact'] : []),
      ...(confirm.includes(entry.organization) ? [`--confirm=${entry.organization}`] : []),
    ]);
  }

  private async applyOne(files: PlanPaths): Promise<number> {
    const { openVerifiedPlan } = await import('./inputs.js');
    const { checkApplicable, checkClock, checkOrganization } = await import('../core/plan/guard.js');
    const { PLANS } = await import('../core/action/plan-kind.js');
    const { selectEntries } = await import('../workflows/apply.js');
    const { openAws } = await import('../aws/open.js');
    const { followLinks } = await import('../files/io/text-file.js');
    const { journalPath } = await import('../files/journal/journal.js');
    const { refuseSuperseded } = await import('../files/journal/newer-run.js');
    const { createRunVerifier } = await import('../signing/run.js');
    const { clock, journals } = this.context;

    const { createRedact, joinKnown, knownOfPlan } = await import('../core/cli/redact.js');
    if (this.redact) this.mask = createRedact();
    this.progress.begin('verifying');
    const verified = await openVerifiedPlan(files, this.context, clock.now());
    const { plan } = verified;
    checkApplicable(plan);
    const { accounts, feature } = PLANS[plan.kind];
    const { requireSignatures } = await import('../signing/trust.js');
    requireSignatures(verified.signatures, files.plan);
    await this.checkTimes(verified, clock.now());
    await this.checkNarrowing(plan, files.plan);
    const operator = await this.openOperator(verified);
    const verifyRun = createRunVerifier(verified.trust, verified.trustFile.path, clock.now());
    this.context.expectAccounts?.(plan.accounts.length);
    // Whatever name a plan is called by, it has one journal.
    const planPath = await followLinks(this.resolvePath(files.plan));
    // Named accounts are changed once, by the journal of their plan; no other plan takes its place.
    if (accounts === 'organization') {
      await refuseSuperseded(journals, dirname(planPath), plan, verifyRun);
    }

    this.progress.begin('opening');
    const aws = await openAws(this.awsSettings, this.parallel, clock, UNIT_NAMES_GOOD_FOR);
    try {
      const opened = await aws.reader.open(feature);
      if (this.redact) {
        const caller = { arns: [opened.caller.arn] };
        this.mask = createRedact(joinKnown(knownOfPlan(plan), caller));
      }
      checkClock(opened.clockOffset);
      checkOrganization(plan, opened.organization);
      const entries = selectEntries(plan, this.narrowing);
      if (entries.length === 0) return this.reportNothing(verified);
      if (accounts === 'organization') await this.recheck(verified, aws.reader);
      const id = this.context.newId();
      const journal = await this.openJournal(
        {
          path: journalPath(planPath, verified.digest),
          digest: verified.digest,
          verifyRun,
          signer: operator.signer,
        },
        opened.caller.arn,
        id,
      );
      try {
        return await this.applyVerified(files, verified, entries, aws, opened, journal, { id, operator });
      } finally {
        await journal.close();
      }
    } finally {
      aws.close();
    }
  }

  /** Before anything is asked: what the operator confirms is a plan for the organization as it is now. */
  private async recheck(
    { plan, policyFile: { policy } }: VerifiedPlan,
    reader: Aws['reader'],
  ): Promise<void> {
    const { recheckOrganization } = await import('../workflows/recheck.js');
    const { renderChanges } = await import('../views/plan/organization-changes.js');
    this.progress.begin('listing');
    const changes = await recheckOrganization(reader, plan, policy, {
      concurrency: this.parallel,
      stop: this.context.stop,
      onEvent: (event) => this.progress.show(this.mask(event)),
    });
    const lines = renderChanges(this.mask(changes));
    if (lines.length === 0) return;
    if (this.json) this.printJson('organization-changed', this.mask(changes));
    this.tell(lines);
  }

  /** Asks, and then works. */
  private async applyVerified(
    files: PlanPaths,
    verified: VerifiedPlan,
    entries: readonly ActionEntry[],
    aws: Aws,
    { caller, organization, clockOffset }: Opened,
    journal: JournalFile,
    { id, operator }: { readonly id: string; readonly operator: Operator },
  ): Promise<number> {
    const { applyPlan } = await import('../workflows/apply.js');
    const { checkSigners, checkTimes, checkWait } = await import('../core/plan/guard.js');
    const { findSignedSince } = await import('../core/signing/trust.js');
    const { judgeDeletion } = await import('../core/policy/permission.js');
    const { rolloutOf } = await import('../core/plan/rollout.js');
    const { compileScope } = await import('../core/policy/scope.js');
    const { createResolver } = await import('../workflows/scoping.js');
    const { foldJournal } = await import('../core/apply/journal.js');
    const { renderApplyEvent, renderLedger, renderStopping } = await import('../views/apply/ledger-text.js');
    const { renderScope } = await import('../views/plan/scope-text.js');
    const { describeTrust, listSigners } = await import('../views/plan/signers.js');
    const { PLANS } = await import('../core/action/plan-kind.js');
    const { TOOL } = await import('../version.js');
    const { clock, stop, host, pid } = this.context;
    const { plan, digest, signatures, policyFile, trustFile } = verified;
    const { signers, threshold } = signatures;
    const { policy } = policyFile;
    const signedSince = findSignedSince(threshold, signers, plan.created) ?? Number.NaN;
    // By this machine's clock and by AWS's: what has ended by either of them has ended.
    const checkStillGood = () => {
      for (const offset of [0, clockOffset]) {
        const now = new Date(clock.now().getTime() + offset);
        checkTimes(plan, policy, now);
        checkWait(plan, signedSince, now);
        checkSigners(threshold, signers, now);
        operator.requireTrusted(now);
      }
    };
    const judge = (credential: Credential): Permission => {
      const judged = judgeDeletion(credential, policy, clock.now());
      if (judged.kind === 'guarded') return judged;
      return judgeDeletion(credential, policy, new Date(clock.now().getTime() + clockOffset));
    };
    checkStillGood();
    this.progress.end();

    const { started: begun, completed } = foldJournal(journal.earlier);
    const { REDACTED } = await import('../views/plan/verdict-words.js');
    if (this.redact) this.tell([[REDACTED]]);
    this.tell([[describeTrust(trustFile)], [`Signed by ${listSigners(this.mask(signers))}`]]);
    this.tell(
      renderScope(
        plan.kind,
        this.mask(entries),
        this.mask({
          organization: organization.id,
          digest,
          caller,
          begun,
          completed,
          ...(journal.takenFrom === undefined ? {} : { takenFrom: journal.takenFrom }),
          isFirst: journal.earlier.length === 0,
        }),
      ),
    );
    await this.requireConfirmation(plan);
    checkStillGood();

    const tellStopping = () => this.tell(renderStopping());
    stop.addEventListener('abort', tellStopping, { once: true });
    this.progress.begin('applying', entries.length);
    const ledger = await applyPlan(plan, {
      reader: aws.reader,
      access: aws.actionAccess(organization.partition),
      planId: plan.id,
      ...(PLANS[plan.kind].accounts === 'named'
        ? {}
        : {
            resolve: createResolver(
              aws.reader,
              compileScope(policy),
              plan.managementAccount,
              new Date(plan.created),
            ),
          }),
      judge,
      narrowing: this.narrowing,
      rollout: rolloutOf(plan, policy),
      journal,
      clock,
      stop,
      checkStillGood,
      concurrency: this.parallel,
      run: {
        id,
        digest,
        signers: signers.map(({ until: _, ...signer }) => signer),
        caller: caller.arn,
        tool: TOOL,
        host,
        pid,
        operator: operator.named,
      },
      onEvent: (event) => {
        // Nothing that is masked is used for anything but showing it.
        const shown = this.mask(event);
        if (this.json) this.printJson(shown.type, shown);
        this.progress.show(shown);
        this.tell(renderApplyEvent(shown));
      },
    });
    stop.removeEventListener('abort', tellStopping);
    this.progress.end();
    if (this.json)
      this.printJson('ledger', { ...(this.redact ? { redacted: true } : {}), ...this.mask(ledger) });
    else
      this.print([
        ...renderLedger(this.mask(ledger)),
        ...(await this.renderAftermath(ledger, verified, files)),
      ]);
    this.tellNext(this.mask(await this.nextStep(ledger, verified, files)));
    return ledger.exitCode;
  }

  /** What people do next, where something was done. */
  private async renderAftermath(
    { lines }: Ledger,
    { plan, digest }: VerifiedPlan,
    files: PlanPaths,
  ): Promise<Line[]> {
    const { isComplete } = await import('../core/apply/ledger.js');
    const { isActionEntry } = await import('../core/plan/plan.js');
    const { renderAftermath } = await import('../views/apply/aftermath-text.js');
    const done = new Set(
      lines.filter(({ outcome }) => isComplete(outcome.kind)).map(({ account }) => account),
    );
    const entries = plan.accounts.filter(isActionEntry).filter(({ id }) => done.has(id));
    return renderAftermath(plan.kind, this.mask(entries), {
      journal: await this.showJournal(files, digest),
      sweep: commandLine('rootsweep', 'plan', ['--policy', files.policy], ['--out', 'sweep.plan.yaml']),
    });
  }

  /** The evidence of what is done; the same command where something is left; a new plan where the old one does not fit. */
  private async nextStep(
    { exitCode, lines }: Ledger,
    { plan, digest }: VerifiedPlan,
    files: PlanPaths,
  ): Promise<string> {
    const { EXIT } = await import('../errors.js');
    if (exitCode === EXIT.done) {
      const out = files.plan.replace(/(?:\.plan)?\.yaml$/, '.receipt.yaml');
      const journal = await this.showJournal(files, digest);
      return `run: ${commandLine('rootsweep', 'receipt', { file: journal }, ...trustWords(files), ['--key', this.key], ['--out', out === files.plan ? undefined : out])}`;
    }
    if (exitCode === EXIT.drift) {
      const drifted = lines.filter(({ outcome }) => outcome.kind === 'drifted').map(({ account }) => account);
      const { planAgain } = await import('./plan-again.js');
      return `plan again what has changed, run: ${planAgain(plan, files, drifted)}`;
    }
    const again = commandLine(
      'rootsweep',
      'apply',
      { file: files.plan },
      ['--policy', files.policy],
      ...trustWords(files),
      ['--key', this.key],
    );
    return `to go on with what is left, run: ${again}`;
  }

  /** Whatever name the plan is called by, its journal lies beside the plan itself. */
  private async showJournal(files: PlanPaths, digest: string): Promise<string> {
    const { journalPath } = await import('../files/journal/journal.js');
    const { followLinks } = await import('../files/io/text-file.js');
    const path = this.resolvePath(files.plan);
    const real = await followLinks(path);
    return journalPath(real === path ? files.plan : real, digest);
  }

  /**
   * The operator's key and the key of this run, which signs for it.
   * @throws RootsweepError KEY_NOT_TRUSTED, and what `openKey` throws.
   */
  private async openOperator({ trust, trustFile }: VerifiedPlan): Promise<Operator> {
    const { openKey } = await import('./key-options.js');
    const { createRunSigner } = await import('../signing/run.js');
    const { requireRole } = await import('../signing/trust.js');
    const { key: named, passphraseFd, awsSettings: aws, context } = this;
    const key = await openKey({ key: named, passphraseFd, aws }, context);
    const { keyid, algorithm } = key.publicKey;
    const requireTrusted = (now: Date) =>
      requireRole(trust, key.publicKey, 'operator', { trustFile: trustFile.path, now });
    const { name } = requireTrusted(context.clock.now());
    return { named: { name, keyid, algorithm }, signer: createRunSigner(key), requireTrusted };
  }

  private async openJournal(
    journal: Omit<JournalOptions, 'holder' | 'isRunning'>,
    caller: string,
    run: string,
  ): Promise<JournalFile> {
    const { openJournal } = await import('../files/journal/journal.js');
    const { formatTime } = await import('../core/base/time.js');
    const { journals, isRunning, host, pid, pidSpace, clock } = this.context;
    const holder = {
      run,
      caller,
      host,
      pid,
      ...(pidSpace === undefined ? {} : { pidSpace }),
      since: formatTime(clock.now()),
    };
    return openJournal(journals, { ...journal, holder, isRunning });
  }

  private get narrowing(): Narrowing {
    return {
      ...(this.only === undefined ? {} : { only: this.only }),
      ...(this.exclude.length === 0 ? {} : { exclude: this.exclude }),
    };
  }

  /** A flag can only take accounts away; one that names no account of the plan is a mistake, not a wish. */
  private async checkNarrowing(plan: Plan, path: string): Promise<void> {
    const { isActionEntry } = await import('../core/plan/plan.js');
    const accounts = new Set(plan.accounts.filter(isActionEntry).map(({ id }) => id));
    for (const [flag, ids] of [
      ['--only', this.only ?? []],
      ['--exclude', this.exclude],
    ] as const) {
      const stranger = ids.find((id) => !accounts.has(id));
      if (stranger !== undefined) {
        throw new RootsweepError(
          'USAGE',
          `${flag} names account "${stranger}", in which the plan changes nothing`,
          { hint: `see the plan with: ${commandLine('rootsweep', 'show', { file: path })}` },
        );
      }
    }
  }

  /** @throws RootsweepError where the plan may not be applied at this time. */
  private async checkTimes({ plan, signatures, policyFile }: VerifiedPlan, now: Date): Promise<void> {
    const { checkTimes, checkWait } = await import('../core/plan/guard.js');
    const { findSignedSince } = await import('../core/signing/trust.js');
    checkTimes(plan, policyFile.policy, now);
    const { threshold, signers } = signatures;
    checkWait(plan, findSignedSince(threshold, signers, plan.created) ?? Number.NaN, now);
  }

  private async requireConfirmation({ kind, organization }: Plan): Promise<void> {
    const { CONFIRMATIONS } = await import('../views/plan/scope-text.js');
    const { question, why, unchanged } = CONFIRMATIONS[kind];
    const confirmed = this.confirm?.at(-1);
    if (confirmed !== undefined) {
      if (confirmed === organization) return;
      throw new RootsweepError(
        'PLAN_ORGANIZATION_MISMATCH',
        `--confirm names "${confirmed}", the plan is for organization "${organization}"`,
        { hint: `if that is what you mean, pass --confirm ${organization}` },
      );
    }
    const { ask } = await import('./ask.js');
    const answer = await ask(question, this.context, {
      why,
      hint: `pass --confirm ${organization}`,
      interrupted: `interrupted; ${unchanged}`,
    });
    if (answer?.trim() !== organization) throw new RootsweepError('DECLINED', `cancelled; ${unchanged}`);
  }

  private reportNothing({ plan, digest }: VerifiedPlan): number {
    if (this.json) this.printJson('nothing-to-do', { id: plan.id, digest });
    else this.print([['Nothing to do: the plan changes nothing in the accounts that were asked for.']]);
    return 0;
  }
}
