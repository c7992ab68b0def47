import type { Scenario } from '../../src/emulator/scenario/scenario.js';

export const OWNER = '222222222222';
export const OTHER = '333333333333';

/** What locks everybody out, in whatever text somebody put it there. */
export const DENY_ALL =
  '{ "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" }] }';

export const OPEN = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: OTHER }, Action: '*', Resource: '*' }],
} as const;

/** Two accounts with buckets and queues, and an administrator in each. */
export const SCENARIO: Scenario = {
  features: { rootSessions: true },
  callers: {
    operator: {},
    admin: { account: OWNER },
    reader: { account: OWNER, allow: ['s3:List*', 'sqs:GetQueueUrl'] },
    stranger: { account: OTHER },
  },
  accounts: [
    {
      id: OWNER,
      buckets: [
        { name: 'locked', region: 'eu-west-1', policy: DENY_ALL },
        { name: 'shared', region: 'eu-west-1', policy: OPEN },
        { name: 'free', region: 'eu-west-1' },
        { name: 'far-away', region: 'ap-southeast-2', policy: DENY_ALL },
      ],
      queues: [
        { name: 'locked', region: 'eu-west-1', policy: DENY_ALL },
        { name: 'shared', region: 'eu-west-1', policy: OPEN },
        { name: 'free', region: 'eu-west-1' },
        { name: 'far-away', region: 'ap-southeast-2' },
        { name: 'orders.fifo', region: 'eu-west-1' },
      ],
    },
    { id: OTHER, buckets: [{ name: 'elsewhere', region: 'eu-west-1' }] },
  ],
};
