/** Compares the policy with its base, the policy that was reviewed before, and checks that a plan reports the difference. */
import { RootsweepError } from '../../errors.js';
import { commandLine } from '../base/command-line.js';
import { strictest } from '../policy/findings.js';
import { listLoosenings } from '../policy/loosening.js';
import type { Policy } from '../policy/policy.js';
import type { Finding, Plan } from './plan.js';

/** The policy as it is in another commit. */
export interface BasePolicy {
  /** As the user named the commit: `origin/main`. */
  readonly ref: string;
  readonly commit: string;
  /** SHA-256 of the file's bytes there, in hex. */
  readonly sha256: string;
  readonly content:
    | { readonly kind: 'policy'; readonly policy: Policy }
    | { readonly kind: 'unreadable'; readonly reason: string };
}

/**
 * One finding for each loosening. The stricter severity of the two policies applies, so that a change cannot lower the
 * severity of its own findings.
 */
export function findLoosened({ content }: BasePolicy, policy: Policy): Finding[] {
  const code = 'policy-loosened';
  const severity = policy.findings.severity[code];
  if (content.kind === 'unreadable') {
    const message = `The policy cannot be compared with its base, which this version of rootsweep cannot read: ${content.reason}`;
    return [{ code, severity, message }];
  }
  const stricter = strictest(severity, content.policy.findings.severity[code]);
  return listLoosenings(content.policy, policy).map((message) => ({ code, severity: stricter, message }));
}

/**
 * Checks that a plan shows every loosening, with at least the same severity: the planner could have compared with another
 * base, or with none.
 * @throws RootsweepError PLAN_LOOSENING_HIDDEN
 */
export function checkLoosened(plan: Plan, base: BasePolicy, policy: Policy): void {
  const isShown = ({ code, severity, message }: Finding) =>
    plan.findings.some(
      (shown) =>
        shown.code === code &&
        shown.message === message &&
        strictest(shown.severity, severity) === shown.severity,
    );
  const hidden = findLoosened(base, policy).filter((finding) => !isShown(finding));
  const [first] = hidden;
  if (first === undefined) return;
  const more = hidden.length === 1 ? '' : `; and ${hidden.length - 1} more`;
  const message = `the plan does not show with severity "${first.severity}" how its policy is looser than in "${base.ref}": ${first.message}${more}`;
  throw new RootsweepError('PLAN_LOOSENING_HIDDEN', message, {
    hint: `plan again with ${commandLine(['--base', base.ref])}, and have that plan reviewed; do not apply this one`,
  });
}
