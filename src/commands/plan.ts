import { Command, Option } from 'clipanion';
import { flagWords, OrganizationsCommand, PASSPHRASE_FD, SIGNING_KEY } from './command.js';

export class PlanCommand extends OrganizationsCommand {
  static override paths = [['plan']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Audit the organization and write a signed plan of what to delete',
    details: `
      Exit code 0: a plan was written; 2, with --detailed-exitcode: and it has something to delete;
      3: it was written, and findings stop it. With --organizations: the worst of theirs, in the order 130, 6, 1, 4, 3, 7, 8,
      5, 2, 0.
    `,
    examples: [
      ['Plan', 'rootsweep plan --policy policy.yaml --out prod.plan.yaml --key planner.pem'],
      ['Plan in CI', 'rootsweep plan --policy policy.yaml --out prod.plan.yaml --detailed-exitcode --json'],
      [
        'Say how the policy is looser than in another commit',
        'rootsweep plan --policy policy.yaml --base origin/release --out prod.plan.yaml',
      ],
      ['Plan for several organizations', 'rootsweep plan --organizations organizations.yaml'],
    ],
  });

  policy = Option.String('--policy', { description: 'The policy file' });
  out = Option.String('--out', { description: 'Where to write the plan' });
  key = Option.String('--key', { description: SIGNING_KEY });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });
  base = Option.String('--base', {
    description: 'Compare the policy with the one in this commit; else with the one in the main branch',
  });
  deep = Option.Boolean('--deep', false, {
    description: 'List all four kinds even where the summary reports none',
  });
  detailedExitcode = Option.Boolean('--detailed-exitcode', false, {
    description: 'Exit with 2 if the plan has actions',
  });

  protected override readonly interrupted = 'interrupted; nothing was written';

  protected async run(): Promise<number> {
    const { policy, out, organizations } = this;
    if (organizations !== undefined) return this.planEach(organizations);
    if (policy === undefined || out === undefined)
      throw this.refuseMissing({ '--policy': policy, '--out': out });
    const { key, passphraseFd, base, deep, detailedExitcode } = this;
    const { runPlan } = await import('../runs/plan.js');
    return runPlan({ policy, out, key, passphraseFd, base, deep, detailedExitcode }, this);
  }

  private planEach(organizations: string): Promise<number> {
    const { policy, out, key, base } = this;
    this.refuseWithOrganizations({ '--policy': policy, '--out': out });
    return this.runEach(organizations, (entry) =>
      flagWords({
        '--policy': entry.policy,
        '--out': entry.plan,
        '--key': key,
        '--base': base,
        '--deep': this.deep,
        '--detailed-exitcode': this.detailedExitcode,
      }),
    );
  }
}
