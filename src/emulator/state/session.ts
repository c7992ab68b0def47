import type { TaskPolicyName } from '../policy/task-policies.js';
import { BASE32, deriveBytes } from '../random.js';
import type { AssumedRootSession, Principal } from './principal.js';
import type { World } from './world.js';

export interface SessionSecrets {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Creates a root session that is not issued yet: it becomes valid when the effect of AssumeRoot is applied. */
export function draftSession(
  { world, principal, now }: { world: World; principal: Principal; now: Date },
  account: string,
  task: TaskPolicyName,
  seconds: number,
): AssumedRootSession {
  const id = world.random.text(16, BASE32);
  return {
    kind: 'session',
    account,
    arn: `arn:aws:iam::${account}:root`,
    task,
    accessKeyId: `ASIA${id}`,
    issuedTo: principal.arn,
    issued: now,
    expires: new Date(now.getTime() + seconds * 1000),
  };
}

/** Derives the secrets from the access key id instead of storing them: 50,000 accounts have as many sessions. */
export function sessionSecrets(seed: number, accessKeyId: string): SessionSecrets {
  const secret = deriveBytes(seed, `secret ${accessKeyId}`).toString('base64').slice(0, 40);
  const token = [1, 2, 3, 4].map((part) => deriveBytes(seed, `token ${part} ${accessKeyId}`));
  return {
    secretAccessKey: secret,
    sessionToken: `IQoJb3JpZ2luX2Vj${Buffer.concat(token).toString('base64')}`,
  };
}
