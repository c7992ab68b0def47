import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerControlRequest } from '../../src/emulator/control.js';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import { serveEmulator } from '../../src/emulator/server.js';

const SCENARIO = { accounts: [{ id: '222222222222', name: 'sandbox-1', root: { password: true } }] };

function control(emulator: Emulator, request: string, body: unknown = {}, address = '127.0.0.1') {
  const [method = '', path = ''] = request.split(' ');
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = answerControlRequest(emulator, { method, path, headers: {}, body: text }, address);
  return { status: answer.status, value: JSON.parse(answer.body) };
}

test('POST faults sets the rules', () => {
  const emulator = openEmulator(SCENARIO);
  const rules = [{ match: { operation: 'Delete*', nth: 2 }, fault: { kind: 'throttle' } }];
  assert.equal(control(emulator, 'POST /_emulator/faults', rules).status, 200);
  assert.deepEqual(emulator.faults, rules);
});

for (const [body, error] of [
  ['{', 'The body is not JSON'],
  [{}, '{} is not of type array'],
  [[{ fault: { kind: 'gremlins' } }], '0.fault.kind: "gremlins" is not a kind of fault'],
  [[{ fault: { kind: 'latency' } }], '0.fault: "milliseconds" is missing'],
  [[{ fault: { kind: 'lie', when: 'now' } }], '0.fault: "when" is not a member here'],
  [
    [{ match: { operation: 'Remove*' }, fault: { kind: 'lie' } }],
    '0.match.operation: The emulator knows no operation "Remove*"',
  ],
  [
    [{ match: { caller: 'nobody' }, fault: { kind: 'lie' } }],
    '0.match.caller: No caller "nobody" in the scenario',
  ],
  [
    [{ fault: { kind: 'change-account', change: { ou: '/Nowhere' } } }],
    '0.fault.change.ou: No organizational unit "/Nowhere" in the scenario',
  ],
  [
    [{ fault: { kind: 'change-account', account: '999999999999', change: {} } }],
    '0.fault.account: Account 999999999999 is not in the scenario',
  ],
  [
    [{ fault: { kind: 'attach-policy', target: '/Nowhere', policy: { Statement: [] } } }],
    '0.fault.target: No organizational unit "/Nowhere" in the scenario',
  ],
  [
    [{ fault: { kind: 'attach-policy', target: '999999999999', policy: { Statement: [] } } }],
    '0.fault.target: Account 999999999999 is not in the scenario',
  ],
  [
    [
      {
        fault: {
          kind: 'attach-policy',
          target: '/',
          policy: { Statement: { Effect: 'Deny', Condition: { IpAddress: {} } } },
        },
      },
    ],
    '0.fault.policy: The emulator does not know the condition operator "IpAddress"',
  ],
  [
    [{ fault: { kind: 'detach-policy', target: '/Nowhere', id: 'p-exampledenial' } }],
    '0.fault.target: No organizational unit "/Nowhere" in the scenario',
  ],
  [
    [{ fault: { kind: 'detach-policy', target: '/', id: 'p-exampledenial' } }],
    '0.fault.id: No service control policy "p-exampledenial" in the scenario',
  ],
  [[{ fault: { kind: 'detach-policy', target: '/' } }], '0.fault: "id" is missing'],
  [
    [{ fault: { kind: 'http-error', status: 503, when: 'later' } }],
    '0.fault.when: "later" is not one of before-effect, after-effect',
  ],
  [[{ fault: { kind: 'throttle', when: 'after-effect' } }], '0.fault: "when" is not a member here'],
  [
    [{ fault: { kind: 'latency', milliseconds: { median: 80, p99: 20 } } }],
    '0.fault.milliseconds.p99: The 99th percentile is below the median',
  ],
  [
    [{ fault: { kind: 'latency', milliseconds: { median: 80 } } }],
    /^0\.fault\.milliseconds: .*must have property p99/,
  ],
  [
    [{ fault: { kind: 'latency', milliseconds: { median: 0, p99: 1 } } }],
    '0.fault.milliseconds.median: 0 must be > 0',
  ],
  [
    [{ fault: { kind: 'latency', milliseconds: { mean: 5, median: 80, p99: 90 } } }],
    /must NOT have more than 2 properties/,
  ],
  [
    [{ match: { account: 222222222222 }, fault: { kind: 'lie' } }],
    /^0\.match\.account: 222222222222 must be in quotes/,
  ],
] as const) {
  test(`POST faults refuses ${JSON.stringify(body)} and keeps the rules`, () => {
    const emulator = openEmulator(SCENARIO);
    const { status, value } = control(emulator, 'POST /_emulator/faults', body);
    assert.equal(status, 400);
    if (typeof error === 'string') assert.equal(value.error, error);
    else assert.match(value.error, error);
    assert.deepEqual(emulator.faults, []);
  });
}

test('POST accounts changes an account', () => {
  const emulator = openEmulator(SCENARIO);
  const change = { state: 'SUSPENDED', remove: { password: true }, add: { accessKeys: 1 } };
  assert.equal(control(emulator, 'POST /_emulator/accounts/222222222222', change).status, 200);
  const account = emulator.account('222222222222');
  assert.deepEqual([account.state, account.password, account.accessKeys.length], ['SUSPENDED', undefined, 1]);
});

test('POST accounts refuses what does not exist', () => {
  const emulator = openEmulator(SCENARIO);
  const change = (id: string, body: unknown) =>
    control(emulator, `POST /_emulator/accounts/${id}`, body).value.error;
  assert.equal(change('999999999999', {}), 'No account 999999999999 in the scenario');
  assert.equal(
    change('222222222222', { ou: '/Nowhere' }),
    'No organizational unit "/Nowhere" in the scenario',
  );
  assert.equal(change('222222222222', { color: 'red' }), '"color" is not a member here');
});

const DENIAL = { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } };

test('POST policies attaches a policy, GET state shows it, and POST policies takes it away again', () => {
  const emulator = openEmulator(SCENARIO);
  const post = (body: unknown) => control(emulator, 'POST /_emulator/policies', body).status;
  const target = '222222222222';
  assert.equal(post({ kind: 'attach-policy', target, id: 'p-exampledenial', policy: DENIAL }), 200);
  const shown = () => control(emulator, 'GET /_emulator/state').value.policies[target];
  assert.deepEqual([shown().length, shown()[0].id, shown()[0].document], [1, 'p-exampledenial', DENIAL]);
  assert.equal(post({ kind: 'detach-policy', target, id: 'p-exampledenial' }), 200);
  assert.deepEqual(shown(), []);
});

for (const [body, error] of [
  [
    { kind: 'attach-policy', target: '/Nowhere', policy: DENIAL },
    'No account or organizational unit "/Nowhere" in the scenario',
  ],
  [
    {
      kind: 'attach-policy',
      target: '/',
      policy: { Statement: { Effect: 'Deny', Condition: { IpAddress: {} } } },
    },
    'The emulator does not know the condition operator "IpAddress"',
  ],
  [
    { kind: 'attach-policy', target: 'Workloads', policy: DENIAL },
    'target: "Workloads" does not look like a path of organizational units (/Workloads), an id, or an account id in quotes',
  ],
  [
    { kind: 'detach-policy', target: '/', id: 'p-exampledenial' },
    'No policy "p-exampledenial" is attached to "/"',
  ],
  [
    { kind: 'replace-policy', target: '/' },
    'kind: "replace-policy" is not a change of policies: attach-policy, detach-policy',
  ],
] as const) {
  test(`POST policies refuses ${JSON.stringify(body)} and changes nothing`, () => {
    const emulator = openEmulator(SCENARIO);
    const { status, value } = control(emulator, 'POST /_emulator/policies', body);
    assert.deepEqual([status, value.error], [400, error]);
    assert.deepEqual([emulator.history.length, emulator.world.policies.size], [0, 0]);
  });
}

test('GET state shows accounts and their credentials', () => {
  const { value } = control(openEmulator(SCENARIO), 'GET /_emulator/state');
  assert.equal(value.organization.managementAccount, '111111111111');
  assert.ok(value.accounts['222222222222'].password.created);
});

test('a request that is none of these gets a list of them', () => {
  const { status, value } = control(openEmulator(SCENARIO), 'GET /_emulator/nothing');
  assert.equal(status, 404);
  assert.match(value.error, /GET calls, GET state, POST reset-calls/);
});

test('control requests from another machine are refused', () => {
  const emulator = openEmulator(SCENARIO);
  assert.equal(control(emulator, 'GET /_emulator/state', {}, '192.0.2.7').status, 403);
  for (const local of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    assert.equal(control(emulator, 'GET /_emulator/state', {}, local).status, 200);
  }
});

test('calls are read and reset over HTTP, and control requests are not among them', async (t) => {
  const emulator = openEmulator(SCENARIO);
  const server = await serveEmulator(emulator);
  t.after(() => server.close());
  await fetch(server.url, { method: 'POST', body: 'Action=GetUser&Version=2010-05-08' });
  const read = async () =>
    (await (await fetch(`${server.url}/_emulator/calls`)).json()) as { operation: string }[];
  assert.deepEqual(
    (await read()).map(({ operation }) => operation),
    ['GetUser'],
  );
  await fetch(`${server.url}/_emulator/reset-calls`, { method: 'POST' });
  assert.deepEqual(await read(), []);
});
