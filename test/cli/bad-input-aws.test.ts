/** Credentials, networks and organizations with which nothing can be planned. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { AwsSettings } from '../../src/aws/settings.js';
import { cleanEnvironment } from './clean-environment.js';
import { fastClock } from './fast-clock.js';
import { createPlanned, ORGANIZATION, SCENARIO } from './planned.js';
import { assertRefused, type Refusal } from './refused.js';

const PLAN = ['plan', '--policy', 'policy.yaml', '--out', 'new.plan.yaml', '--key', 'key.pem'];
const COMMANDS = [['audit'], PLAN];
const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret/of/a/caller' };

const ENVIRONMENTS: readonly (Pick<Refusal, 'says' | 'hint'> & {
  readonly when: string;
  readonly env?: Record<string, string>;
  readonly flags?: readonly string[];
})[] = [
  {
    when: 'there is no region',
    env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
    says: 'no AWS region is set',
    hint: 'pass --region us-east-1, or set AWS_REGION',
  },
  {
    when: 'there are no credentials',
    flags: ['--region', 'us-east-1'],
    says: 'no AWS credentials were found: Could not load credentials from any providers',
    hint: 'sign in, for example with "aws sso login", or pass --profile',
  },
  {
    when: 'the profile does not exist',
    flags: ['--region', 'us-east-1', '--profile', 'nowhere'],
    says: /^no AWS credentials were found for profile "nowhere": /,
    hint: 'sign in, for example with "aws sso login", or pass --profile',
  },
];

for (const { when, env = {}, flags = [], says, hint } of ENVIRONMENTS) {
  for (const argv of COMMANDS) {
    test(`${argv[0]} is refused when ${when}`, async (t) => {
      cleanEnvironment(t, env);
      const planned = await createPlanned(t);
      await assertRefused(planned, { argv: [...argv, ...flags], options: { aws: {} }, code: 1, says, hint });
    });
  }
}

/** Starts a server that answers nothing that AWS would. */
async function serve(t: TestContext, listener: RequestListener): Promise<AwsSettings> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { endpoint: `http://127.0.0.1:${address.port}`, region: 'us-east-1', credentials: CREDENTIALS };
}

test('audit ends after six tries when the endpoint refuses connections', async (t) => {
  const planned = await createPlanned(t);
  const aws = { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials: CREDENTIALS };
  const clock = fastClock();
  const { code, stderr } = await planned.run(['audit'], { aws, clock });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Error: sts:GetCallerIdentity got no answer from AWS: connect ECONNREFUSED 127\.0\.0\.1:1; tried 127\.0\.0\.1:1 6 times in \d s\n {2}→ check the network, the region and AWS_ENDPOINT_URL\n$/,
  );
  assert.ok(clock.slept() < 10_000, String(clock.slept()));
});

test('audit is refused when the endpoint has no address', async (t) => {
  const planned = await createPlanned(t);
  const aws = { endpoint: 'http://aws.invalid', region: 'us-east-1', credentials: CREDENTIALS };
  await assertRefused(planned, {
    argv: ['audit'],
    options: { aws, clock: fastClock() },
    code: 1,
    says: /^sts:GetCallerIdentity got no answer from AWS: getaddrinfo (ENOTFOUND|EAI_AGAIN) aws\.invalid; tried aws\.invalid:80 6 times in \d+ s$/,
    hint: 'check the network, the region and AWS_ENDPOINT_URL',
  });
});

test('audit is refused when the endpoint is no URL', async (t) => {
  const planned = await createPlanned(t);
  const aws = { endpoint: 'not a url', region: 'us-east-1', credentials: CREDENTIALS };
  await assertRefused(planned, {
    argv: ['audit'],
    options: { aws },
    code: 1,
    says: /Invalid URL$/,
    hint: /AWS_ENDPOINT_URL/,
  });
});

const ANSWERS: readonly (readonly [what: string, listener: RequestListener, says: RegExp])[] = [
  [
    'a page of HTML',
    (_, answer) => answer.setHeader('content-type', 'text/html').end('<html><body>Sign in</body></html>'),
    /^sts:GetCallerIdentity was not answered by AWS: a web page came, with status 200$/,
  ],
  ['nothing', (_, answer) => answer.end(), /^sts:GetCallerIdentity /],
  ['garbage', (_, answer) => answer.end(Buffer.alloc(5000, 0xfe)), /^sts:GetCallerIdentity /],
  ['JSON', (_, answer) => answer.end('{}'), /^sts:GetCallerIdentity /],
  [
    'half a document',
    (_, answer) => answer.end('<GetCallerIdentityResponse><GetCallerId'),
    /^sts:GetCallerIdentity /,
  ],
  [
    '404 with a page of HTML',
    (_, answer) =>
      answer.writeHead(404, { 'content-type': 'text/html' }).end('<html><h1>Not found</h1></html>'),
    /^sts:GetCallerIdentity failed: NotFound: HTTP status 404$/,
  ],
  [
    'a redirection',
    (_, answer) => answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    /^sts:GetCallerIdentity failed: Unknown: HTTP status 302$/,
  ],
  [
    '500 for ever',
    (_, answer) => answer.writeHead(500).end('Internal Server Error'),
    /^sts:GetCallerIdentity got no answer from AWS: /,
  ],
  [
    '503 with a page of HTML for ever',
    (_, answer) => answer.writeHead(503, { 'content-type': 'text/html' }).end('<html>Busy</html>'),
    /^sts:GetCallerIdentity got no answer from AWS: HTTP status 503$/,
  ],
  [
    '429 for ever',
    (_, answer) => answer.writeHead(429).end(),
    /^sts:GetCallerIdentity failed: Unknown: HTTP status 429$/,
  ],
  [
    'a closed connection',
    (request) => request.socket.destroy(),
    /^sts:GetCallerIdentity got no answer from AWS: /,
  ],
  ['no HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.9\r\n'), /^sts:GetCallerIdentity /],
];

for (const [what, listener, says] of ANSWERS) {
  for (const argv of COMMANDS) {
    test(`${argv[0]} is refused when the endpoint answers with ${what}`, async (t) => {
      const planned = await createPlanned(t);
      const aws = await serve(t, listener);
      await assertRefused(planned, {
        argv,
        get options() {
          return { aws, clock: fastClock() };
        },
        code: 1,
        says,
        hint: /AWS/,
      });
    });
  }
}

const INCOMPLETE = [
  ['ListAccounts', 'Accounts'],
  ['ListTagsForResource', 'Tags'],
  ['ListOrganizationalUnitsForParent', 'OrganizationalUnits'],
] as const;

for (const [operation, part] of INCOMPLETE) {
  test(`plan takes an answer of ${operation} without ${part} for no answer, and not for nothing`, async (t) => {
    const planned = await createPlanned(t, {
      policy: 'version: 1\nexclude: [{ tags: { stage: prod }, reason: "not these" }]\n',
    });
    const handle = planned.emulator.handle.bind(planned.emulator);
    planned.emulator.handle = async (request) => {
      const reply = await handle(request);
      if (reply.kind !== 'answer' || !request.headers['x-amz-target']?.endsWith(`.${operation}`))
        return reply;
      const headers = { ...reply.response.headers, 'content-length': '2' };
      return { ...reply, response: { ...reply.response, headers, body: '{}' } };
    };
    await assertRefused(planned, {
      argv: PLAN,
      code: 1,
      says: `organizations:${operation} answered without ${part}`,
      hint: 'try again; if it stays, check what AWS_ENDPOINT_URL leads to',
      calls: true,
    });
  });
}

interface Unsuitable extends Pick<Refusal, 'says' | 'hint'> {
  readonly when: string;
  readonly scenario: string;
}

const UNSUITABLE: readonly Unsuitable[] = [
  {
    when: 'the organization has consolidated billing only',
    scenario: SCENARIO.replace('{ id:', '{ featureSet: CONSOLIDATED_BILLING, id:'),
    says: 'organization "o-exampleorgid" does not have all features enabled',
    hint: 'centralized root access needs them; run: aws organizations enable-all-features',
  },
  {
    when: 'trusted access for IAM is off',
    scenario: `${SCENARIO}features: { trustedAccess: false }\n`,
    says: 'trusted access for IAM is off in this organization',
    hint: 'in the management account run: aws organizations enable-aws-service-access --service-principal iam.amazonaws.com',
  },
  {
    when: 'the management of root credentials is off',
    scenario: `${SCENARIO}features: { rootCredentialsManagement: false }\n`,
    says: 'centralized management of root credentials is off in this organization',
    hint: 'in the management account run: aws iam enable-organizations-root-credentials-management',
  },
  {
    when: 'the caller is in some member account',
    scenario: `${SCENARIO}callers: { operator: { account: "222222222222" } }\n`,
    says: 'account "222222222222" is neither the management account nor the delegated administrator for IAM of organization "o-exampleorgid"',
    hint: 'use credentials of the management account "111111111111" or of the delegated administrator',
  },
  {
    when: 'the caller is in a delegated administrator for another service',
    scenario: `${SCENARIO}delegatedAdministrators: [{ account: "222222222222", servicePrincipal: config.amazonaws.com }]\ncallers: { operator: { account: "222222222222" } }\n`,
    says: /^account "222222222222" is neither the management account nor the delegated administrator for IAM/,
    hint: /"111111111111"/,
  },
];

for (const { when, scenario, says, hint } of UNSUITABLE) {
  for (const argv of COMMANDS) {
    test(`${argv[0]} is refused when ${when}`, async (t) => {
      const planned = await createPlanned(t, { scenario });
      await assertRefused(planned, { argv, code: 1, says, hint, calls: true });
      assert.ok(!planned.calls().some((call) => call.includes('AssumeRoot')));
    });
  }
}

test('audit is refused when the calling account is in no organization', async (t) => {
  const planned = await createPlanned(t, {
    scenario: `${SCENARIO}callers: { operator: { account: "999999999999" } }\n`,
  });
  await assertRefused(planned, {
    argv: ['audit'],
    code: 1,
    says: 'account "999999999999" belongs to no organization',
    hint: "use credentials of the organization's management account",
    calls: true,
  });
});

const ACTIONS = [
  'organizations:DescribeOrganization',
  'organizations:ListAccounts',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListTagsForResource',
  'iam:ListOrganizationsFeatures',
];

for (const action of ACTIONS) {
  test(`plan is refused with the name of the action when the caller may not call ${action}`, async (t) => {
    const planned = await createPlanned(t, {
      scenario: `${SCENARIO}callers: { operator: { deny: ["${action}"] } }\n`,
      policy: 'version: 1\ninclude: [{ tags: { stage: prod } }]\n',
    });
    await assertRefused(planned, {
      argv: PLAN,
      code: 1,
      says: new RegExp(`^the caller is not allowed to call ${action}: .*${action}`),
      hint: `allow ${action} in the IAM policy of the caller; the README holds the whole policy`,
      calls: true,
    });
  });
}

test('plan is blocked with the name of the action when the caller may not call sts:AssumeRoot', async (t) => {
  const planned = await createPlanned(t, {
    scenario: `${SCENARIO}callers: { operator: { deny: ["sts:AssumeRoot"] } }\n`,
  });
  const { code, stdout } = await planned.plan();
  assert.equal(code, 3);
  assert.match(stdout, /AssumeRoot failed: AccessDenied: .*sts:AssumeRoot/);
  assert.match(stdout, /→ allow the caller sts:AssumeRoot on this account/);
});

test('apply deletes nothing, and says why, when the caller may not call organizations:DescribeAccount', async (t) => {
  const planned = await createPlanned(t, {
    scenario: `${SCENARIO}callers: { planner: {}, operator: { deny: ["organizations:DescribeAccount"] } }\n`,
  });
  await planned.plan();
  const { code, stdout } = await planned.apply();
  assert.equal(code, 6);
  assert.match(stdout, /the caller is not allowed to call organizations:DescribeAccount/);
  assert.deepEqual(planned.deletions(), []);
});

test('audit is refused when the credentials have expired', async (t) => {
  const planned = await createPlanned(t);
  const message = 'The security token included in the request is expired';
  planned.emulator.setFaults([
    {
      match: { operation: 'GetCallerIdentity' },
      fault: { kind: 'error', status: 403, code: 'ExpiredToken', message },
    },
  ]);
  await assertRefused(planned, {
    argv: ['audit'],
    code: 1,
    says: `AWS refused the credentials: ${message}`,
    hint: 'sign in again, or pass --profile',
    calls: true,
  });
});

test('plan is refused when the credentials expire while it lists the accounts', async (t) => {
  const planned = await createPlanned(t);
  const message = 'The security token included in the request is expired';
  planned.emulator.setFaults([
    {
      match: { operation: 'ListAccounts' },
      fault: { kind: 'error', status: 400, code: 'ExpiredTokenException', message },
    },
  ]);
  await assertRefused(planned, {
    argv: PLAN,
    code: 1,
    says: `AWS refused the credentials: ${message}`,
    hint: 'sign in again, or pass --profile',
    calls: true,
  });
});

const WRONG: readonly (readonly [when: string, change: Partial<typeof CREDENTIALS>, says: RegExp])[] = [
  [
    'the secret is wrong',
    { secretAccessKey: 'wrong/secret' },
    /^AWS refused the credentials: The request signature we/,
  ],
  [
    'the access key is unknown',
    { accessKeyId: 'AKIAUNKNOWN00000000' },
    /^AWS refused the credentials: The security token/,
  ],
];

for (const [when, change, says] of WRONG) {
  test(`audit is refused without a word of the secret when ${when}`, async (t) => {
    const planned = await createPlanned(t);
    const credentials = { ...planned.emulator.callerCredentials(), ...change };
    const aws = { endpoint: planned.server.url, region: 'us-east-1', credentials };
    await assertRefused(planned, {
      argv: ['audit', '--verbose'],
      // The SDK takes every error for one of the clock where it has to correct the clock of this machine.
      options: { aws, now: new Date().toISOString() },
      code: 1,
      says,
      hint: 'sign in again, or pass --profile',
      calls: true,
    });
    const { stdout, stderr } = await planned.run(['audit', '--verbose', '--json'], { aws });
    assert.ok(!`${stdout}${stderr}`.includes(credentials.secretAccessKey));
  });
}

test('apply is refused before it asks when trusted access was turned off after planning', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.emulator.setFaults([
    {
      match: { operation: 'ListOrganizationsFeatures' },
      fault: { kind: 'error', status: 409, code: 'ServiceAccessNotEnabledException', message: 'off' },
    },
  ]);
  const { code, stdout, stderr } = await planned.apply(['--quiet'], { typed: ORGANIZATION });
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^Error: trusted access for IAM is off in this organization\n {2}→ [^\n]+\n$/);
  assert.deepEqual(planned.deletions(), []);
});
