import { Command, Option } from 'clipanion';
import type { Change } from '../core/base/change.js';
import { unreachable } from '../core/base/unreachable.js';
import type { Plan } from '../core/plan/plan.js';
import type { Verdict } from '../core/plan/verdict.js';
import type { PolicyChange } from '../core/policy/policy-change.js';
import type { PlanPolicy } from '../files/policy/plan-policy.js';
import { REDACT, RootsweepCommand } from './command.js';
import { chooseFormat } from './format.js';
import { withTrust } from './trust-options.js';

const FORMATS = ['text', 'json', 'markdown'] as const;
type Format = (typeof FORMATS)[number];

interface ReadPlan {
  readonly path: string;
  readonly plan: Plan;
  readonly digest: string;
  readonly verdict: Verdict;
}

export class DiffCommand extends withTrust(RootsweepCommand) {
  static override paths = [['diff']];
  static override choices = { '--format': FORMATS };
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
  format = Option.String('--format', { description: 'text, json or markdown' });
  redact = Option.Boolean('--redact', false, { description: REDACT });
  detailedExitcode = Option.Boolean('--detailed-exitcode', false, {
    description: 'Exit with 2 if the plans differ',
  });

  protected async run(): Promise<number> {
    const { format: named, json } = this;
    const example = 'rootsweep diff OLD NEW --format markdown';
    const format = chooseFormat({ formats: FORMATS, named, usual: 'text', json, example });
    // The same to the end, errors included.
    this.json ||= format === 'json';
    const { EXIT } = await import('../errors.js');
    const { comparePlans } = await import('../core/plan/plan-diff.js');
    const { createExplainer } = await import('../core/plan/change-cause.js');
    const { checkComparable } = await import('../core/plan/guard.js');
    const { createRedact, joinKnown, knownOfPlan } = await import('../core/cli/redact.js');
    if (this.redact) this.mask = createRedact();
    const before = await this.readPlan(this.old);
    const after = await this.readPlan(this.new);
    if (this.redact) this.mask = createRedact(joinKnown(knownOfPlan(before.plan), knownOfPlan(after.plan)));
    checkComparable(before.plan, after.plan);

    const { change, policies } = await this.readPolicies({ before, after });
    const diff = comparePlans(
      before.plan,
      after.plan,
      policies &&
        createExplainer(
          { plan: before.plan, policy: policies.before.policy },
          { plan: after.plan, policy: policies.after.policy },
        ),
    );
    // Compared as they are, and shown as they may be.
    await this.show(this.mask({ ...diff, plans: { before, after }, policy: change }), format);
    const differ =
      diff.accounts.length + diff.findings.length > 0 ||
      diff.applicable.before !== diff.applicable.after ||
      change.kind !== 'same';
    return this.detailedExitcode && differ ? EXIT.changes : EXIT.done;
  }

  /** As `show` reads it. */
  private async readPlan(path: string): Promise<ReadPlan> {
    const { openJudgedPlan } = await import('../runs/judged-plan.js');
    const { trust, confirmTrust } = this;
    const files = { plan: path, trust, confirmTrust };
    const { plan, digest, verdict } = await openJudgedPlan(files, this.context);
    return { path, plan, digest, verdict };
  }

  private async readPolicies({ before, after }: Change<ReadPlan>): Promise<{
    readonly change: PolicyChange;
    readonly policies: Change<PlanPolicy> | undefined;
  }> {
    const { comparePolicies } = await import('../core/policy/policy-change.js');
    const [old, now] = [
      await this.readPolicy(before, this.policyOld),
      await this.readPolicy(after, this.policyNew),
    ];
    if (before.plan.policy.sha256 === after.plan.policy.sha256) {
      // One file: whichever is at hand is both.
      const found = old.kind === 'found' ? old : now.kind === 'found' ? now : undefined;
      return { change: { kind: 'same' }, policies: found && { before: found, after: found } };
    }
    if (old.kind === 'found' && now.kind === 'found') {
      return { change: comparePolicies(old, now), policies: { before: old, after: now } };
    }
    const [which, reason] =
      old.kind === 'none' ? ['old', old.reason] : ['new', now.kind === 'none' ? now.reason : ''];
    return {
      change: {
        kind: 'not-compared',
        reason: `the ${which} one is not at hand, because ${reason}; pass --policy-${which}`,
      },
      policies: undefined,
    };
  }

  private async readPolicy({ plan, path }: ReadPlan, flag: string | undefined) {
    const { findPlanPolicy, readPlanPolicy } = await import('../files/policy/plan-policy.js');
    if (flag === undefined) return findPlanPolicy(plan.policy, this.context.cwd, this.context.env);
    return { kind: 'found', ...(await readPlanPolicy(this.resolvePath(flag), flag, plan, path)) } as const;
  }

  private async show(
    diff: Omit<import('../views/plan/diff-text.js').ShownDiff, 'plans' | 'redacted'> & {
      readonly plans: Change<ReadPlan>;
    },
    format: Format,
  ): Promise<void> {
    const { plans, policy, ...differences } = diff;
    const shown = { ...diff, redacted: this.redact };
    switch (format) {
      case 'json': {
        const describe = ({ path, plan, digest, verdict }: ReadPlan) => ({
          path,
          verdict,
          id: plan.id,
          digest,
          created: plan.created,
          policy: plan.policy,
        });
        const { texts: _, ...told } = policy.kind === 'compared' ? policy : { ...policy, texts: undefined };
        this.printJson('plan-diff', {
          redacted: this.redact,
          old: describe(plans.before),
          new: describe(plans.after),
          policy: told,
          ...differences,
        });
        return;
      }
      case 'markdown': {
        const { renderDiffMarkdown } = await import('../views/plan/diff-markdown.js');
        this.print(renderDiffMarkdown(shown));
        break;
      }
      case 'text': {
        const { renderDiff } = await import('../views/plan/diff-text.js');
        this.print(renderDiff(shown));
        break;
      }
      default:
        unreachable(format);
    }
    const { before, after } = plans;
    if (Date.parse(before.plan.created) > Date.parse(after.plan.created)) {
      this.tell([[`"${before.path}" was made after "${after.path}"; were they meant the other way round?`]]);
    }
  }
}
