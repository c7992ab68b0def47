/** The plan, or the policy beside it, as an attacker or an accident would leave it. */
import type { KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CREDENTIAL_KINDS, type Credential } from '../../src/core/action/credentials.js';
import { countTotals, type Entry, type FullEntry, type Plan, planActions } from '../../src/core/plan/plan.js';
import { isGuarded, type Permission } from '../../src/core/policy/permission.js';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { emitPlan, parsePlan } from '../../src/files/plan/plan.js';
import { signedFile } from '../signing/keys.js';
import type { PlanAttack } from './case.js';
import { PLAN, type Workplace } from './prepare.js';

type Forged = Pick<FullEntry, 'observed' | 'actions'>;

const ALL = new Set(CREDENTIAL_KINDS);
/** As a plan would say it, if a guard did. */
const allow = (credential: Credential): Permission =>
  isGuarded(credential) ? { kind: 'allowed', by: 'a guard' } : { kind: 'unguarded' };

/** @returns false where the attack is impossible, or would be no attack. */
export function forgePlan(
  kind: Exclude<PlanAttack, 'revoked'>,
  { folders: [folder], key, rogueKey }: Workplace,
): boolean {
  const path = join(folder, PLAN);
  const text = readFileSync(path, 'utf8');
  const { body } = decodeEnvelope(Buffer.from(text), PLAN);
  const plan = parsePlan(body, PLAN);
  switch (kind) {
    case 'expired':
    case 'not-yet-valid':
    case 'other-organization':
      return true;
    case 'policy-changed': {
      const policy = join(folder, 'policy.yaml');
      writeFileSync(policy, `${readFileSync(policy, 'utf8')}# changed\n`);
      return true;
    }
    case 'body-changed':
      // Nothing else depends on it.
      writeFileSync(
        path,
        text.replace(/^plannedBy: .*$/m, (line) => line.replace('operator', 'somebody')),
      );
      return true;
    case 'signature-missing':
      writeFileSync(path, body);
      return true;
    case 'signer-untrusted':
      writeFileSync(path, signedFile('planner', body, rogueKey));
      return true;
    case 'signed-as-receipt':
      writeFileSync(path, signedFile('operator', body, key));
      return true;
    case 'action-added':
      return resign(path, plan, key, (entry) => entry.decision === 'delete' && withEverySeen(entry));
    case 'account-added':
      return resign(
        path,
        plan,
        key,
        ({ decision, ...entry }) => decision !== 'delete' && withEverySeen(entry),
      );
    case 'exclusion-dropped':
      return resign(path, plan, key, (entry) => isExcluded(entry, plan) && withMadeUp());
  }
}

/** Signs a plan, with a key that is trusted, in which one account is to lose what the policy does not let go. */
function resign(
  path: string,
  plan: Plan,
  key: KeyObject,
  forge: (entry: FullEntry) => Forged | false,
): boolean {
  const isFull = (entry: Entry): entry is FullEntry => entry.decision !== 'clean';
  const victim = plan.accounts.filter(isFull).find((entry) => forge(entry) !== false);
  const forged = victim && forge(victim);
  if (victim === undefined || !forged) return false;
  const { reason, until, ...rest } = victim;
  const entry: FullEntry = {
    ...rest,
    ...forged,
    decision: 'delete',
    // The rule that would have decided, so that nothing but the decision itself gives the forgery away.
    rule: isExcluded(victim, plan) ? ruleOfOthers(plan) : victim.rule,
    findings: victim.findings.map((it) => (it.severity === 'block' ? { ...it, severity: 'warn' } : it)),
  };
  const accounts = plan.accounts.map((it) => (it === victim ? entry : it));
  const findings = plan.findings.filter(({ severity }) => severity !== 'block');
  const totals = countTotals(findings, accounts);
  writeFileSync(
    path,
    signedFile('planner', emitPlan({ ...plan, applicable: true, accounts, findings, totals }), key),
  );
  return true;
}

/** Every credential that the audit saw is to go, where that is more than planned. */
function withEverySeen({ observed, actions }: Pick<FullEntry, 'observed' | 'actions'>): Forged | false {
  if (observed?.kind !== 'audited') return false;
  const all = planActions(observed.credentials, ALL, allow);
  return all.length > actions.length && { observed, actions: all };
}

/** Nobody looked into an excluded account. */
function withMadeUp(): Forged {
  const credentials = [{ kind: 'password' as const, created: '2019-02-04T00:00:00Z' }];
  return {
    observed: { kind: 'audited', by: 'listing', credentials },
    actions: planActions(credentials, ALL, allow),
  };
}

/** The management account is refused by more than one check: any other asks more of each. */
function isExcluded({ id, decision }: FullEntry, { managementAccount }: Plan): boolean {
  return decision === 'excluded' && id !== managementAccount;
}

function ruleOfOthers({ accounts }: Plan): string {
  const others = accounts.flatMap((it) =>
    it.decision !== 'clean' && it.observed !== undefined ? [it.rule] : [],
  );
  return others[0] ?? 'every member account';
}
