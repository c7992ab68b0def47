import { Command, Option } from 'clipanion';
import type { ResourceName } from '../core/action/resource-name.js';
import { RootsweepError } from '../errors.js';
import type { NamedAccount } from '../workflows/plan-named.js';
import { NamedPlanCommand } from './named-plan-command.js';

/** S3 takes no longer policy, and no queue needs one. */
const LONGEST_POLICY = 20 * 1024;

const EXIT_CODES =
  'Exit code 0: a plan was written; 1: the account could not be looked at; 4: refused. Then nothing was written.';

abstract class UnlockCommand extends NamedPlanCommand {
  account = Option.String({ name: 'ACCOUNT' });
  replacement = Option.String('--replacement', {
    description: 'The policy to put in the place of the one there, a file of JSON; without it, none',
  });

  /** @param nameIn what to unlock in the account, by its id. @throws RootsweepError USAGE */
  protected async planUnlock(nameIn: (account: string) => ResourceName): Promise<number> {
    const { planUnlocking } = await import('../workflows/plan-named.js');
    // A name that is none is refused before AWS is asked for anything.
    if (/^\d{12}$/.test(this.account)) nameIn(this.account);
    const replacement = await this.readReplacement();
    return this.planNamed({
      kind: 'unlock',
      named: [this.account],
      find: (aws, accounts, context) => {
        const access = aws.resourceAccess(context.organization.partition);
        const plan = (account: NamedAccount) =>
          planUnlocking(access, account, { resource: nameIn(account.id), replacement }, context);
        return Promise.all(accounts.map(plan));
      },
    });
  }

  /** Word for word what AWS will be given. @throws RootsweepError RECOVERY_REFUSED */
  private async readReplacement(): Promise<string | undefined> {
    if (this.replacement === undefined) return undefined;
    const { decodeUtf8, readFileBytes } = await import('../files/io/text-file.js');
    const { parsePolicyDocument } = await import('../core/iam/policy-statement.js');
    const limits = { what: 'policy', maxBytes: LONGEST_POLICY };
    const bytes = await readFileBytes(this.resolvePath(this.replacement), limits);
    const replacement = decodeUtf8(bytes, this.replacement, 'policy');
    if (parsePolicyDocument(replacement) !== undefined) return replacement;
    throw new RootsweepError(
      'RECOVERY_REFUSED',
      `"${this.replacement}" holds no policy: it is not JSON with statements`,
      {
        hint: 'write { "Version": "2012-10-17", "Statement": [ … ] }, or leave --replacement out to delete the policy',
      },
    );
  }
}

export class UnlockBucketCommand extends UnlockCommand {
  static override paths = [['unlock', 'bucket']];
  static override usage = Command.Usage({
    category: 'Recover access',
    description: 'Write a signed plan that deletes, or replaces, the policy of a bucket that denies everyone',
    details: `
      Looks at the bucket in a root session, and changes nothing. The plan holds the policy as it stands there, and which
      of its statements denies whom; it is reviewed, approved, verified and applied as every plan is. The region of the
      bucket is found out. Root sessions must be on: aws iam enable-organizations-root-sessions.

      ${EXIT_CODES}
    `,
    examples: [
      [
        'Delete its policy',
        'rootsweep unlock bucket 111122223333 logs --reason "denies everyone" --policy policy.yaml --out unlock.plan.yaml',
      ],
      [
        'Replace it',
        'rootsweep unlock bucket 111122223333 logs --replacement logs.json --reason "denies everyone" --policy policy.yaml --out unlock.plan.yaml',
      ],
    ],
  });

  bucket = Option.String({ name: 'BUCKET' });

  protected async run(): Promise<number> {
    const { parseBucketName } = await import('../core/action/resource-name.js');
    const bucket = parseBucketName(this.bucket);
    return this.planUnlock(() => bucket);
  }
}

export class UnlockQueueCommand extends UnlockCommand {
  static override paths = [['unlock', 'queue']];
  static override usage = Command.Usage({
    category: 'Recover access',
    description: 'Write a signed plan that deletes, or replaces, the policy of a queue that denies everyone',
    details: `
      Looks at the queue in a root session, and changes nothing. The plan holds the policy as it stands there, and which of
      its statements denies whom; it is reviewed, approved, verified and applied as every plan is. QUEUE is a name, a URL
      or an ARN; a name is looked for in the region that is called. Root sessions must be on: aws iam
      enable-organizations-root-sessions.

      ${EXIT_CODES}
    `,
    examples: [
      [
        'Delete its policy',
        'rootsweep unlock queue 111122223333 orders --region eu-west-1 --reason "denies everyone" --policy policy.yaml --out unlock.plan.yaml',
      ],
      [
        'By ARN',
        'rootsweep unlock queue 111122223333 arn:aws:sqs:eu-west-1:111122223333:orders --reason "denies everyone" --policy policy.yaml --out unlock.plan.yaml',
      ],
    ],
  });

  queue = Option.String({ name: 'QUEUE' });

  protected async run(): Promise<number> {
    const { parseQueueName } = await import('../core/action/resource-name.js');
    return this.planUnlock((account) => parseQueueName(this.queue, account));
  }
}
