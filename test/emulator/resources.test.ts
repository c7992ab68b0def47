/** Buckets and queues in scenarios, in changes, and in the state that the control endpoint shows. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { answerControlRequest } from '../../src/emulator/control.js';
import { openEmulator } from '../../src/emulator/emulator.js';
import { parseIamPolicy } from '../../src/emulator/policy/document.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import { openBench } from './clients.js';
import { DENY_ALL, OPEN, OTHER, OWNER, SCENARIO } from './locked.js';

const FILE = `
accounts:
  - id: "${OWNER}"
    buckets:
      - name: locked
        region: eu-west-1
        policy: |
          { "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" }] }
      - { name: plain }
    queues:
      - name: orders.fifo
        policy:
          Statement: [{ Effect: Deny, Principal: "*", Action: "sqs:*", Resource: "*" }]
`;

test('the buckets and queues of a file are read: texts as they are, documents as JSON', () => {
  const { resources } = openEmulator(parseScenario(FILE, 'scenario.yaml')).world;
  const [locked, plain, queue] = [...resources.values()];
  assert.deepEqual(
    [...resources.keys()],
    ['arn:aws:s3:::locked', 'arn:aws:s3:::plain', `arn:aws:sqs:us-east-1:${OWNER}:orders.fifo`],
  );
  assert.match(locked?.policy ?? '', /^\{ "Statement": .*\}\n$/);
  assert.deepEqual([plain?.policy, plain?.region], [undefined, 'us-east-1']);
  assert.equal(
    queue?.policy,
    '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"}]}',
  );
});

test('the scenario of the README is one', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, text = ''] = /```yaml\n(features: \{ rootSessions[^`]*)```/.exec(readme) ?? [];
  const { resources } = openEmulator(parseScenario(text, 'README.md')).world;
  assert.deepEqual(
    [...resources.values()].map(({ kind, policy }) => [kind, parseIamPolicy(policy ?? '') !== undefined]),
    [
      ['bucket', true],
      ['queue', true],
    ],
  );
});

const DEFECTS: readonly [text: string, message: string][] = [
  [
    'buckets: [{ name: Loud }]',
    '3:23: "Loud" does not look like a name of a bucket (3 to 63 small letters, digits, dots and hyphens)',
  ],
  [
    'queues: [{ name: "a b" }]',
    '3:22: "a b" does not look like a name of a queue (at most 80 letters, digits, hyphens and underscores)',
  ],
  ['buckets: [{ region: eu-west-1 }]', '3:15: "name" is missing'],
  ['buckets: [{ name: one, region: Ireland }]', '3:36: "Ireland" does not look like a region (eu-west-1)'],
  ['buckets: [{ name: one, policies: 1 }]', '3:28: "policies" is not a member here'],
  ['buckets: [{ name: one, policy: "{" }]', '3:36: It is no policy in JSON'],
  ['queues: [{ name: one, policy: "[]" }]', '3:35: It is no policy in JSON'],
  ['buckets: [{ name: one }, { name: one }]', `3:38: Bucket "one" belongs to account ${OWNER}`],
  ['queues: [{ name: one }, { name: one, region: us-east-1 }]', '3:37: Queue "one" is listed twice'],
];
for (const [text, message] of DEFECTS) {
  test(`a scenario with ${text} is refused at its place`, () => {
    assert.throws(() => parseScenario(`accounts:\n  - id: "${OWNER}"\n    ${text}\n`, 'scenario.yaml'), {
      message: `scenario.yaml:${message}`,
    });
  });
}

test('queues of one name in two regions, and a bucket and a queue of one name, are no contradiction', () => {
  const queues = [{ name: 'one' }, { name: 'one', region: 'eu-west-1' }];
  const emulator = openEmulator({ accounts: [{ id: OWNER, buckets: [{ name: 'one' }], queues }] });
  assert.equal(emulator.world.resources.size, 3);
});

test('a bucket belongs to one account only', () => {
  const accounts = [OWNER, OTHER].map((id) => ({ id, buckets: [{ name: 'one' }] }));
  assert.throws(() => openEmulator({ accounts }), {
    message: `accounts.1.buckets.0.name: Bucket "one" belongs to account ${OWNER}`,
  });
});

test('change-account changes the policy of a bucket right before the second look, and leaves it where it is', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    faults: [
      {
        match: { operation: 'GetBucketPolicy', nth: 2 },
        fault: { kind: 'change-account', change: { buckets: [{ name: 'locked', policy: OPEN }] } },
      },
      {
        match: { operation: 'GetBucketPolicy', nth: 3 },
        fault: { kind: 'change-account', change: { buckets: [{ name: 'locked', policy: null }] } },
      },
      {
        match: { operation: 'GetBucketPolicy', nth: 4 },
        fault: { kind: 'change-account', change: { remove: { buckets: ['locked'] } } },
      },
    ],
  });
  const s3 = bench.s3(await bench.assumeRoot(OWNER, 'S3UnlockBucketPolicy'));
  const look = () => s3.send(new GetBucketPolicyCommand({ Bucket: 'locked' }));
  assert.equal((await look()).Policy, DENY_ALL);
  assert.equal((await look()).Policy, JSON.stringify(OPEN));
  await assert.rejects(look(), { name: 'NoSuchBucketPolicy' });
  await assert.rejects(look(), { name: 'NoSuchBucket' });
});

test('a bucket can pass to another account', async () => {
  await using bench = await openBench(SCENARIO);
  bench.emulator.changeAccount(OTHER, { buckets: [{ name: 'locked', region: 'eu-west-1' }] });
  const s3 = bench.s3(await bench.assumeRoot(OWNER, 'S3UnlockBucketPolicy'));
  await assert.rejects(s3.send(new GetBucketPolicyCommand({ Bucket: 'locked' })), { name: 'AccessDenied' });
});

test('the control endpoint changes buckets and queues, and shows what they then are', () => {
  const emulator = openEmulator(SCENARIO);
  const control = (method: string, path: string, body: unknown = {}) => {
    const request = { method, path, headers: {}, body: JSON.stringify(body) };
    const { status, body: text } = answerControlRequest(emulator, request, '127.0.0.1');
    return { status, value: JSON.parse(text) };
  };
  const change = {
    buckets: [{ name: 'free', policy: DENY_ALL }],
    queues: [{ name: 'locked' }, { name: 'fresh' }],
    remove: { buckets: ['locked'], queues: ['shared'] },
  };
  assert.equal(control('POST', `/_emulator/accounts/${OWNER}`, change).status, 200);
  const { resources } = control('GET', '/_emulator/state').value;
  const summary = resources
    .filter(({ account }: { account: string }) => account === OWNER)
    .map(({ arn, policy }: { arn: string; policy?: string }) => [arn, policy !== undefined])
    .sort();
  assert.deepEqual(summary, [
    ['arn:aws:s3:::far-away', true],
    ['arn:aws:s3:::free', true],
    ['arn:aws:s3:::shared', true],
    [`arn:aws:sqs:ap-southeast-2:${OWNER}:far-away`, false],
    [`arn:aws:sqs:eu-west-1:${OWNER}:free`, false],
    [`arn:aws:sqs:eu-west-1:${OWNER}:locked`, false],
    [`arn:aws:sqs:eu-west-1:${OWNER}:orders.fifo`, false],
    [`arn:aws:sqs:us-east-1:${OWNER}:fresh`, false],
  ]);
  assert.equal(emulator.history.at(-1)?.event.kind, 'changed');
  const wrong = control('POST', `/_emulator/accounts/${OWNER}`, { buckets: [{ name: 'X' }] });
  assert.match(wrong.value.error, /^buckets\.0\.name: "X" does not look like a name of a bucket/);
});
