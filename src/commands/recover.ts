import { Command, Option } from 'clipanion';
import { NamedPlanCommand } from './command.js';

export class RecoverCommand extends NamedPlanCommand {
  static override paths = [['recover']];
  static override usage = Command.Usage({
    category: 'Recover access',
    description: 'Write a signed plan that lets named accounts recover their root password',
    details: `
      Looks at each account and changes nothing. The plan is reviewed, approved, verified and applied as every plan is.
      Applied, it lets the owner of the account's email address set a root password: "Forgot password?" on the sign-in page
      of AWS. At most ten accounts; none that has a password, is not active, or is the management account.

      Exit code 0: a plan was written; 1: an account could not be looked at; 4: refused. Then nothing was written.
    `,
    examples: [
      [
        'One account',
        'rootsweep recover 111122223333 --reason "billing needs the root user" --policy policy.yaml --out recover.plan.yaml',
      ],
      [
        'Two accounts, by id and by name',
        'rootsweep recover 111122223333 shop-prod --reason "both are to be closed" --policy policy.yaml --out recover.plan.yaml',
      ],
    ],
  });

  accounts = Option.Rest({ name: 'ACCOUNT', required: 1 });

  protected async run(): Promise<number> {
    const { runRecover } = await import('../runs/recover.js');
    return runRecover(this, this);
  }
}
