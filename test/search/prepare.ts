/** What every run needs on the disk: a key, a trust file, and what an attacker would bring. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CREDENTIAL_KINDS } from '../../src/core/credentials.js';
import { decodeEnvelope } from '../../src/core/envelope.js';
import { countTotals, type Entry, type FullEntry, type Plan, planActions } from '../../src/core/plan.js';
import { emitPlan, parsePlan } from '../../src/files/plan.js';
import { signPlan } from '../../src/signing/plan.js';
import type { Attack } from './case.js';

/** A memory file system where there is one: the plan is written durably thousands of times. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
export const PLAN = 'org.plan.yaml';

export interface Workplace {
  /** Two folders with the same policy, trust file and plan: two machines. */
  readonly folders: readonly [string, string];
  readonly key: KeyObject;
  readonly rogueKey: KeyObject;
  readonly remove: () => void;
}

export function openWorkplace(): Workplace {
  const base = mkdtempSync(join(BASE, 'rootsweep-search-'));
  const folders = [join(base, 'a'), join(base, 'b')] as const;
  const [key, rogueKey] = [fixedKey(1), fixedKey(2)];
  for (const folder of folders) {
    mkdirSync(folder);
    const pem = key.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(join(folder, 'key.pem'), pem, { mode: 0o600 });
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
    const trust = `version: 1\nthreshold: 1\nkeys:\n  - { name: planner, publicKey: ${publicKey} }\n`;
    writeFileSync(join(folder, 'trust.yaml'), trust);
  }
  return { folders, key, rogueKey, remove: () => rmSync(base, { recursive: true, force: true }) };
}

/** The same key in every search, so that a seed gives the same plan. The header is PKCS#8's for Ed25519. */
function fixedKey(byte: number): KeyObject {
  const header = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({
    key: Buffer.concat([header, Buffer.alloc(32, byte)]),
    format: 'der',
    type: 'pkcs8',
  });
}

/** Changes the plan, or the policy beside it, as an attacker or an accident would; false where that is impossible. */
export function attack(kind: Attack, { folders: [folder], key, rogueKey }: Workplace): boolean {
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
      writeFileSync(
        path,
        text.replace(/^created: .*$/m, (line) => line.replace('09:00', '09:01')),
      );
      return true;
    case 'signature-missing':
      writeFileSync(path, body);
      return true;
    case 'signer-untrusted':
      writeFileSync(path, signPlan(body, rogueKey));
      return true;
    case 'action-added':
      return resign(path, plan, key, (entry) => 'observed' in entry && entry.decision !== 'delete');
    case 'exclusion-dropped':
      return resign(path, plan, key, ({ decision }) => decision === 'excluded');
  }
}

/** Signs a plan, with a key that is trusted, in which one more account is to lose everything it was seen with. */
function resign(path: string, plan: Plan, key: KeyObject, choose: (entry: FullEntry) => boolean): boolean {
  const chosen = plan.accounts.filter((it): it is FullEntry => it.decision !== 'clean' && choose(it));
  // The management account is refused by more than one check: another one asks more of each.
  const victim = chosen.find(({ id }) => id !== plan.managementAccount) ?? chosen[0];
  if (victim === undefined) return false;
  const accounts = plan.accounts.map((entry): Entry => (entry === victim ? sentence(victim) : entry));
  const findings = plan.findings.filter(({ severity }) => severity !== 'block');
  const totals = countTotals(findings, accounts);
  writeFileSync(path, signPlan(emitPlan({ ...plan, applicable: true, accounts, findings, totals }), key));
  return true;
}

function sentence({ reason, until, ...entry }: FullEntry): FullEntry {
  const seen = entry.observed?.kind === 'audited' ? entry.observed.credentials : [];
  const credentials =
    seen.length > 0 ? seen : [{ kind: 'password' as const, created: '2019-02-04T00:00:00Z' }];
  const actions = planActions(credentials, new Set(CREDENTIAL_KINDS));
  const observed = { kind: 'audited', by: 'listing', credentials } as const;
  return { ...entry, decision: 'delete', state: 'ACTIVE', rule: 'default', findings: [], observed, actions };
}
