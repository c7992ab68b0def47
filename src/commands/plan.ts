import { Command, Option } from 'clipanion';
import { RootsweepError } from '../errors.js';
import { AwsCommand } from './command.js';

export class PlanCommand extends AwsCommand {
  static override paths = [['plan']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Audit the organization and write a signed plan of what to delete',
    details: `
      Exit code 0: a plan was written; 2, with --detailed-exitcode: and it has something to delete;
      3: it was written, and findings stop it.
    `,
    examples: [
      ['Plan', 'rootsweep plan --policy policy.yaml --out prod.plan.yaml --key planner.pem'],
      ['Plan in CI', 'rootsweep plan --policy policy.yaml --out prod.plan.yaml --detailed-exitcode --json'],
    ],
  });

  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  out = Option.String('--out', { required: true, description: 'Where to write the plan' });
  key = Option.String('--key', {
    description: 'The signing key; else ROOTSWEEP_KEY, else the one in the configuration folder',
  });
  deep = Option.Boolean('--deep', false, {
    description: 'List all four kinds even where the summary reports none',
  });
  detailedExitcode = Option.Boolean('--detailed-exitcode', false, {
    description: 'Exit with 2 if the plan has actions',
  });

  protected async run(): Promise<number> {
    const { EXIT } = await import('../errors.js');
    const { readPolicy, readKey } = await import('./inputs.js');
    const { checkWritable, writeFileAtomically } = await import('../files/text-file.js');
    const { openAws } = await import('../aws/open.js');
    const { surveyOrganization } = await import('../workflows/survey.js');
    const { decidePlan, planHeader, requireOrganization } = await import('../workflows/plan.js');
    const { signPlan } = await import('../signing/plan.js');
    const { emitPlan } = await import('../files/plan.js');
    const { findCommit } = await import('../files/git.js');
    const { digestBody } = await import('../core/envelope.js');
    const { checkClock } = await import('../core/guard.js');
    const { renderPlan, renderSummary } = await import('../views/plan-text.js');
    const { SurveyProgress } = await import('../views/progress.js');
    const { clock } = this.context;

    this.checkOut();
    const policyFile = await readPolicy(this.resolvePath(this.policy), this.policy);
    const key = await readKey(this.key, this.resolvePath, this.context);
    await checkWritable(this.resolvePath(this.out));
    const commit = await findCommit(this.resolvePath(this.policy));

    const aws = await openAws(this.awsSettings, this.parallel, clock);
    try {
      // To the second, as the plan will say: whoever decides again from the plan comes to the same.
      const now = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
      const { caller, organization, clockOffset } = await aws.reader.open();
      checkClock(clockOffset);
      requireOrganization(policyFile, organization);
      const progress = new SurveyProgress((line) => this.tell([line]), clock);
      const survey = await surveyOrganization(aws.reader, aws.rootAccess(organization.partition), {
        policy: policyFile.policy,
        organization,
        today: now,
        concurrency: this.parallel,
        deep: this.deep,
        allPaths: false,
        stop: this.context.stop,
        onEvent: (event) => progress.show(event),
      });
      const header = planHeader({ id: this.context.newId(), now, caller, organization, policyFile, commit });
      const plan = decidePlan(survey, policyFile.policy, header, now);
      const body = emitPlan(plan);
      const digest = digestBody(body);
      await writeFileAtomically(this.resolvePath(this.out), signPlan(body, key));

      const { totals, applicable, expires } = plan;
      if (this.json) {
        this.printJson('plan-written', { path: this.out, id: plan.id, digest, expires, applicable, totals });
      } else {
        this.print(this.quiet ? renderSummary(plan) : renderPlan(plan));
        this.tell([
          [],
          [`The plan is in "${this.out}" (sha256:${digest}, good until ${expires}).`],
          [
            !applicable
              ? 'Next: resolve what blocks it, in the accounts or in the policy, and plan again.'
              : totals.decisions.delete === 0
                ? 'Nothing to apply.'
                : `Next: have it reviewed, then run: rootsweep apply ${this.out} --policy ${this.policy}`,
          ],
        ]);
      }
      if (!applicable) return EXIT.blocked;
      return this.detailedExitcode && totals.decisions.delete > 0 ? EXIT.changes : EXIT.done;
    } finally {
      aws.close();
    }
  }

  /** The plan takes the place of what is there, which must not be what it is made of. */
  private checkOut(): void {
    const out = this.resolvePath(this.out);
    for (const [flag, path] of [
      ['--policy', this.policy],
      ['--key', this.key],
    ] as const) {
      if (path === undefined || this.resolvePath(path) !== out) continue;
      throw new RootsweepError('USAGE', `--out and ${flag} name the same file, "${path}"`, {
        hint: 'write the plan to a file of its own, for example: --out org.plan.yaml',
      });
    }
  }
}
