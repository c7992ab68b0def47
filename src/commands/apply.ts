import { Command, Option } from 'clipanion';
import type { DeleteEntry, Plan } from '../core/plan.js';
import { RootsweepError } from '../errors.js';
import { AwsCommand } from './command.js';
import type { VerifiedPlan } from './inputs.js';

export class ApplyCommand extends AwsCommand {
  static override paths = [['apply']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Verify a plan, look at each account again, delete what was reviewed, and prove it gone',
    details: `
      Exit code 0: everything planned is gone; 3: findings stop the plan; 4: refused; 5: some accounts changed since
      the plan and were left alone; 6: at least one account failed or could not be looked at; 8: declined;
      130: interrupted. The same command again continues where an earlier run ended.
    `,
    examples: [
      ['At a terminal', 'rootsweep apply prod.plan.yaml --policy policy.yaml --trust trust.yaml'],
      ['In a pipeline', 'rootsweep apply prod.plan.yaml --policy policy.yaml --confirm o-exampleorgid'],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  trust = Option.String('--trust', {
    description: 'The trust file; else ROOTSWEEP_TRUST, else the one in the configuration folder',
  });
  confirm = Option.String('--confirm', { description: 'The organization id, in place of typing it' });
  only = Option.Array('--only', { description: 'Work on this account only (repeat for more)' });
  exclude = Option.Array('--exclude', [], { description: 'Leave this account out (repeat for more)' });

  protected async run(): Promise<number> {
    const { openVerifiedPlan } = await import('./inputs.js');
    const { checkApplicable, checkOrganization, checkTimes } = await import('../core/guard.js');
    const { openAws } = await import('../aws/open.js');
    const { openJournal, journalPath } = await import('../files/journal.js');
    const { applyPlan, selectEntries } = await import('../workflows/apply.js');
    const { renderApplyEvent, renderLedger, renderScope } = await import('../views/ledger-text.js');
    const { TOOL } = await import('../version.js');
    const { clock, stop, host, pid, newId } = this.context;

    const verified = await openVerifiedPlan(
      { plan: this.plan, policy: this.policy, trust: this.trust },
      this.resolvePath,
      this.context,
      clock.now(),
    );
    const { plan, digest } = verified;
    checkApplicable(plan);
    this.checkNarrowing(plan);
    const entries = selectEntries(plan, this.only && new Set(this.only), new Set(this.exclude));

    const aws = await openAws(this.awsSettings, this.parallel, clock);
    try {
      const { caller, organization } = await aws.reader.open();
      checkOrganization(plan, organization);
      if (entries.length === 0) return this.reportNothing(verified);
      this.tell(renderScope(entries, { organization: organization.id, digest, caller }));
      await this.requireConfirmation(organization.id);
      checkTimes(plan, verified.policyFile.policy, clock.now());

      const journal = await openJournal(journalPath(this.resolvePath(this.plan), digest), digest);
      try {
        const ledger = await applyPlan(plan, {
          reader: aws.reader,
          access: aws.rootAccess(organization.partition),
          journal,
          clock,
          stop,
          digest,
          entries: entries as readonly DeleteEntry[],
          concurrency: this.parallel,
          run: { id: newId(), caller: caller.arn, tool: TOOL, host, pid },
          onEvent: (event) => {
            if (this.json) this.printJson(event.type, event);
            const line = renderApplyEvent(event);
            if (line !== undefined) this.tell([line]);
          },
        });
        if (this.json) this.printJson('ledger', ledger);
        else this.print(renderLedger(ledger));
        return ledger.exitCode;
      } finally {
        await journal.close();
      }
    } finally {
      aws.close();
    }
  }

  /** A flag can only take accounts away; one that names no account of the plan is a mistake, not a wish. */
  private checkNarrowing(plan: Plan): void {
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
            hint: `see what it deletes with: rootsweep show ${this.plan}`,
          },
        );
      }
    }
  }

  private async requireConfirmation(organization: string): Promise<void> {
    if (this.confirm !== undefined) {
      if (this.confirm === organization) return;
      throw new RootsweepError(
        'PLAN_ORGANIZATION_MISMATCH',
        `--confirm names "${this.confirm}", the plan is for organization "${organization}"`,
        { hint: `if that is what you mean, pass --confirm ${organization}` },
      );
    }
    const { stdin, stderr, terminal, stop } = this.context;
    if (!terminal.stdin || !terminal.stderr) {
      throw new RootsweepError(
        'CONFIRMATION_MISSING',
        'apply asks before it deletes, and there is no terminal to ask at',
        {
          hint: `pass --confirm ${organization}`,
        },
      );
    }
    const { createInterface } = await import('node:readline/promises');
    const prompt = createInterface({ input: stdin, output: stderr, terminal: false });
    stderr.write('This cannot be undone. Type the organization id to go on: ');
    const answer = await new Promise<string | undefined>((resolve) => {
      prompt.once('line', resolve);
      prompt.once('close', () => resolve(undefined));
      if (stop.aborted) prompt.close();
      stop.addEventListener('abort', () => prompt.close(), { once: true });
    });
    prompt.close();
    // Where nobody pressed Enter, the cursor still stands behind the question.
    if (answer === undefined) stderr.write('\n');
    if (stop.aborted) throw new RootsweepError('INTERRUPTED', 'interrupted; nothing was deleted');
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
