/**
 * Approvals in separate files beside the plan: `org.plan.<digest>.<keyid>.approval.yaml`. One file per key, so that two
 * people who approve at the same time do not conflict in git.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { decodeSignatures, encodeSignatures, type Signature } from '../../core/signing/envelope.js';
import { RootsweepError } from '../../errors.js';
import { writeTarget } from '../io/target.js';
import { explain, readFileBytes } from '../io/text-file.js';

const APPROVAL_LIMITS = { what: 'approval', maxBytes: 2 ** 16 } as const;
/** Each file is read completely; no trust file needs more signatures. */
const MOST_APPROVALS = 1000;
/** This many hex digits distinguish plans and keys in file names; verification uses the full values. */
const HEAD = 12;

export function approvalPath(planPath: string, digest: string, keyid: string): string {
  return `${stemOf(planPath, digest)}${keyid.slice(0, HEAD)}.approval.yaml`;
}

/** Reads all approval files for the plan beside it, in name order. */
export async function readApprovals(planPath: string, digest: string): Promise<Signature[]> {
  const folder = dirname(planPath);
  const stem = basename(stemOf(planPath, digest));
  const names = await readdir(folder).catch((error: unknown) => {
    throw explain(error, 'FILE_UNREADABLE', `cannot look for approvals in "${folder}"`);
  });
  const approvals = names.filter(
    (name) => name.startsWith(stem) && /^[0-9a-f]{12}\.approval\.yaml$/.test(name.slice(stem.length)),
  );
  if (approvals.length > MOST_APPROVALS) {
    const [found, most] = [approvals.length, MOST_APPROVALS].map((count) => count.toLocaleString('en-US'));
    throw new RootsweepError(
      'PLAN_INVALID',
      `${found} files beside "${basename(planPath)}" are approvals of it, and at most ${most} are read`,
      { hint: 'remove those that are not by keys of the trust file' },
    );
  }
  const signatures: Signature[] = [];
  for (const name of approvals.sort()) {
    signatures.push(...decodeSignatures(await readFileBytes(join(folder, name), APPROVAL_LIMITS), name));
  }
  return signatures;
}

export async function writeApproval(planPath: string, digest: string, signature: Signature): Promise<string> {
  const path = approvalPath(planPath, digest, signature.keyid);
  await writeTarget(path, 'approval', encodeSignatures([signature]));
  return path;
}

function stemOf(planPath: string, digest: string): string {
  return `${planPath.replace(/\.ya?ml$/, '')}.${digest.slice(0, HEAD)}.`;
}
