/**
 * The body of a plan file: from the plan to its bytes, and back.
 *
 * There is exactly one spelling of a plan. Reading a body ends with writing it again, and a byte of difference (a
 * comment, an alias, keys in another order) is refused even under a good signature: what a reviewer reads and
 * what a parser reads are then the same thing.
 */
import { Document, isCollection, isMap, type ScalarTag } from 'yaml';
import type { Credential, LastUsed, Observation } from '../core/credentials.js';
import type { Entry, Finding, Plan } from '../core/plan.js';
import { findPlanFault } from '../core/plan.js';
import { hasInvisible, quoteVisibly } from '../core/text.js';
import { RootsweepError } from '../errors.js';
import { validateAgainst } from './schema.js';
import { decodeUtf8 } from './text-file.js';
import { parseYaml } from './yaml-file.js';

/** A plan of 50,000 accounts that all have something to say stays below this. */
export const PLAN_LIMITS = { what: 'plan', maxBytes: 256 * 2 ** 20 } as const;

/** Strings that would mislead a reader are written with escapes; every other string as YAML would. */
const visibleString: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => typeof value === 'string' && hasInvisible(value),
  resolve: (text) => text,
  stringify: ({ value }) => quoteVisibly(String(value)),
};

export function emitPlan(plan: Plan): Buffer {
  const document = new Document(orderPlan(plan), {
    customTags: (tags) => [visibleString, ...tags],
    aliasDuplicateObjects: false,
  });
  flowSmallCollections(document);
  return Buffer.from(document.toString({ lineWidth: 0, flowCollectionPadding: true }));
}

/**
 * Reads the body of a plan whose signatures were verified, or are of no interest.
 * @throws RootsweepError PLAN_INVALID.
 */
export function parsePlan(body: Buffer, fileName: string): Plan {
  const refuse = (what: string) =>
    new RootsweepError('PLAN_INVALID', `"${fileName}" ${what}`, {
      hint: 'plan again with this version of rootsweep',
    });
  const file = parseYaml(decodeUtf8(body, fileName, 'plan'), fileName, {
    code: 'PLAN_INVALID',
  });
  validateAgainst('plan.schema.json', file, fileName, { code: 'PLAN_INVALID' });
  // The schema has just proven the shape.
  const plan = file.value as Plan;
  if (!emitPlan(plan).equals(body)) throw refuse('is not spelled as rootsweep spells a plan');
  const fault = findPlanFault(plan);
  if (fault !== undefined) throw refuse(`is no plan that rootsweep would write: ${fault}`);
  return plan;
}

/** Collections of the last level on one line: what a diff shows as changed is then one credential or one finding. */
function flowSmallCollections(document: Document): void {
  const flow = (node: unknown) => {
    if (isCollection(node)) node.flow = true;
  };
  const itemsOf = (node: unknown): readonly unknown[] =>
    typeof node === 'object' && node !== null && 'items' in node ? (node.items as readonly unknown[]) : [];
  for (const finding of itemsOf(document.get('findings'))) flow(finding);
  for (const part of ['decisions', 'deletions', 'findings']) flow(document.getIn(['totals', part]));
  for (const entry of itemsOf(document.get('accounts'))) {
    if (!isMap(entry)) continue;
    if (entry.get('decision') === 'clean') {
      flow(entry);
      continue;
    }
    flow(entry.get('parents'));
    flow(entry.get('tags'));
    for (const list of ['findings', 'actions']) for (const item of itemsOf(entry.get(list))) flow(item);
    const observed = entry.get('observed');
    if (isMap(observed)) for (const item of itemsOf(observed.get('credentials'))) flow(item);
  }
}

/** Every key by name, in the order of the file: a key that is not here is not written, whatever the value holds. */
function orderPlan(plan: Plan): object {
  const { policy, totals } = plan;
  return {
    version: plan.version,
    id: plan.id,
    created: plan.created,
    expires: plan.expires,
    tool: plan.tool,
    partition: plan.partition,
    organization: plan.organization,
    managementAccount: plan.managementAccount,
    plannedBy: plan.plannedBy,
    policy: {
      path: policy.path,
      sha256: policy.sha256,
      ...optional({ commit: policy.commit }),
    },
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
    accounts: plan.accounts.map(orderEntry),
  };
}

function orderEntry(entry: Entry): object {
  if (entry.decision === 'clean') return { id: entry.id, decision: entry.decision, by: entry.by };
  return {
    id: entry.id,
    decision: entry.decision,
    rule: entry.rule,
    ...optional({ reason: entry.reason, until: entry.until }),
    name: entry.name,
    email: entry.email,
    state: entry.state,
    ...optional({ ou: entry.ou }),
    parents: entry.parents,
    joined: entry.joined,
    joinedMethod: entry.joinedMethod,
    ...optional({
      tags: entry.tags && Object.fromEntries(Object.entries(entry.tags).sort(([a], [b]) => (a < b ? -1 : 1))),
      observed: entry.observed && orderObservation(entry.observed),
    }),
    findings: entry.findings.map(orderFinding),
    actions: entry.actions.map((action) => ({
      delete: action.delete,
      ...optional({ id: action.id }),
    })),
  };
}

function orderObservation(observed: Observation): object {
  return observed.kind === 'unknown'
    ? { kind: observed.kind, cause: observed.cause, message: observed.message }
    : {
        kind: observed.kind,
        by: observed.by,
        credentials: observed.credentials.map(orderCredential),
      };
}

function orderCredential({ kind, id, status, created, lastUsed }: Credential): object {
  return {
    kind,
    ...optional({ id, status }),
    created,
    ...optional({ lastUsed: lastUsed && orderLastUsed(lastUsed) }),
  };
}

function orderLastUsed(lastUsed: LastUsed): object {
  if (lastUsed.kind === 'never') return { kind: lastUsed.kind };
  return {
    kind: lastUsed.kind,
    at: lastUsed.at,
    ...optional({ service: lastUsed.service, region: lastUsed.region }),
  };
}

function orderFinding({ code, severity, message }: Finding): object {
  return { code, severity, message };
}

function ordered<K extends string>(counts: Readonly<Record<K, number>>, keys: readonly K[]): object {
  return Object.fromEntries(keys.map((key) => [key, counts[key]]));
}

/** The given keys less those without a value. */
function optional(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
