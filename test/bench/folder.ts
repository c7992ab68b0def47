/** A folder with everything that a plan and its application need. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyOf } from '../../src/signing/ed25519.js';

const POLICY = 'version: 1\nrollout: { waves: ["100%"] }\n';

export async function openFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rootsweep-bench-'));
  try {
    const { privateKey } = generateKeyPairSync('ed25519');
    const publicKey = publicKeyOf(privateKey);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(join(folder, 'policy.yaml'), POLICY);
    writeFileSync(join(folder, 'key.pem'), pem, { mode: 0o600 });
    writeFileSync(
      join(folder, 'trust.yaml'),
      `version: 1\nthreshold: { planner: 1 }\nkeys:\n  - { name: planner, publicKey: ${publicKey}, roles: [planner, operator] }\n`,
    );
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
