import { Command, Option } from 'clipanion';
import { VERIFY_FORMATS } from '../runs/verify-formats.js';
import { REDACT, RootsweepCommand, withTrust } from './command.js';
import { formatFlag } from './format.js';

const FORMAT = formatFlag(VERIFY_FORMATS, {
  example: 'rootsweep verify PLAN --policy POLICY --format junit',
});

export class VerifyCommand extends withTrust(RootsweepCommand) {
  static override paths = [['verify']];
  static override choices = { '--format': FORMAT.formats };
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description:
      'Check a plan or a receipt without calling AWS: signatures, schema; of a plan threshold, expiry, policy',
    details: `
      Exit code 0: the plan can be applied once any wait is over, the receipt is as it was signed;
      3: findings stop the plan; 4: refused;
      7: good so far, but signatures of approvers or witnesses are missing.
    `,
    examples: [
      ['In CI', 'rootsweep verify prod.plan.yaml --policy policy.yaml --trust ../trust.yaml'],
      [
        'In CI, and that it shows how the policy is looser than in the main branch',
        'rootsweep verify prod.plan.yaml --policy policy.yaml --trust ../trust.yaml --base origin/main',
      ],
      [
        'With the trust file of the configuration folder',
        'rootsweep verify prod.plan.yaml --policy policy.yaml',
      ],
      [
        'With a report that CI systems show as test results',
        'rootsweep verify prod.plan.yaml --policy policy.yaml --format junit > rootsweep.xml',
      ],
      [
        'A receipt, and that it is what the journal yields',
        'rootsweep verify prod.receipt.yaml --journal prod.plan.0a1b2c3d4e5f.journal.jsonl',
      ],
    ],
  });

  file = Option.String({ name: 'FILE' });
  policy = Option.String('--policy', { description: 'The policy file: needed for a plan' });
  base = Option.String('--base', {
    description: 'Of a plan: it must show how the policy is looser than in this commit',
  });
  journal = Option.String('--journal', { description: 'Of a receipt: the journal that must yield it' });
  format = FORMAT.option();
  redact = Option.Boolean('--redact', false, { description: REDACT });

  protected async run(): Promise<number> {
    const format = FORMAT.choose(this);
    const { runVerify } = await import('../runs/verify.js');
    return runVerify(this, format, this);
  }
}
