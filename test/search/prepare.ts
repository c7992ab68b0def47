/** What every run needs on the disk: keys. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A memory file system where there is one: the plan is written durably thousands of times. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
export const PLAN = 'org.plan.yaml';

export interface Workplace {
  /** Two folders with the same keys, policy, trust file and plan: two machines. */
  readonly folders: readonly [string, string];
  readonly key: KeyObject;
  readonly rogueKey: KeyObject;
  /** Trusted to plan, and to do nothing else. */
  readonly plannerKey: KeyObject;
  readonly approverKey: KeyObject;
  readonly witnessKey: KeyObject;
  /** Trusted in each role of a plan. */
  readonly manyKey: KeyObject;
  readonly remove: () => void;
}

export function openWorkplace(): Workplace {
  const base = mkdtempSync(join(BASE, 'rootsweep-search-'));
  const folders = [join(base, 'a'), join(base, 'b')] as const;
  const [key, plannerKey, witnessKey] = [fixedKey(1), fixedKey(3), fixedKey(5)];
  const pemFiles = { 'key.pem': key, 'other.pem': plannerKey, 'wit.pem': witnessKey };
  for (const folder of folders) {
    mkdirSync(folder);
    for (const [name, it] of Object.entries(pemFiles)) {
      writeFileSync(join(folder, name), it.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    }
  }
  return {
    folders,
    key,
    rogueKey: fixedKey(2),
    plannerKey,
    approverKey: fixedKey(4),
    witnessKey,
    manyKey: fixedKey(6),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
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
