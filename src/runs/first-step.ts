/** What comes first in a folder. */
import { exists } from '../files/io/text-file.js';

/** A plan where there is a policy; else the policy. */
export async function firstStep(resolve: (path: string) => string): Promise<string> {
  return (await exists(resolve('policy.yaml')))
    ? 'run: rootsweep plan --policy policy.yaml --out org.plan.yaml'
    : 'run: rootsweep init';
}
