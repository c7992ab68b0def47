import { Command, Option } from 'clipanion';
import type { RootFeature } from '../core/action/plan-kind.js';
import { RootsweepError } from '../errors.js';
import { parseInteger } from '../runs/arguments.js';
import type { EnablePlan, StsOutcome } from '../workflows/enable.js';
import { AwsCommand } from './command.js';

const MINUTE = 60_000;

export class EnableCommand extends AwsCommand {
  static override paths = [['enable']];
  static override usage = Command.Usage({
    category: 'Get started',
    description: 'Turn centralized root access on, and wait until STS goes by it',
    details: `
      Turns on trusted access for IAM and the management of root credentials, in this order, in the management account;
      what is on already stays as it is. Shows what it will turn on, and asks.

      Exit code 0: everything is on; 1: it could not be turned on, or STS does not go by it yet; 8: declined;
      130: interrupted. The same command again goes on where an earlier one ended.
    `,
    examples: [
      ['At a terminal', 'rootsweep enable'],
      ['In a pipeline', 'rootsweep enable --confirm o-exampleorgid'],
      ['For unlocking buckets and queues, too', 'rootsweep enable --root-sessions'],
    ],
  });

  rootSessions = Option.Boolean('--root-sessions', false, {
    description: 'Turn on root sessions too, which unlocking buckets and queues needs',
  });
  confirm = Option.String('--confirm', { description: 'The organization id, in place of typing it' });
  wait = Option.String('--wait', { description: 'Minutes to wait for STS at most (default 10)' });

  protected async run(): Promise<number> {
    const { planEnable, turnOn, waitForSts } = await import('../workflows/enable.js');
    const { renderEnableEvent, renderEnablePlan } = await import('../views/audit/enable-text.js');
    const limit = parseInteger('--wait', this.wait ?? '10', 0, 60) * MINUTE;
    const features: readonly RootFeature[] = this.rootSessions
      ? ['RootCredentialsManagement', 'RootSessions']
      : ['RootCredentialsManagement'];
    const { clock, stop } = this.context;
    return this.useAws(async ({ prerequisites, reader }) => {
      const plan = await planEnable(prerequisites, features);
      const hasChanged = plan.states.some(({ state }) => state !== 'on');
      this.tell(renderEnablePlan(plan));
      if (hasChanged) await this.requireConfirmation(plan.organization.id);
      const onEvent = (event: Parameters<typeof renderEnableEvent>[0]) => this.tell(renderEnableEvent(event));
      if (hasChanged) await turnOn(prerequisites, plan, stop, onEvent);
      const waiting = { organization: plan.organization, features, hasChanged, limit, clock, stop, onEvent };
      const sts = await waitForSts(prerequisites, reader, waiting);
      this.report(plan, hasChanged, sts);
      return 0;
    });
  }

  private report({ organization, states }: EnablePlan, hasChanged: boolean, sts: StsOutcome): void {
    if (this.json) {
      const was = Object.fromEntries(states.map(({ name, state }) => [name, state]));
      this.printJson('root-access-enabled', { organization: organization.id, was, sts });
      return;
    }
    const agreed =
      sts.kind === 'agrees' ? 'STS goes by it' : `whether STS goes by it could not be seen: ${sts.why}`;
    this.print([
      [
        `Centralized root access is ${hasChanged ? 'turned on' : 'on already'} in ${organization.id}; ${agreed}.`,
      ],
    ]);
    this.tell([
      [
        'A delegated administrator for IAM may plan and apply in place of the management account; to make one, run: aws organizations register-delegated-administrator --account-id ACCOUNT --service-principal iam.amazonaws.com',
      ],
      [],
      ['Next: run: rootsweep doctor'],
    ]);
  }

  private async requireConfirmation(organization: string): Promise<void> {
    if (this.confirm !== undefined) {
      if (this.confirm === organization) return;
      throw new RootsweepError(
        'CONFIRMATION_MISMATCH',
        `--confirm names "${this.confirm}", the organization is "${organization}"`,
        { hint: `if that is what you mean, pass --confirm ${organization}` },
      );
    }
    const { requireYes } = await import('../runs/ask.js');
    const asked = {
      question: 'Type the organization id to turn it on: ',
      yes: organization,
      confirm: organization,
      why: 'enable asks before it turns anything on',
      unchanged: 'nothing was changed',
    };
    await requireYes(asked, this.context);
  }
}
