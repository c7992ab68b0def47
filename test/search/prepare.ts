/** What every run needs on the disk: keys and a trust file. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A memory file system where there is one: the plan is written durably thousands of times. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
export const PLAN = 'org.plan.yaml';

export interface Workplace {
  /** Two folders with the same policy, trust file and plan: two machines. */
  readonly folders: readonly [string, string];
  readonly key: KeyObject;
  readonly rogueKey: KeyObject;
  /** Trusted to plan, and to do nothing else. */
  readonly plannerKey: KeyObject;
  readonly remove: () => void;
}

export function openWorkplace(): Workplace {
  const base = mkdtempSync(join(BASE, 'rootsweep-search-'));
  const folders = [join(base, 'a'), join(base, 'b')] as const;
  const [key, rogueKey, plannerKey] = [fixedKey(1), fixedKey(2), fixedKey(3)];
  for (const folder of folders) {
    mkdirSync(folder);
    const pem = key.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(join(folder, 'key.pem'), pem, { mode: 0o600 });
    const trusted = (it: KeyObject, name: string, roles: string) => {
      const publicKey = createPublicKey(it).export({ type: 'spki', format: 'der' }).toString('base64');
      return `  - { name: ${name}, publicKey: ${publicKey}, roles: [${roles}] }\n`;
    };
    const keys = [trusted(key, 'planner', 'planner, operator'), trusted(plannerKey, 'other', 'planner')];
    const trust = `version: 1\nthreshold: { planner: 1 }\nkeys:\n${keys.join('')}`;
    writeFileSync(join(folder, 'trust.yaml'), trust);
  }
  return { folders, key, rogueKey, plannerKey, remove: () => rmSync(base, { recursive: true, force: true }) };
}

/** The same key in every search, so that a seed gives the same plan. The header is PKCS#8's for Ed25519. */
export function fixedKey(byte: number): KeyObject {
  const header = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({
    key: Buffer.concat([header, Buffer.alloc(32, byte)]),
    format: 'der',
    type: 'pkcs8',
  });
}
