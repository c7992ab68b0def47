import { dirname } from 'node:path';
import { Command, Option } from 'clipanion';
import type { Aws } from '../aws/open.js';
import type { Credential } from '../core/credentials.js';
import type { Permission } from '../core/permission.js';
import type { Plan } from '../core/plan.js';
import { RootsweepError } from '../errors.js';
import type { JournalFile } from '../files/journal.js';
import type { Narrowing } from '../workflows/apply.js';
import type { Opened } from '../workflows/ports.js';
import { OrganizationsCommand } from './command.js';
import type { PlanPaths, VerifiedPlan } from './inputs.js';

/** Somebody may rename an organizational unit during a rollout that takes hours: how long its name is believed, in ms. */
const UNIT_NAMES_GOOD_FOR = 60_000;

export class ApplyCommand extends OrganizationsCommand {
  static override paths = [['apply']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Verify a plan, look at each account again, delete what was reviewed, and prove it gone',
    details: `
      Exit code 0: everything planned is gone; 3: findings stop the plan; 4: refused; 5: some accounts changed since
      the plan and were left alone; 6: at least one account failed or could not be looked at; 8: declined;
      130: interrupted. The same command again continues where an earlier run ended. With --organizations: the worst of
      theirs, in the order 130, 6, 1, 4, 3, 8, 5, 2, 0.
    `,
    examples: [
      ['At a terminal', 'rootsweep apply prod.plan.yaml --policy policy.yaml --trust trust.yaml'],
      ['In a pipeline', 'rootsweep apply prod.plan.yaml --policy policy.yaml --confirm o-exampleorgid'],
      [
        'To several organizations',
        'rootsweep apply --organizations organizations.yaml --confirm o-exampleorgid --confirm o-anotherorgid',
      ],
    ],
  });

  plan = Option.String({ name: 'PLAN', required: false });
  policy = Option.String('--policy', { description: 'The policy file' });
  trust = Option.String('--trust', {
    description: 'The trust file; else ROOTSWEEP_TRUST, else the one in the configuration folder',
  });
  confirm = Option.Array('--confirm', {
    description: 'The organization id, in place of typing it (repeat it for several organizations)',
  });
  only = Option.Array('--only', { description: 'Work on this account only (repeat for more)' });
  exclude = Option.Array('--exclude', [], { description: 'Leave this account out (repeat for more)' });

  protected async run(): Promise<number> {
    const { plan, policy, organizations } = this;
    if (organizations !== undefined) return this.applyEach(organizations);
    if (plan === undefined || policy === undefined)
      throw this.refuseMissing({ PLAN: plan, '--policy': policy });
    return this.applyOne({ plan, policy, trust: this.trust });
  }

  private applyEach(organizations: string): Promise<number> {
    const { plan, policy, trust, only, exclude, confirm = [] } = this;
    this.refuseWithOrganizations({
      PLAN: plan,
      '--policy': policy,
      '--only': only,
      '--exclude': exclude[0],
    });
    return this.runEach(organizations, (entry) => {
      const trusted = entry.trust ?? trust;
      return [
        entry.plan,
        `--policy=${entry.policy}`,
        ...(trusted === undefined ? [] : [`--trust=${trusted}`]),
        ...(confirm.includes(entry.organization) ? [`--confirm=${entry.organization}`] : []),
      ];
    });
  }

  private async applyOne(files: PlanPaths): Promise<number> {
    const { openVerifiedPlan } = await import('./inputs.js');
    const { checkApplicable, checkClock, checkOrganization, checkWait } = await import('../core/guard.js');
    const { openAws } = await import('../aws/open.js');
    const { selectEntries } = await import('../workflows/apply.js');
    const { followLinks } = await import('../files/text-file.js');
    const { refuseSuperseded } = await import('../files/newer-run.js');
    const { clock, journals } = this.context;

    this.progress.begin('verifying');
    const verified = await openVerifiedPlan(files, this.resolvePath, this.context, clock.now());
    checkApplicable(verified.plan);
    checkWait(verified.plan, clock.now());
    this.checkNarrowing(verified.plan, files.plan);
    // Whatever name a plan is called by, it has one journal.
    const planPath = await followLinks(this.resolvePath(files.plan));
    await refuseSuperseded(journals, dirname(planPath), verified.plan);

    this.progress.begin('opening');
    const aws = await openAws(this.awsSettings, this.parallel, clock, UNIT_NAMES_GOOD_FOR);
    try {
      const { caller, organization, clockOffset } = await aws.reader.open();
      checkClock(clockOffset);
      checkOrganization(verified.plan, organization);
      if (selectEntries(verified.plan, this.narrowing).length === 0) return this.reportNothing(verified);
      const run = this.context.newId();
      const journal = await this.openJournal(verified, planPath, caller.arn, run);
      try {
        const opened = { caller, organization, clockOffset };
        return await this.applyVerified(files, verified, aws, opened, journal, run);
      } finally {
        await journal.close();
      }
    } finally {
      aws.close();
    }
  }

  /** Asks, and then works. */
  private async applyVerified(
    files: PlanPaths,
    { plan, digest, signers, threshold, policyFile: { policy } }: VerifiedPlan,
    aws: Aws,
    { caller, organization, clockOffset }: Opened,
    journal: JournalFile,
    id: string,
  ): Promise<number> {
    const { checkSigners, checkTimes, checkWait } = await import('../core/guard.js');
    const { judgeDeletion } = await import('../core/permission.js');
    const { foldJournal } = await import('../core/journal.js');
    const { applyPlan, selectEntries } = await import('../workflows/apply.js');
    const { renderApplyEvent, renderLedger, renderScope, renderStopping } = await import(
      '../views/ledger-text.js'
    );
    const { TOOL } = await import('../version.js');
    const { clock, stop, host, pid } = this.context;
    // By both clocks: a plan, or a key, that has ended by either of them has.
    const checkStillGood = () => {
      for (const offset of [0, clockOffset]) {
        const now = new Date(clock.now().getTime() + offset);
        checkTimes(plan, policy, now);
        checkWait(plan, now);
        checkSigners(threshold, signers, now);
      }
    };
    // The same: what lets a key go must do so by both.
    const judge = (credential: Credential): Permission => {
      const now = clock.now().getTime();
      const judged = judgeDeletion(credential, policy, new Date(now));
      return judged.kind === 'guarded'
        ? judged
        : judgeDeletion(credential, policy, new Date(now + clockOffset));
    };
    checkStillGood();
    this.progress.end();

    const entries = selectEntries(plan, this.narrowing);
    const { begun, completed } = foldJournal(journal.earlier);
    this.tell(
      renderScope(entries, {
        organization: organization.id,
        digest,
        caller,
        begun,
        completed,
        ...(journal.takenFrom === undefined ? {} : { takenFrom: journal.takenFrom }),
        isFirst: journal.earlier.length === 0,
      }),
    );
    await this.requireConfirmation(organization.id);
    checkStillGood();

    const tellStopping = () => this.tell(renderStopping());
    stop.addEventListener('abort', tellStopping, { once: true });
    this.progress.begin('applying', entries.length);
    const ledger = await applyPlan(plan, {
      reader: aws.reader,
      access: aws.rootAccess(organization.partition),
      journal,
      clock,
      stop,
      checkStillGood,
      judge,
      narrowing: this.narrowing,
      rollout: policy.rollout,
      concurrency: this.parallel,
      run: {
        id,
        digest,
        signers: signers.map(({ name, keyid, role }) => ({ name, keyid, role })),
        caller: caller.arn,
        tool: TOOL,
        host,
        pid,
      },
      onEvent: (event) => {
        if (this.json) this.printJson(event.type, event);
        this.progress.show(event);
        this.tell(renderApplyEvent(event));
      },
    });
    stop.removeEventListener('abort', tellStopping);
    this.progress.end();
    if (this.json) this.printJson('ledger', ledger);
    else this.print(renderLedger(ledger));
    this.tellNext(await this.nextStep(ledger.exitCode, digest, files));
    return ledger.exitCode;
  }

  /** The evidence of what is done; the same command where something is left; a new plan where the old one does not fit. */
  private async nextStep(exitCode: number, digest: string, files: PlanPaths): Promise<string> {
    const { commandLine } = await import('../core/command-line.js');
    const { EXIT } = await import('../errors.js');
    const { journalPath } = await import('../files/journal.js');
    const { followLinks } = await import('../files/text-file.js');
    if (exitCode === EXIT.done) {
      const out = files.plan.replace(/(?:\.plan)?\.yaml$/, '.receipt.yaml');
      // Whatever name the plan is called by, its journal lies beside the plan itself.
      const path = this.resolvePath(files.plan);
      const real = await followLinks(path);
      const journal = journalPath(real === path ? files.plan : real, digest);
      return `run: ${commandLine('rootsweep', 'receipt', journal, ['--out', out === files.plan ? undefined : out])}`;
    }
    const policy = ['--policy', files.policy] as const;
    if (exitCode === EXIT.drift) {
      return `plan what has changed anew, run: ${commandLine('rootsweep', 'plan', policy, ['--out', files.plan])}`;
    }
    const again = commandLine('rootsweep', 'apply', files.plan, policy, ['--trust', files.trust]);
    return `to go on with what is left, run: ${again}`;
  }

  private async openJournal(
    { digest }: VerifiedPlan,
    plan: string,
    caller: string,
    run: string,
  ): Promise<JournalFile> {
    const { openJournal, journalPath } = await import('../files/journal.js');
    const { formatTime } = await import('../core/time.js');
    const { journals, isRunning, host, pid, pidSpace, clock } = this.context;
    const holder = {
      run,
      caller,
      host,
      pid,
      ...(pidSpace === undefined ? {} : { pidSpace }),
      since: formatTime(clock.now()),
    };
    return openJournal(journals, journalPath(plan, digest), digest, holder, isRunning);
  }

  private get narrowing(): Narrowing {
    return {
      ...(this.only === undefined ? {} : { only: this.only }),
      ...(this.exclude.length === 0 ? {} : { exclude: this.exclude }),
    };
  }

  /** A flag can only take accounts away; one that names no account of the plan is a mistake, not a wish. */
  private checkNarrowing(plan: Plan, path: string): void {
    const planned = new Set(
      plan.accounts.filter(({ decision }) => decision === 'delete').map(({ id }) => id),
    );
    for (const [flag, ids] of [
      ['--only', this.only ?? []],
      ['--exclude', this.exclude],
    ] as const) {
      const stranger = ids.find((id) => !planned.has(id));
      if (stranger !== undefined) {
        throw new RootsweepError(
          'USAGE',
          `${flag} names account "${stranger}", in which the plan deletes nothing`,
          {
            hint: `see what it deletes with: rootsweep show ${path}`,
          },
        );
      }
    }
  }

  private async requireConfirmation(organization: string): Promise<void> {
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
    const answer = await ask('This cannot be undone. Type the organization id to go on: ', this.context, {
      why: 'apply asks before it deletes',
      hint: `pass --confirm ${organization}`,
      interrupted: 'interrupted; nothing was deleted',
    });
    if (answer?.trim() !== organization) {
      throw new RootsweepError('DECLINED', 'cancelled; nothing was deleted');
    }
  }

  private reportNothing({ plan, digest }: VerifiedPlan): number {
    if (this.json) this.printJson('nothing-to-do', { id: plan.id, digest });
    else this.print([['Nothing to do: the plan deletes nothing in the accounts that were asked for.']]);
    return 0;
  }
}
