import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  ListOrganizationsFeaturesCommand,
} from '@aws-sdk/client-iam';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { openBench } from './clients.js';

const SCENARIO: Scenario = {
  organization: { id: 'o-exampleorgid' },
  features: { trustedAccess: true, rootCredentialsManagement: false, rootSessions: false },
  delegatedAdministrators: ['222222222222'],
  accounts: [{ id: '222222222222' }, { id: '333333333333' }],
  callers: {
    operator: {},
    delegate: { account: '222222222222' },
    member: { account: '333333333333' },
    stranger: { account: '999999999999' },
    unable: { allow: ['organizations:*'] },
    denied: { deny: ['iam:EnableOrganizations*'] },
    scoped: {
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'iam:ListOrganizationsFeatures',
            Resource: 'arn:aws:iam::111111111111:root',
          },
        ],
      },
    },
  },
};

test('ListOrganizationsFeatures lists nothing when nothing is enabled', async () => {
  await using bench = await openBench(SCENARIO);
  const answer = await bench.iam().send(new ListOrganizationsFeaturesCommand({}));
  assert.equal(answer.OrganizationId, 'o-exampleorgid');
  assert.deepEqual(answer.EnabledFeatures, []);
});

test('enabling features answers the resulting list, RootSessions first', async () => {
  await using bench = await openBench(SCENARIO);
  const first = await bench.iam().send(new EnableOrganizationsRootCredentialsManagementCommand({}));
  assert.deepEqual(first.EnabledFeatures, ['RootCredentialsManagement']);
  const second = await bench.iam().send(new EnableOrganizationsRootSessionsCommand({}));
  assert.deepEqual(second.EnabledFeatures, ['RootSessions', 'RootCredentialsManagement']);
  const listed = await bench.iam('delegate').send(new ListOrganizationsFeaturesCommand({}));
  assert.deepEqual(listed.EnabledFeatures, ['RootSessions', 'RootCredentialsManagement']);
});

test('ListOrganizationsFeatures refuses a plain member', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(bench.iam('member').send(new ListOrganizationsFeaturesCommand({})), {
    name: 'AccountNotManagementOrDelegatedAdministratorException',
    message: 'Input account 333333333333 is neither management account nor delegated admin.',
  });
});

test('enabling a feature refuses the delegated administrator', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(bench.iam('delegate').send(new EnableOrganizationsRootSessionsCommand({})), {
    name: 'CallerIsNotManagementAccountException',
    message:
      'Caller account 222222222222 is not management account of the organization and cannot enable IAM features.',
  });
});

test('the features are refused when trusted access is off', async () => {
  await using bench = await openBench({ ...SCENARIO, features: { trustedAccess: false } });
  const refused = {
    name: 'ServiceAccessNotEnabledException',
    message: 'Trusted Access for IAM not enabled by organization of input account 111111111111.',
  };
  await assert.rejects(bench.iam().send(new ListOrganizationsFeaturesCommand({})), refused);
  await assert.rejects(bench.iam().send(new EnableOrganizationsRootSessionsCommand({})), refused);
});

test('the features are refused when the organization has consolidated billing only', async () => {
  await using bench = await openBench({ ...SCENARIO, organization: { featureSet: 'CONSOLIDATED_BILLING' } });
  await assert.rejects(bench.iam().send(new ListOrganizationsFeaturesCommand({})), {
    name: 'OrganizationNotInAllFeaturesModeException',
  });
});

test('the features are refused to an account outside the organization', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(bench.iam('stranger').send(new ListOrganizationsFeaturesCommand({})), {
    name: 'OrganizationNotFoundException',
  });
});

test('authorization comes before the checks of the organization', async () => {
  await using bench = await openBench({ ...SCENARIO, features: { trustedAccess: false } });
  await assert.rejects(bench.iam('unable').send(new ListOrganizationsFeaturesCommand({})), {
    name: 'AccessDenied',
    message:
      'User: arn:aws:iam::111111111111:user/unable is not authorized to perform: iam:ListOrganizationsFeatures on resource: * because no identity-based policy allows the iam:ListOrganizationsFeatures action',
  });
});

test('an explicit deny is named as such', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(bench.iam('denied').send(new EnableOrganizationsRootSessionsCommand({})), {
    name: 'AccessDenied',
    message:
      'User: arn:aws:iam::111111111111:user/denied is not authorized to perform: iam:EnableOrganizationsRootSessions on resource: * with an explicit deny in an identity-based policy',
  });
});

test('a permission scoped to a root ARN does not reach the features, whose resource is *', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(bench.iam('scoped').send(new ListOrganizationsFeaturesCommand({})), {
    name: 'AccessDenied',
  });
});
