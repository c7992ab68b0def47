import { Command, Option } from 'clipanion';
import { AwsCommand, REDACT } from './command.js';

export class ExplainCommand extends AwsCommand {
  static override paths = [['explain']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Show which rule of the policy decides about an account, and why the others do not',
    details: `
      Reads the account, the names of its units where a rule compares them, and its tags where no other rule decides; no
      root session is opened. With --plan, AWS is not called: the account is taken as the plan holds it.

      Exit code 0: a rule decides; 6: nobody can say, because AWS did not tell what a rule compares.
    `,
    examples: [
      ['By id', 'rootsweep explain 111122223333 --policy policy.yaml'],
      ['By name, as a plan saw it', 'rootsweep explain shop-prod --policy policy.yaml --plan prod.plan.yaml'],
    ],
  });

  account = Option.String({ name: 'ACCOUNT' });
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  redact = Option.Boolean('--redact', false, { description: REDACT });
  plan = Option.String('--plan', { description: 'Take the account from this plan, and call nobody' });

  protected async run(): Promise<number> {
    const { runExplain } = await import('../runs/explain.js');
    return runExplain(this, this);
  }
}
