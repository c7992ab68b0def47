/** Calls that are prepared at the same time: each goes where it belongs, signed for there by whose it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { DescribeOrganizationCommand, ListTagsForResourceCommand } from '@aws-sdk/client-organizations';
import { AssumeRootCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { openClients } from '../../src/aws/clients.js';
import type { RequestHandler } from '../../src/aws/settings.js';

const CALLER = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
const ACCOUNTS = Array.from({ length: 40 }, (_, index) => String(200_000_000_000 + index));
/** Source: AWS General Reference, "Service endpoints": IAM and Organizations have one for each partition. */
const PLACES = {
  'eu-central-1': {
    sts: ['sts.eu-central-1.amazonaws.com', 'eu-central-1/sts'],
    iam: ['iam.amazonaws.com', 'us-east-1/iam'],
    organizations: ['organizations.us-east-1.amazonaws.com', 'us-east-1/organizations'],
  },
  'cn-northwest-1': {
    sts: ['sts.cn-northwest-1.amazonaws.com.cn', 'cn-northwest-1/sts'],
    iam: ['iam.cn-north-1.amazonaws.com.cn', 'cn-north-1/iam'],
    organizations: ['organizations.cn-northwest-1.amazonaws.com.cn', 'cn-northwest-1/organizations'],
  },
} as const;

const refuse = () =>
  Promise.resolve({ response: new HttpResponse({ statusCode: 403, headers: {}, body: Buffer.from('') }) });
const handlerOf = (handle: RequestHandler['handle']): RequestHandler => ({
  handle,
  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
});

for (const [region, places] of Object.entries(PLACES)) {
  test(`calls at the same time are each signed for their own service and session, in ${region}`, async () => {
    const asked: { readonly account: string; readonly host: string; readonly signedFor: string }[] = [];
    const clients = await openClients(
      {
        region,
        credentials: CALLER,
        requestHandler: handlerOf(async (request: HttpRequest) => {
          await sleep(asked.length % 3);
          const [, key = '', scope = ''] =
            /Credential=(\w+)\/\d+\/([\w/-]+)\/aws4_request/.exec(request.headers.authorization ?? '') ?? [];
          const [account = ''] = /\d{12}/.exec(String(request.body)) ?? [];
          asked.push({ account, host: request.hostname, signedFor: `${key} ${scope}` });
          return refuse();
        }),
      },
      1,
    );
    const refused = (call: Promise<unknown>) => assert.rejects(call);
    await Promise.all(
      ACCOUNTS.flatMap((account) => {
        const TaskPolicyArn = { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' };
        const session = clients.iamAs({ accessKeyId: `ASIA${account}`, secretAccessKey: account });
        return [
          refused(clients.sts.send(new AssumeRootCommand({ TargetPrincipal: account, TaskPolicyArn }))),
          refused(clients.organizations.send(new ListTagsForResourceCommand({ ResourceId: account }))),
          refused(clients.iam.send(new GetUserCommand({ UserName: account }))),
          refused(session.send(new GetUserCommand({ UserName: account }))),
        ];
      }),
    );
    const expected = ACCOUNTS.flatMap((account) => {
      const of = (service: keyof typeof places, key = CALLER.accessKeyId) => {
        const [host, scope] = places[service];
        return { account, host, signedFor: `${key} ${scope}` };
      };
      return [of('sts'), of('organizations'), of('iam'), of('iam', `ASIA${account}`)];
    });
    const byText = (them: readonly object[]) => them.map((it) => JSON.stringify(it)).sort();
    assert.deepEqual(byText(asked), byText(expected));
  });
}

test('a client has a place ready for all that the SDK notes of a call', async () => {
  const settings = { region: 'us-east-1', credentials: CALLER, requestHandler: handlerOf(refuse) };
  const clients = await openClients(settings, 1);
  const noted = new Map<object, readonly string[]>();
  for (const client of [clients.sts, clients.organizations, clients.iam] as unknown as STSClient[]) {
    client.middlewareStack.add(
      (next, context) => (args) => {
        noted.set(client.config, Object.keys(context));
        return next(args);
      },
      { step: 'deserialize', priority: 'low' },
    );
  }
  await assert.rejects(clients.sts.send(new GetCallerIdentityCommand()));
  await assert.rejects(clients.organizations.send(new DescribeOrganizationCommand()));
  await assert.rejects(clients.iam.send(new GetUserCommand()));
  assert.equal(noted.size, 3);
  for (const [config, names] of noted) {
    assert.ok(names.length > 5);
    assert.deepEqual(
      names.filter((name) => !(name in config)),
      [],
    );
  }
});
