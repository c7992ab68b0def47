import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBucketName, parseQueueName } from '../../../src/core/action/resource-name.js';

const ACCOUNT = '222222222222';

for (const text of [
  'example-bucket',
  'arn:aws:s3:::example-bucket',
  'arn:aws-us-gov:s3:::example-bucket',
  's3://example-bucket',
]) {
  test(`parseBucketName finds a bucket in ${text}`, () => {
    assert.deepEqual(parseBucketName(text), { kind: 'bucket', name: 'example-bucket' });
  });
}

for (const name of ['Example', 'a_b', 'x'.repeat(200)]) {
  test(`parseBucketName finds an old bucket in ${name.slice(0, 10)}`, () => {
    assert.deepEqual(parseBucketName(name), { kind: 'bucket', name });
  });
}

for (const text of ['', 'ab', '-ab', 'ab-', 'a/b/c', 's3://bucket/key', 'arn:aws:s3:::a/b', 'x\ny']) {
  test(`parseBucketName refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseBucketName(text), {
      code: 'USAGE',
      message: `"${text}" is not the name of a bucket`,
      hint: 'it looks like example-bucket or arn:aws:s3:::example-bucket',
    });
  });
}

for (const [text, queue] of [
  ['orders', { name: 'orders' }],
  ['orders.fifo', { name: 'orders.fifo' }],
  [`https://eu-west-1.queue.amazonaws.com/${ACCOUNT}/orders`, { name: 'orders', region: 'eu-west-1' }],
  [`arn:aws:sqs:eu-west-1:${ACCOUNT}:orders`, { name: 'orders', region: 'eu-west-1' }],
  [
    `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/Or_ders-1.fifo`,
    { name: 'Or_ders-1.fifo', region: 'eu-west-1' },
  ],
] as const) {
  test(`parseQueueName finds a queue in ${text}`, () => {
    assert.deepEqual(parseQueueName(text, ACCOUNT), { kind: 'queue', ...queue });
  });
}

for (const text of [
  '',
  'a b',
  'orders.other',
  `arn:aws:sqs:eu-west-1:${ACCOUNT}:`,
  `arn:aws:sns:eu-west-1:${ACCOUNT}:orders`,
  `http://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/orders`,
  `https://sqs.eu-west-1.amazonaws.com.example.com/${ACCOUNT}/orders`,
  `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/orders?x`,
]) {
  test(`parseQueueName refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseQueueName(text, ACCOUNT), {
      code: 'USAGE',
      message: `"${text}" is not the name of a queue`,
    });
  });
}

for (const text of [
  'arn:aws:sqs:eu-west-1:333333333333:orders',
  'https://sqs.eu-west-1.amazonaws.com/333333333333/orders',
]) {
  test(`parseQueueName refuses ${text}, which is that of another account`, () => {
    assert.throws(() => parseQueueName(text, ACCOUNT), {
      code: 'USAGE',
      message: `"${text}" is a queue of account 333333333333, not of ${ACCOUNT}`,
    });
  });
}
