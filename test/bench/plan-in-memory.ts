/** The body of a plan of an emulated organization, made without a socket. */
import { createHash } from 'node:crypto';
import { openAws } from '../../src/aws/open.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { emitPlan } from '../../src/files/plan/plan.js';
import { parsePolicy } from '../../src/files/policy/policy.js';
import { decidePlan, planHeader } from '../../src/workflows/plan.js';
import { surveyOrganization } from '../../src/workflows/survey.js';
import { openTransport } from '../search/transport.js';

export async function planInMemory(emulator: Emulator, policyText: string, now: Date): Promise<Buffer> {
  const sleep = async () => undefined;
  // Time that passes while somebody sleeps, so that limiters wait for nothing.
  let at = now.getTime();
  const clock = {
    now: () => new Date(at),
    sleep: async (milliseconds: number) => {
      at += milliseconds;
    },
    random: () => 0.5,
  };
  const aws = await openAws(
    {
      endpoint: 'http://emulator.invalid',
      region: 'us-east-1',
      credentials: emulator.callerCredentials(),
      systemClockOffset: now.getTime() - Date.now(),
      requestHandler: openTransport(emulator, { sleep }),
    },
    50,
    clock,
  );
  const { caller, organization } = await aws.reader.open();
  const policy = parsePolicy(policyText, 'policy.yaml');
  const sha256 = createHash('sha256').update(policyText).digest('hex');
  const policyFile = { path: 'policy.yaml', sha256, policy };
  const survey = await surveyOrganization(aws.reader, aws.rootAccess(organization.partition), {
    accounts: aws.reader.accounts(),
    policy,
    organization,
    today: now,
    concurrency: 50,
    deep: false,
    allPaths: false,
    stop: new AbortController().signal,
    onEvent: () => undefined,
  });
  const id = '00000000-0000-4000-8000-000000000001';
  const origin = { id, plannedBy: caller.arn, policy: { path: policyFile.path } };
  const header = planHeader({ origin, now, organization, policyFile });
  return emitPlan(decidePlan(survey, { policy, header, now }));
}
