import { Command, Option } from 'clipanion';
import { AwsCommand } from './command.js';

export class InitCommand extends AwsCommand {
  static override paths = [['init']];
  static override usage = Command.Usage({
    category: 'Get started',
    description: 'Write a policy that fits the organization, a signing key, a trust file and a CI workflow',
    details: `
      Looks at the organization and writes, in this folder, a commented policy.yaml, .gitattributes and a workflow for
      GitHub Actions; in the configuration folder, out of the repository, a signing key and trust.yaml. Overwrites
      nothing: all of it is written, or nothing.
    `,
    examples: [
      ['In the repository of the policy', 'rootsweep init'],
      ['For one person, without reviews', 'rootsweep init --alone'],
      ['For another repository, with the key that is there', 'rootsweep init --keep-key'],
    ],
  });

  name = Option.String('--name', 'planner', { description: 'Name of the key in the trust file' });
  keepKey = Option.Boolean('--keep-key', false, {
    description: 'Leave the signing key and the trust file of the configuration folder as they are',
  });

  alone = Option.Boolean('--alone', false, {
    description: 'Let one key decide alone: plans need no reviewer, and no second person can stop a mistake',
  });

  protected override readonly interrupted = 'interrupted; nothing was written';

  protected async run(): Promise<number> {
    const { runInit } = await import('../runs/init.js');
    return runInit(this, this);
  }
}
