/** The formats of `diff`. */
import type { Change } from '../core/base/change.js';
import { renderJson } from '../views/format/json.js';
import type { ShownDiff } from '../views/plan/diff-text.js';
import type { Render } from './host.js';
import type { JudgedPlan } from './judged-plan.js';

interface ComparedPlans extends ShownDiff {
  readonly plans: Change<JudgedPlan>;
}

export const DIFF_FORMATS = {
  text: async (diff) => (await import('../views/plan/diff-text.js')).renderDiff(diff),
  json: ({ plans, policy, redacted, ...differences }) => {
    const { texts: _, ...told } = policy.kind === 'compared' ? policy : { ...policy, texts: undefined };
    return renderJson('plan-diff', {
      redacted,
      old: describe(plans.before),
      new: describe(plans.after),
      policy: told,
      ...differences,
    });
  },
  markdown: async (diff) => (await import('../views/plan/diff-markdown.js')).renderDiffMarkdown(diff),
} satisfies Record<string, Render<ComparedPlans>>;

export type DiffFormat = keyof typeof DIFF_FORMATS;

function describe({ path, verdict, plan: { id, created, policy }, digest }: JudgedPlan): object {
  return { path, verdict, id, digest, created, policy };
}
