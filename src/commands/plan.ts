import { Command, Option } from 'clipanion';
import type { BasePolicy } from '../core/plan/base-policy.js';
import { OrganizationsCommand, PASSPHRASE_FD } from './command.js';

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
  key = Option.String('--key', {
    description: 'The signing key; else ROOTSWEEP_KEY, else the one in the configuration folder',
  });
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

  protected override get interrupted(): string {
    return 'interrupted; nothing was written';
  }

  protected async run(): Promise<number> {
    const { policy, out, organizations } = this;
    if (organizations !== undefined) return this.planEach(organizations);
    if (policy === undefined || out === undefined)
      throw this.refuseMissing({ '--policy': policy, '--out': out });
    return this.planOne({ policy, out });
  }

  private planEach(organizations: string): Promise<number> {
    const { policy, out, passphraseFd, key, base } = this;
    this.refuseWithOrganizations({
      '--policy': policy,
      '--out': out,
      // It can be read once.
      '--passphrase-fd': passphraseFd,
    });
    return this.runEach(organizations, (entry) => [
      `--policy=${entry.policy}`,
      `--out=${entry.plan}`,
      ...(key === undefined ? [] : [`--key=${key}`]),
      ...(base === undefined ? [] : [`--base=${base}`]),
      ...(this.deep ? ['--deep'] : []),
      ...(this.detailedExitcode ? ['--detailed-exitcode'] : []),
    ]);
  }

  private async planOne(files: { readonly policy: string; readonly out: string }): Promise<number> {
    this.context.expectAccounts?.(0);
    const { EXIT } = await import('../errors.js');
    const { readPolicy } = await import('./inputs.js');
    const { openKey } = await import('./key-options.js');
    const { checkTarget, writeTarget } = await import('../files/io/target.js');
    const { openAws } = await import('../aws/open.js');
    const { makePlan } = await import('../workflows/make-plan.js');
    const { signPlan } = await import('../signing/plan.js');
    const { emitPlan } = await import('../files/plan/plan.js');
    const { findCommit } = await import('../files/io/git.js');
    const { digestBody } = await import('../core/signing/envelope.js');
    const { commandLine } = await import('../core/base/command-line.js');
    const { nextAfterPlan } = await import('./after-plan.js');
    const { describeValidity, renderPlan, renderSummary } = await import('../views/plan/plan-text.js');
    const { clock } = this.context;

    await checkTarget(this.resolvePath(files.out), 'plan');
    const policyFile = await readPolicy(this.resolvePath(files.policy), files.policy);
    const key = await openKey(
      { key: this.key, passphraseFd: this.passphraseFd, aws: this.awsSettings },
      this.context,
    );
    const commit = await findCommit(
      this.resolvePath(files.policy),
      Buffer.from(policyFile.text),
      this.context.env,
    );
    const base = await this.readBase(files.policy);

    this.progress.begin('opening');
    const aws = await openAws(this.awsSettings, this.parallel, clock);
    try {
      // To the second, as the plan will say: whoever decides again from the plan comes to the same.
      const now = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
      const plan = await makePlan({
        reader: aws.reader,
        rootAccess: aws.rootAccess,
        policyFile,
        base,
        originFor: (plannedBy) => ({
          id: this.context.newId(),
          plannedBy,
          policy: { path: policyFile.path, ...(commit === undefined ? {} : { commit }) },
        }),
        now,
        concurrency: this.parallel,
        deep: this.deep,
        stop: this.context.stop,
        onOpened: () => this.progress.begin('auditing'),
        onEvent: (event) => {
          if (event.type === 'accounts-listed') this.context.expectAccounts?.(event.accounts);
          this.progress.show(event);
        },
      });
      const body = emitPlan(plan);
      const digest = digestBody(body);
      // What signs with SSH keys may ask at the terminal itself.
      if (key.publicKey.algorithm === 'sshsig' && this.context.terminal.stderr) this.progress.end();
      else this.progress.begin('signing');
      const signed = await signPlan(body, key);
      this.progress.end();
      await writeTarget(this.resolvePath(files.out), 'plan', signed);

      const { totals, applicable, notBefore, expires } = plan;
      const again = commandLine('rootsweep', 'plan', ['--policy', files.policy], ['--out', files.out]);
      if (this.json) {
        const times = { ...(notBefore === undefined ? {} : { notBefore }), expires };
        this.printJson('plan-written', {
          path: files.out,
          id: plan.id,
          digest,
          ...times,
          applicable,
          totals,
        });
      } else {
        this.print(this.quiet ? renderSummary(plan) : renderPlan(plan));
        this.tell([
          [],
          [`The plan is in "${files.out}" (sha256:${digest}, ${describeValidity(plan)}).`],
          [
            !applicable
              ? `Next: resolve what blocks it, in the accounts or in the policy, then run: ${again}`
              : totals.decisions.delete === 0
                ? 'Nothing to apply.'
                : `Next: ${await nextAfterPlan(signed, { plan: files.out, policy: files.policy }, this.context)}`,
          ],
        ]);
      }
      if (!applicable) return EXIT.blocked;
      return this.detailedExitcode && totals.decisions.delete > 0 ? EXIT.changes : EXIT.done;
    } finally {
      aws.close();
    }
  }

  private async readBase(policy: string): Promise<BasePolicy | undefined> {
    const { readMainPolicy, readPolicyAt } = await import('../files/policy/base-policy.js');
    const path = this.resolvePath(policy);
    if (this.base !== undefined) return readPolicyAt(path, this.base, this.context.env);
    const main = await readMainPolicy(path, this.context.env);
    if (main.kind === 'found') return main.base;
    // Not compared is not the same as not loosened.
    if (main.kind === 'none') {
      this.tell([
        [`The policy was not compared with the one in git's main branch: ${main.reason}.`],
        ['To compare it with the one in another commit, pass --base.'],
      ]);
    }
    return undefined;
  }
}
