import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBucketName, parseQueueName } from '../../src/core/resource-name.js';

for (const text of ['logs', 's3://logs', 's3://logs/', 'arn:aws:s3:::logs', 'arn:aws-us-gov:s3:::logs']) {
  test(`parseBucketName reads "${text}" as the bucket logs`, () => {
    assert.equal(parseBucketName(text), 'logs');
  });
}

for (const text of ['', 's3://', 's3://logs/2026', 'arn:aws:s3:::logs/*', 'lögs', 'a b', 'x'.repeat(256)]) {
  test(`parseBucketName takes ${JSON.stringify(text.slice(0, 20))} for no bucket`, () => {
    assert.equal(parseBucketName(text), undefined);
  });
}

const QUEUES = [
  ['orders', { name: 'orders' }],
  ['orders.fifo', { name: 'orders.fifo' }],
  [
    'arn:aws:sqs:eu-west-1:333333333333:orders',
    { name: 'orders', account: '333333333333', region: 'eu-west-1' },
  ],
  [
    'https://sqs.eu-west-1.amazonaws.com/333333333333/orders',
    { name: 'orders', account: '333333333333', region: 'eu-west-1' },
  ],
  [
    'https://eu-west-1.queue.amazonaws.com/333333333333/orders.fifo',
    { name: 'orders.fifo', account: '333333333333', region: 'eu-west-1' },
  ],
  ['http://127.0.0.1:4566/333333333333/orders', { name: 'orders', account: '333333333333' }],
] as const;
for (const [text, expected] of QUEUES) {
  test(`parseQueueName reads "${text}"`, () => {
    assert.deepEqual(parseQueueName(text), expected);
  });
}

for (const text of [
  '',
  'orders.txt',
  'https://example.com/orders',
  'arn:aws:sns:eu-west-1:333333333333:orders',
]) {
  test(`parseQueueName takes "${text}" for no queue`, () => {
    assert.equal(parseQueueName(text), undefined);
  });
}
