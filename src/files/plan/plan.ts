/**
 * The body of a plan file: from the plan to its bytes, and back.
 *
 * There is exactly one spelling of a plan. Reading a body ends with writing it again, and a byte of difference (a
 * comment, an alias, keys in another order) is refused even under a good signature: what a reviewer reads and
 * what a parser reads are then the same thing.
 */
import type { Action } from '../../core/action/action.js';
import type { Observation } from '../../core/action/credentials.js';
import { commandLine } from '../../core/base/command-line.js';
import { unreachable } from '../../core/base/unreachable.js';
import {
  DECISIONS,
  type Entry,
  type EntryFacts,
  type Finding,
  type Plan,
  type PlanHeader,
} from '../../core/plan/plan.js';
import { findPlanFault } from '../../core/plan/plan-fault.js';
import { RootsweepError } from '../../errors.js';
import {
  type CanonicalKind,
  emitCanonical,
  optional,
  ordered,
  orderFacts,
  parseCanonical,
} from '../schema/canonical.js';
import { listOf } from '../yaml/emit-yaml.js';

/** A plan of 50,000 accounts that all have something to say stays below this. */
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
 * Reads the body of a plan whose signatures were verified, or do not matter.
 * @throws RootsweepError PLAN_INVALID.
 */
export function parsePlan(body: Buffer, fileName: string): Plan {
  return parseCanonical(body, fileName, PLAN);
}

/**
 * The same where only a sweep will do.
 * @throws RootsweepError PLAN_INVALID; USAGE where the plan is of another kind.
 */
export function parseSweep(body: Buffer, fileName: string): Plan {
  const plan = parsePlan(body, fileName);
  if (plan.kind === 'sweep') return plan;
  throw new RootsweepError(
    'USAGE',
    `"${fileName}" is a plan of kind "${plan.kind}", which deletes no root credential`,
    {
      hint: `read it with: ${commandLine('rootsweep', 'show', { file: fileName })}`,
    },
  );
}

/** Collections of the last level: what a diff shows as changed is then one credential or one finding. */
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

/** A reviewer reads policies as they are, not between escaped quotes. */
function isDocument(path: string): boolean {
  return path === 'accounts.*.actions.*.document' || path === 'accounts.*.actions.*.replacement';
}

/** Every key by name, in the order of the file: a key that is not here is not written, whatever the value holds. */
function orderPlan(plan: Plan): object {
  const { totals } = plan;
  return {
    version: plan.version,
    id: plan.id,
    kind: plan.kind,
    ...optional({ reason: plan.reason }),
    ...orderHeader(plan),
    applicable: plan.applicable,
    totals: {
      accounts: totals.accounts,
      decisions: ordered(totals.decisions, DECISIONS),
      deletions: ordered(totals.deletions, ['access-key', 'signing-certificate', 'password', 'mfa-device']),
      findings: ordered(totals.findings, ['block', 'warn', 'info']),
    },
    findings: plan.findings.map(orderFinding),
    accounts: listOf(plan.accounts, orderEntry),
  };
}

function orderEntry(entry: Entry): object {
  if (entry.decision === 'clean') return { id: entry.id, decision: entry.decision, by: entry.by };
  return {
    id: entry.id,
    decision: entry.decision,
    rule: entry.rule,
    ...optional({ reason: entry.reason, until: entry.until }),
    ...orderEntryFacts(entry),
    ...optional({ observed: entry.observed && orderObservation(entry.observed) }),
    findings: entry.findings.map(orderFinding),
    actions: entry.actions.map(orderAction),
  };
}

function orderAction(action: Action): object {
  switch (action.kind) {
    case 'delete-access-key':
    case 'delete-signing-certificate':
    case 'delete-password':
    case 'delete-mfa-device':
      return { kind: action.kind, ...optional({ id: action.id, by: action.by }) };
    case 'allow-password-recovery':
      return { kind: action.kind };
    case 'unlock-bucket':
    case 'unlock-queue':
      return {
        kind: action.kind,
        name: action.name,
        region: action.region,
        document: action.document,
        ...optional({ replacement: action.replacement }),
      };
    default:
      return unreachable(action);
  }
}

function orderObservation(observed: Observation): object {
  return observed.kind === 'unknown'
    ? { kind: observed.kind, cause: observed.cause, message: observed.message }
    : {
        kind: observed.kind,
        by: observed.by,
        credentials: observed.credentials.map((credential) => ({
          kind: credential.kind,
          ...optional({ id: credential.id }),
          ...orderFacts(credential),
        })),
      };
}

function orderFinding({ code, severity, message }: Finding): object {
  return { code, severity, message };
}

/** All but the id, which comes first in the file. */
function orderHeader(header: Omit<PlanHeader, 'id'>): object {
  const { policy } = header;
  return {
    created: header.created,
    ...optional({ notBefore: header.notBefore }),
    expires: header.expires,
    tool: header.tool,
    partition: header.partition,
    organization: header.organization,
    managementAccount: header.managementAccount,
    plannedBy: header.plannedBy,
    policy: {
      path: policy.path,
      sha256: policy.sha256,
      ...optional({ commit: policy.commit, base: policy.base && orderBase(policy.base) }),
    },
  };
}

function orderBase({ ref, commit, sha256 }: NonNullable<PlanHeader['policy']['base']>): object {
  return { ref, commit, sha256 };
}

function orderEntryFacts(facts: EntryFacts): object {
  return {
    name: facts.name,
    ...optional({ email: facts.email && { masked: facts.email.masked, sha256: facts.email.sha256 } }),
    state: facts.state,
    ...optional({ ou: facts.ou }),
    parents: facts.parents,
    joined: facts.joined,
    joinedMethod: facts.joinedMethod,
    ...optional({
      tags: facts.tags && Object.fromEntries(Object.entries(facts.tags).sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}
