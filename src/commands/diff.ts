import { Command, Option } from 'clipanion';
import { DIFF_FORMATS } from '../runs/diff-formats.js';
import { REDACT, RootsweepCommand, withTrust } from './command.js';
import { formatFlag } from './format.js';

const FORMAT = formatFlag(DIFF_FORMATS, { example: 'rootsweep diff OLD NEW --format markdown' });

export class DiffCommand extends withTrust(RootsweepCommand) {
  static override paths = [['diff']];
  static override choices = { '--format': FORMAT.formats };
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Show what differs between two plans, and whether the policy or the accounts changed',
    details: `
      The policies of the plans are taken from --policy-old and --policy-new, else from the git repository of the
      current folder, where they have the digests that the plans name. With both, each other decision is told with what
      it comes from: the policy, the account, or the time that has passed.

      Exit code 0: done; 2, with --detailed-exitcode: the plans differ; 4: refused, for example as plans of two
      organizations.
    `,
    examples: [
      ['What changed since last month', 'rootsweep diff march.plan.yaml april.plan.yaml'],
      [
        'For a pull request, with the policies named',
        'rootsweep diff old.plan.yaml new.plan.yaml --policy-old old.yaml --policy-new policy.yaml --format markdown',
      ],
    ],
  });

  old = Option.String({ name: 'OLD' });
  new = Option.String({ name: 'NEW' });
  policyOld = Option.String('--policy-old', { description: 'The policy that OLD was made with' });
  policyNew = Option.String('--policy-new', { description: 'The policy that NEW was made with' });
  format = FORMAT.option();
  redact = Option.Boolean('--redact', false, { description: REDACT });
  detailedExitcode = Option.Boolean('--detailed-exitcode', false, {
    description: 'Exit with 2 if the plans differ',
  });

  protected async run(): Promise<number> {
    const format = FORMAT.choose(this);
    const { runDiff } = await import('../runs/diff.js');
    return runDiff(this, format, this);
  }
}
