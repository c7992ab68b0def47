/** A root session whose AWS answers as a test says. */
import assert from 'node:assert/strict';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { AssumeRootCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { createCalls } from '../../src/aws/call.js';
import { DEFAULT_CALL_RATE } from '../../src/aws/call-rate.js';
import type { Clients } from '../../src/aws/clients.js';
import { createLimiters } from '../../src/aws/quotas.js';
import { Secrets } from '../../src/aws/secrets.js';
import type { SessionCredentials } from '../../src/aws/settings.js';
import { VirtualClock } from '../core/virtual-clock.js';

export const ACCOUNT = '222222222222';
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
export const CREDENTIALS = {
  AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  SecretAccessKey: 'secret',
  SessionToken: 'token',
  Expiration: new Date('2026-11-23T09:15:00Z'),
};

export function createMocks() {
  const settings = { region: 'us-east-1', credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' } };
  const [sts, iam, organizations] = [
    new STSClient(settings),
    new IAMClient(settings),
    new OrganizationsClient(settings),
  ];
  const clock = new VirtualClock();
  const sessions: SessionCredentials[] = [];
  const clients: Clients = {
    sts,
    iam,
    organizations,
    iamAs: (credentials) => {
      sessions.push(credentials);
      return iam;
    },
    configAs: () => assert.fail('no other service is called'),
    secrets: new Secrets(),
    answeredAt: () => clock.now(),
    close: () => undefined,
  };
  const mocks = { sts: mockClient(sts), iam: mockClient(iam), organizations: mockClient(organizations) };
  mocks.sts.on(AssumeRootCommand).resolves({ Credentials: CREDENTIALS });
  return {
    ...mocks,
    clients,
    sessions,
    clock,
    calls: createCalls(clock),
    limiters: createLimiters(DEFAULT_CALL_RATE, clock),
  };
}

/** An error as the SDK throws it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), {
    name,
    Code: name.replace(/Exception$/, ''),
    $metadata: { requestId: 'failed-request', httpStatusCode: 400 },
  });
}
