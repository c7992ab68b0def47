/** Writes and reads the body of a plan file. Each plan has exactly one spelling (`schema/canonical.ts`). */
import { type Action, isDeleteAction, isUnlock } from '../../core/action/action.js';
import { CREDENTIAL_KINDS, compareText, type Observation } from '../../core/action/credentials.js';
import { commandLine } from '../../core/base/command-line.js';
import { DECISIONS, type Entry, type Finding, type Plan } from '../../core/plan/plan.js';
import { findPlanFault } from '../../core/plan/plan-fault.js';
import { RootsweepError } from '../../errors.js';
import {
  type CanonicalKind,
  emitCanonical,
  optional,
  orderFacts,
  parseCanonical,
  pick,
} from '../schema/canonical.js';
import { listOf } from '../yaml/emit-yaml.js';

/** A plan with full entries for 50,000 accounts is smaller. */
export const PLAN_LIMITS = { what: 'plan', maxBytes: 256 * 2 ** 20 } as const;

export function emitPlan(plan: Plan): Buffer {
  return emitCanonical(PLAN, plan);
}

const PLAN: CanonicalKind<Plan> = {
  what: 'plan',
  schema: 'plan.schema.json',
  code: 'PLAN_INVALID',
  hint: 'plan again with this version of rootsweep',
  order: orderPlan,
  style: { isOneLine, isAsIs: isDocument },
  findFault: findPlanFault,
};

/**
 * Parses the body of a plan; does not verify its signatures.
 * @throws RootsweepError PLAN_INVALID.
 */
export function parsePlan(body: Buffer, fileName: string): Plan {
  return parseCanonical(body, fileName, PLAN);
}

/**
 * Parses a plan that must be a sweep.
 * @throws RootsweepError PLAN_INVALID; USAGE if the plan is of another kind.
 */
export function parseSweep(body: Buffer, fileName: string): Plan {
  const plan = parsePlan(body, fileName);
  if (plan.kind === 'sweep') return plan;
  throw new RootsweepError(
    'USAGE',
    `"${fileName}" is a plan of kind "${plan.kind}", which deletes no root credential`,
    { hint: `read it with: ${commandLine('rootsweep', 'show', { file: fileName })}` },
  );
}

/** Collections written on one line, so that each changed line of a diff is one credential or one finding. */
const ONE_LINE: ReadonlySet<string> = new Set([
  'findings.*',
  'totals.decisions',
  'totals.deletions',
  'totals.findings',
  'accounts.*.email',
  'accounts.*.parents',
  'accounts.*.tags',
  'accounts.*.findings.*',
  'accounts.*.observed.credentials.*',
]);

function isOneLine(path: string, value: object): boolean {
  if (path === 'accounts.*') return 'decision' in value && value.decision === 'clean';
  if (path === 'accounts.*.actions.*') return !('document' in value);
  return ONE_LINE.has(path);
}

/** Policies are written as literal blocks, so that reviewers need not read escaped quotes. */
function isDocument(path: string): boolean {
  return path === 'accounts.*.actions.*.document' || path === 'accounts.*.actions.*.replacement';
}

/** Lists every key by name, in the order of the file. Any other key is not written. */
function orderPlan(plan: Plan): object {
  const { policy, totals } = plan;
  return {
    ...pick(plan, 'version', 'id', 'kind', 'reason', 'created', 'notBefore', 'expires', 'tool', 'partition'),
    ...pick(plan, 'organization', 'managementAccount', 'plannedBy'),
    policy: {
      ...pick(policy, 'path', 'sha256', 'commit'),
      ...optional({ base: policy.base && pick(policy.base, 'ref', 'commit', 'sha256') }),
    },
    applicable: plan.applicable,
    totals: {
      accounts: totals.accounts,
      decisions: pick(totals.decisions, ...DECISIONS),
      deletions: pick(totals.deletions, ...CREDENTIAL_KINDS),
      findings: pick(totals.findings, 'block', 'warn', 'info'),
    },
    findings: plan.findings.map(orderFinding),
    accounts: listOf(plan.accounts, orderEntry),
  };
}

function orderEntry(entry: Entry): object {
  if (entry.decision === 'clean') return pick(entry, 'id', 'decision', 'by');
  const { email, tags, observed } = entry;
  return {
    ...pick(entry, 'id', 'decision', 'rule', 'reason', 'until', 'name'),
    ...optional({ email: email && pick(email, 'masked', 'sha256') }),
    ...pick(entry, 'state', 'ou', 'parents', 'joined', 'joinedMethod'),
    ...optional({
      tags: tags && Object.fromEntries(Object.entries(tags).sort(([a], [b]) => compareText(a, b))),
      observed: observed && orderObservation(observed),
    }),
    findings: entry.findings.map(orderFinding),
    actions: entry.actions.map(orderAction),
  };
}

function orderAction(action: Action): object {
  if (isDeleteAction(action)) return pick(action, 'kind', 'id', 'by');
  if (isUnlock(action)) return pick(action, 'kind', 'name', 'region', 'document', 'replacement');
  switch (action.kind) {
    case 'allow-password-recovery':
      return pick(action, 'kind');
  }
}

function orderObservation(observed: Observation): object {
  if (observed.kind === 'unknown') return pick(observed, 'kind', 'cause', 'message');
  const credentials = observed.credentials.map((it) => ({ ...pick(it, 'kind', 'id'), ...orderFacts(it) }));
  return { ...pick(observed, 'kind', 'by'), credentials };
}

function orderFinding(finding: Finding): object {
  return pick(finding, 'code', 'severity', 'message');
}
