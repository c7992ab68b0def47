/** The body of a plan of remedies: from the plan to its bytes, and back (`parseAnyPlan`). */
import { findRemedyFault, type Remedy, type RemedyEntry, type RemedyPlan } from '../core/remedy.js';
import { type CanonicalKind, emitCanonical, optional } from './canonical.js';
import { orderEntryFacts, orderHeader } from './plan-parts.js';

export const REMEDY_PLAN: CanonicalKind<RemedyPlan> = {
  what: 'plan of remedies',
  schema: 'remedy-plan.schema.json',
  code: 'PLAN_INVALID',
  hint: 'plan again with this version of rootsweep',
  order: orderRemedyPlan,
  style: { isOneLine, isAsIs: isDocument },
  findFault: findRemedyFault,
};

export function emitRemedyPlan(plan: RemedyPlan): Buffer {
  return emitCanonical(REMEDY_PLAN, plan);
}

function isOneLine(path: string): boolean {
  return ['accounts.*.email', 'accounts.*.parents', 'accounts.*.tags'].includes(path);
}

/** A reviewer reads the policies as they are, not between escaped quotes. */
function isDocument(path: string): boolean {
  return path === 'accounts.*.remedy.document' || path === 'accounts.*.remedy.replacement';
}

/** Every key by name, in the order of the file: a key that is not here is not written, whatever the value holds. */
function orderRemedyPlan(plan: RemedyPlan): object {
  return {
    version: plan.version,
    id: plan.id,
    remedy: plan.remedy,
    reason: plan.reason,
    ...orderHeader(plan),
    accounts: plan.accounts.map(orderEntry),
  };
}

function orderEntry(entry: RemedyEntry): object {
  return { id: entry.id, ...orderEntryFacts(entry), remedy: orderRemedy(entry.remedy) };
}

function orderRemedy(remedy: Remedy): object {
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return { kind: remedy.kind };
    case 'unlock-bucket':
    case 'unlock-queue':
      return {
        kind: remedy.kind,
        name: remedy.name,
        region: remedy.region,
        ...optional({ warning: remedy.warning }),
        document: remedy.document,
        ...optional({ replacement: remedy.replacement }),
      };
  }
}
