/**
 * The body of a plan file: from the plan to its bytes, and back.
 *
 * There is exactly one spelling of a plan. Reading a body ends with writing it again, and a byte of difference (a
 * comment, an alias, keys in another order) is refused even under a good signature: what a reviewer reads and
 * what a parser reads are then the same thing.
 */
import { commandLine } from '../core/command-line.js';
import type { Observation } from '../core/credentials.js';
import type { Entry, Finding, Plan } from '../core/plan.js';
import { findPlanFault } from '../core/plan.js';
import type { AnyPlan } from '../core/remedy.js';
import { RootsweepError } from '../errors.js';
import {
  type CanonicalKind,
  emitCanonical,
  optional,
  ordered,
  orderFacts,
  parseEither,
} from './canonical.js';
import { listOf } from './emit-yaml.js';
import { orderEntryFacts, orderHeader } from './plan-parts.js';
import { REMEDY_PLAN } from './remedy-plan.js';

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
  style: { isOneLine },
  findFault: findPlanFault,
};

/**
 * Reads the body of a plan of either kind, whose signatures were verified, or are of no interest.
 * @throws RootsweepError PLAN_INVALID.
 */
export function parseAnyPlan(body: Buffer, fileName: string): AnyPlan {
  return parseEither(body, fileName, PLAN, REMEDY_PLAN);
}

/**
 * The same where only a plan that deletes will do.
 * @throws RootsweepError PLAN_INVALID; USAGE where it is a plan of remedies.
 */
export function parsePlan(body: Buffer, fileName: string): Plan {
  const plan = parseAnyPlan(body, fileName);
  if (!('remedy' in plan)) return plan;
  throw new RootsweepError(
    'USAGE',
    `"${fileName}" is a plan of remedies, and only plans that delete are read here`,
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
  'accounts.*.actions.*',
  'accounts.*.observed.credentials.*',
]);

function isOneLine(path: string, value: object): boolean {
  return ONE_LINE.has(path) || (path === 'accounts.*' && 'decision' in value && value.decision === 'clean');
}

/** Every key by name, in the order of the file: a key that is not here is not written, whatever the value holds. */
function orderPlan(plan: Plan): object {
  const { totals } = plan;
  return {
    version: plan.version,
    id: plan.id,
    ...orderHeader(plan),
    applicable: plan.applicable,
    totals: {
      accounts: totals.accounts,
      decisions: ordered(totals.decisions, [
        'delete',
        'blocked',
        'unknown',
        'kept',
        'excluded',
        'not-active',
        'clean',
      ]),
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
    actions: entry.actions.map((action) => ({
      delete: action.delete,
      ...optional({ id: action.id, by: action.by }),
    })),
  };
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
