/**
 * The AWS CLI, which is not ours, sees the same as rootsweep after each step. Skipped, and said so, where there is no CLI
 * or one that is older than AssumeRoot.
 */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { assumeRootByCli, aws, environment, findObstacle } from '../emulator/aws-command.js';
import type { TaskPolicy } from '../emulator/clients.js';
import { locked, SCENARIO, SHOP, unlock } from './locked.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';

const obstacle = await findObstacle();

test('the AWS CLI is here', { skip: obstacle ?? false }, () => {});

const FILES = ['--policy', 'policy.yaml', '--trust', 'trust.yaml', '--confirm', ORGANIZATION];

async function run({ run: start }: Planned, argv: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await start(argv);
  assert.equal(code, 0, `${argv.join(' ')}\n${stdout}${stderr}`);
}

/** What the CLI prints, or why it was refused. */
async function ask(
  { emulator, server, setAwsTime }: Planned,
  args: readonly string[],
  who: TaskPolicy | 'shop-admin',
  region: string,
): Promise<string> {
  // The CLI goes by the true time.
  setAwsTime(() => new Date());
  const credentials =
    who === 'shop-admin'
      ? emulator.callerCredentials(who)
      : await assumeRootByCli(emulator, server, SHOP, who);
  const where = args[0] === 'sqs' ? ['--endpoint-url', server.url] : [];
  const { stdout, stderr } = await aws(
    [...args, ...where, '--output', 'json'],
    environment(server, credentials, region),
  );
  return stdout + stderr;
}

const create = (t: TestContext) => createPlanned(t, { scenario: SCENARIO });

describe('the AWS CLI', { skip: obstacle !== undefined }, () => {
  test('sees the password that recover and apply allow, and sees it gone after plan and apply', async (t) => {
    const planned = await create(t);
    const password = () =>
      ask(planned, ['iam', 'get-login-profile'], 'IAMAuditRootUserCredentials', 'us-east-1');
    assert.match(await password(), /NoSuchEntity/);
    const recover = ['recover', SHOP, '--reason', 'x', '--policy', 'policy.yaml', '--out', 'r.plan.yaml'];
    await run(planned, [...recover, '--key', 'key.pem']);
    assert.match(await password(), /NoSuchEntity/);
    await run(planned, ['apply', 'r.plan.yaml', ...FILES]);
    assert.match(await password(), /"CreateDate": "2026-/);
    assert.equal((await planned.plan()).code, 0);
    assert.equal((await planned.apply()).code, 0);
    assert.match(await password(), /NoSuchEntity/);
  });

  test('is let into a bucket again, by its own permissions, after unlock and apply', async (t) => {
    const planned = await create(t);
    const policy = (who: TaskPolicy | 'shop-admin') =>
      ask(planned, ['s3api', 'get-bucket-policy', '--bucket', 'logs'], who, 'eu-west-1');
    const root = JSON.parse(await policy('S3UnlockBucketPolicy')) as { Policy: string };
    assert.equal(root.Policy, locked('s3'));
    assert.match(await policy('shop-admin'), /AccessDenied/);
    await run(planned, unlock('bucket', SHOP, 'logs'));
    assert.match(await policy('shop-admin'), /AccessDenied/);
    await run(planned, ['apply', 'unlock.plan.yaml', ...FILES]);
    assert.match(await policy('shop-admin'), /NoSuchBucketPolicy/);
  });

  test('is let into a queue again, by its own permissions, and sees the policy that took the place', async (t) => {
    const planned = await create(t);
    const url = `https://sqs.eu-central-1.amazonaws.com/${SHOP}/orders`;
    const attributes = ['sqs', 'get-queue-attributes', '--queue-url', url, '--attribute-names', 'Policy'];
    const policy = () => ask(planned, attributes, 'shop-admin', 'eu-central-1');
    const replacement = `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"${SHOP}"},"Action":"sqs:*","Resource":"*"}]}`;
    await planned.write('new.json', replacement);
    assert.match(await policy(), /AccessDenied/);
    await run(planned, [...unlock('queue', SHOP, url), '--replacement', 'new.json']);
    assert.match(await policy(), /AccessDenied/);
    await run(planned, ['apply', 'unlock.plan.yaml', ...FILES]);
    const { Attributes } = JSON.parse(await policy()) as { Attributes: { Policy: string } };
    assert.equal(Attributes.Policy, replacement);
  });
});
