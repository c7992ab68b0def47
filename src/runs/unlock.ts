/** `unlock`: a plan that deletes, or replaces, the policy of a bucket or a queue that denies everyone. */
import { parseBucketName, parseQueueName, type ResourceName } from '../core/action/resource-name.js';
import { parsePolicyDocument } from '../core/iam/policy-statement.js';
import { RootsweepError } from '../errors.js';
import { decodeUtf8, readFileBytes } from '../files/io/text-file.js';
import { type NamedAccount, planUnlocking } from '../workflows/plan-named.js';
import type { AwsHost } from './host.js';
import { type NamedPlanFlags, planNamed } from './named-plan.js';

/** S3 takes no longer policy, and no queue needs one. */
const LONGEST_POLICY = 20 * 1024;

export interface UnlockFlags extends NamedPlanFlags {
  readonly account: string;
  /** The file of the policy to put in the place of the one there. */
  readonly replacement: string | undefined;
}

export function unlockBucket(flags: UnlockFlags & { readonly bucket: string }, host: AwsHost) {
  const bucket = parseBucketName(flags.bucket);
  return planUnlock(() => bucket, flags, host);
}

export function unlockQueue(flags: UnlockFlags & { readonly queue: string }, host: AwsHost) {
  return planUnlock((account) => parseQueueName(flags.queue, account), flags, host);
}

/** @param nameIn what to unlock in the account, by its id. @throws RootsweepError USAGE */
async function planUnlock(
  nameIn: (account: string) => ResourceName,
  flags: UnlockFlags,
  host: AwsHost,
): Promise<number> {
  // A name that is none is refused before AWS is asked for anything.
  if (/^\d{12}$/.test(flags.account)) nameIn(flags.account);
  const replacement = await readReplacement(flags, host);
  return planNamed('unlock', [flags.account], flags, host, (aws, accounts, context) => {
    const access = aws.resourceAccess(context.organization.partition);
    const plan = (account: NamedAccount) =>
      planUnlocking(access, account, { resource: nameIn(account.id), replacement }, context);
    return Promise.all(accounts.map(plan));
  });
}

/** Word for word what AWS will be given. @throws RootsweepError RECOVERY_REFUSED */
async function readReplacement(
  { replacement: path }: UnlockFlags,
  host: AwsHost,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const bytes = await readFileBytes(host.resolvePath(path), { what: 'policy', maxBytes: LONGEST_POLICY });
  const replacement = decodeUtf8(bytes, path, 'policy');
  if (parsePolicyDocument(replacement) !== undefined) return replacement;
  throw new RootsweepError('RECOVERY_REFUSED', `"${path}" holds no policy: it is not JSON with statements`, {
    hint: 'write { "Version": "2012-10-17", "Statement": [ … ] }, or leave --replacement out to delete the policy',
  });
}
