import { Command, Option } from 'clipanion';
import type { Aws } from '../aws/open.js';
import type { NamedPlanKind } from '../core/action/plan-kind.js';
import type { BasePolicy } from '../core/plan/base-policy.js';
import type { PolicyFile } from '../core/plan/guard.js';
import type { Plan } from '../core/plan/plan.js';
import type { Line } from '../views/format/lines.js';
import { AccountsCommand, PASSPHRASE_FD } from './command.js';
import { trustWords, withTrust } from './trust-options.js';

export class WitnessCommand extends withTrust(AccountsCommand) {
  static override paths = [['witness']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Audit independently, make the plan again, and sign it only if it is the same to the byte',
    details: `
      Makes the plan again: it takes the id, the time and the origin from the plan, and everything else from AWS, with
      the credentials of this command. Use other credentials than the planner's. Where the result is not the same to the
      byte, it shows the difference and signs nothing.

      Exit code 0: signed; 1: the key has signed already; 3: findings stop the plan; 4: refused; 5: the plan does not
      match what AWS reports now.
    `,
    examples: [
      [
        'In a job of its own',
        'rootsweep witness prod.plan.yaml --policy policy.yaml --key awskms:alias/witness',
      ],
      [
        'With the signature in a file of its own',
        'rootsweep witness prod.plan.yaml --policy policy.yaml --detached',
      ],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  key = Option.String('--key', {
    description: 'The signing key; else ROOTSWEEP_KEY, else the one in the configuration folder',
  });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });
  base = Option.String('--base', {
    description:
      'Compare the policy with the one in this commit; else with the one in the commit that the plan names',
  });
  deep = Option.Boolean('--deep', false, {
    description: 'List all four kinds, as a plan made with --deep did',
  });
  detached = Option.Boolean('--detached', false, {
    description: 'Write the signature into a file of its own beside the plan',
  });

  protected override get interrupted(): string {
    return 'interrupted; nothing was signed';
  }

  protected async run(): Promise<number> {
    this.context.expectAccounts?.(0);
    const { EXIT } = await import('../errors.js');
    const { openSignablePlan, openSigner, writeSignature } = await import('./sign-plan.js');
    const { readPolicy } = await import('./inputs.js');
    const { checkPlan } = await import('../core/plan/guard.js');
    const { formatTime } = await import('../core/base/time.js');
    const { commandLine } = await import('../core/base/command-line.js');
    const { clock } = this.context;

    const { plan: path, key: named, passphraseFd, awsSettings: aws, trust, confirmTrust, detached } = this;
    const signable = await openSignablePlan({ plan: path, trust, confirmTrust }, this.context);
    const { plan, digest, envelope } = signable;
    const policyFile = await readPolicy(this.resolvePath(this.policy), this.policy);
    checkPlan(plan, policyFile, clock.now());
    const options = { key: named, passphraseFd, aws };
    const key = await openSigner('witness', signable, options, this.context);

    const body = await this.makeAgain(plan, policyFile);
    if (!body.equals(envelope.body)) {
      await this.showDifference(envelope.body, body);
      return EXIT.drift;
    }
    const claim = { role: 'witness', at: formatTime(clock.now()) } as const;
    const { written, keyid } = await writeSignature(claim, signable, key, {
      detached,
      context: this.context,
    });
    if (this.json) this.printJson('plan-witnessed', { path: written, digest, keyid });
    else this.print([[`The plan is the same to the byte. Signed as witness: "${written}".`]]);
    const policy = ['--policy', this.policy] as const;
    this.tellNext(`run: ${commandLine('rootsweep', 'verify', { file: path }, policy, ...trustWords(this))}`);
    return EXIT.done;
  }

  private async makeAgain(plan: Plan, policyFile: PolicyFile): Promise<Buffer> {
    const { openAws } = await import('../aws/open.js');
    const base = await this.readBase(plan);
    this.progress.begin('opening');
    const aws = await openAws(this.awsSettings, this.parallel, this.context.clock);
    try {
      const { emitPlan } = await import('../files/plan/plan.js');
      const { isNamedKind } = await import('../core/action/plan-kind.js');
      const made = isNamedKind(plan.kind)
        ? await this.makeNamedAgain(plan, plan.kind, policyFile, aws)
        : await this.makeSweepAgain(plan, policyFile, base, aws);
      return emitPlan(made);
    } finally {
      this.progress.end();
      aws.close();
    }
  }

  private async makeSweepAgain(
    plan: Plan,
    policyFile: PolicyFile,
    base: BasePolicy | undefined,
    aws: Aws,
  ): Promise<Plan> {
    const { checkOrganization } = await import('../core/plan/guard.js');
    const { makePlan } = await import('../workflows/make-plan.js');
    return makePlan({
      reader: aws.reader,
      rootAccess: aws.rootAccess,
      policyFile,
      base,
      originFor: () => plan,
      now: new Date(plan.created),
      concurrency: this.parallel,
      deep: this.deep,
      stop: this.context.stop,
      onOpened: (organization, caller) => {
        checkOrganization(plan, organization);
        this.warnOfSameCaller(plan, caller);
        this.progress.begin('auditing');
      },
      onEvent: (event) => {
        if (event.type === 'accounts-listed') this.context.expectAccounts?.(event.accounts);
        this.progress.show(event);
      },
    });
  }

  private async makeNamedAgain(
    plan: Plan,
    kind: NamedPlanKind,
    policyFile: PolicyFile,
    aws: Aws,
  ): Promise<Plan> {
    const { checkClock, checkOrganization } = await import('../core/plan/guard.js');
    const { PLANS } = await import('../core/action/plan-kind.js');
    const { assembleNamedPlan } = await import('../core/plan/plan.js');
    const { namedHeader, planNamedAgain } = await import('../workflows/plan-named.js');
    const { requireOrganization } = await import('../workflows/plan.js');
    const { explainLook } = await import('./named-plan-command.js');
    const { caller, organization, clockOffset } = await aws.reader.open(PLANS[kind].feature);
    checkClock(clockOffset);
    checkOrganization(plan, organization);
    requireOrganization(policyFile, organization);
    this.warnOfSameCaller(plan, caller.arn);
    const { partition } = organization;
    const access = { root: aws.rootAccess(partition), resources: aws.resourceAccess(partition) };
    const context = { organization, policy: policyFile.policy };
    const accounts = await planNamedAgain(plan, aws.reader, access, context).catch(explainLook);
    const header = namedHeader({ origin: plan, now: new Date(plan.created), organization, policyFile });
    return assembleNamedPlan(kind, plan.reason ?? '', header, accounts);
  }

  /** The name of the commit is the plan's: a branch moves on. */
  private async readBase({ policy: { base } }: Plan): Promise<BasePolicy | undefined> {
    const { readMainPolicy, readPolicyAt } = await import('../files/policy/base-policy.js');
    const path = this.resolvePath(this.policy);
    const { env } = this.context;
    const commit = this.base ?? base?.commit;
    if (commit !== undefined) {
      const read = await readPolicyAt(path, commit, env);
      return base === undefined ? read : { ...read, ref: base.ref };
    }
    const main = await readMainPolicy(path, env);
    return main.kind === 'found' ? main.base : undefined;
  }

  private warnOfSameCaller({ plannedBy }: Plan, caller: string): void {
    if (caller !== plannedBy) return;
    this.tell([
      [
        `The plan was made by ${caller}, and this witness uses the same credentials. Use other credentials for the witness: one identity must not decide alone.`,
      ],
    ]);
  }

  /** What the plan says, and what AWS says now. */
  private async showDifference(planned: Buffer, found: Buffer): Promise<void> {
    const { parsePlan } = await import('../files/plan/plan.js');
    const { patchText } = await import('../views/format/patch.js');
    const [before, after] = [planned, found].map((body) => parsePlan(body, this.plan));
    const lines = patchText(this.plan, 'as AWS says now', {
      before: planned.toString(),
      after: found.toString(),
    });
    if (before === undefined || after === undefined) throw new Error('two plans were parsed');
    const { comparePlans } = await import('../core/plan/plan-diff.js');
    const differences = comparePlans(before, after);
    if (this.json) {
      this.printJson('plan-not-reproduced', { path: this.plan, ...differences, patch: lines });
      return;
    }
    const { renderDifferences } = await import('../views/plan/diff-text.js');
    const shown = renderDifferences(differences);
    this.print([
      [`The plan does not match what AWS reports now, so it was not signed: "${this.plan}".`],
      [],
      ...(shown.length > 0 ? shown : lines.map((line): Line => ['  ', line])),
    ]);
    this.tellNext('have the plan made again, and ask its signer about the difference');
  }
}
