/** STS learns by minutes later than IAM of what was turned on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  EnableOrganizationsRootCredentialsManagementCommand,
  ListOrganizationsFeaturesCommand,
} from '@aws-sdk/client-iam';
import { EnableAWSServiceAccessCommand } from '@aws-sdk/client-organizations';
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import { openBench, taskArn } from './clients.js';

test('what a call with delayed visibility turns on is shown at once, and unknown to AssumeRoot for the time', async () => {
  let ahead = 0;
  await using bench = await openBench(
    {
      features: { trustedAccess: false, rootCredentialsManagement: false },
      accounts: [{ id: '222222222222' }],
      faults: [
        {
          match: { operation: 'EnableAWSServiceAccess' },
          fault: { kind: 'delayed-visibility', milliseconds: 60_000 },
        },
        {
          match: { operation: 'EnableOrganizationsRootCredentialsManagement' },
          fault: { kind: 'delayed-visibility', milliseconds: 120_000 },
        },
      ],
    },
    { now: () => new Date(Date.now() + ahead) },
  );
  const assume = () =>
    bench.sts().send(
      new AssumeRootCommand({
        TargetPrincipal: '222222222222',
        TaskPolicyArn: { arn: taskArn('IAMAuditRootUserCredentials') },
      }),
    );
  await bench
    .organizations()
    .send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
  await bench.iam().send(new EnableOrganizationsRootCredentialsManagementCommand({}));
  const { EnabledFeatures } = await bench.iam().send(new ListOrganizationsFeaturesCommand({}));
  assert.deepEqual(EnabledFeatures, ['RootCredentialsManagement']);

  await assert.rejects(assume(), { message: 'Service not enabled for AWS Organizations.' });
  ahead = 61_000;
  await assert.rejects(assume(), {
    message: 'Root credentials management feature is not enabled for your AWS Organization.',
  });
  ahead = 121_000;
  await assume();
});
