import { Command, Option } from 'clipanion';
import { NamedPlanCommand } from './command.js';

const EXIT_CODES =
  'Exit code 0: a plan was written; 1: the account could not be looked at; 4: refused. Then nothing was written.';

abstract class UnlockCommand extends NamedPlanCommand {
  account = Option.String({ name: 'ACCOUNT' });
  replacement = Option.String('--replacement', {
    description: 'The policy to put in the place of the one there, a file of JSON; without it, none',
  });
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
    const { unlockBucket } = await import('../runs/unlock.js');
    return unlockBucket(this, this);
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
    const { unlockQueue } = await import('../runs/unlock.js');
    return unlockQueue(this, this);
  }
}
