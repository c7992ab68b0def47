import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';

const SMALL = `
organization:
  id: o-exampleorgid
  managementAccount: "111111111111"
accounts:
  - id: "222222222222"
    name: sandbox-1
    ou: /Sandbox
    root: { password: true, mfaDevices: 1 }
  - id: "012345678901"
    name: workloads-prod
    ou: /Workloads/Prod
    tags: { stage: prod }
    root:
      password: { created: 2020-01-02T03:04:05Z }
      accessKeys: [AKIAIOSFODNN7EXAMPLE, { status: Inactive }]
callers:
  operator:
  auditor: { deny: ["iam:Enable*"] }
faults:
  - match: { operation: DeleteAccessKey, nth: 1 }
    fault: { kind: throttle }
`;

test('a small scenario is read and becomes a world', () => {
  const emulator = openEmulator(parseScenario(SMALL, 'small.yaml'));
  const production = emulator.account('012345678901');
  assert.equal(production.password?.created, '2020-01-02T03:04:05Z');
  assert.deepEqual(
    production.accessKeys.map(({ status }) => status),
    ['Active', 'Inactive'],
  );
  assert.equal(
    emulator.account('222222222222').mfaDevices[0]?.serial,
    'arn:aws:iam::222222222222:mfa/root-account-mfa-device',
  );
  assert.equal(emulator.world.units.get(production.parent)?.name, 'Prod');
  assert.equal(emulator.faults.length, 1);
});

test('an empty scenario is an organization with a management account and an operator', () => {
  const emulator = openEmulator(parseScenario('', 'empty.yaml'));
  assert.deepEqual([...emulator.world.accounts.keys()], ['111111111111']);
  assert.match(emulator.callerCredentials().accessKeyId, /^AKIA[A-Z2-7]{16}$/);
});

test('what a scenario leaves open is the same each time, and another for another seed', () => {
  const open = (seed: number) => openEmulator(parseScenario(SMALL, 'small.yaml'), { seed });
  assert.deepEqual(open(1).snapshot(), open(1).snapshot());
  assert.notDeepEqual(open(1).snapshot(), open(2).snapshot());
  assert.notEqual(open(1).callerCredentials().accessKeyId, open(2).callerCredentials().accessKeyId);
});

test('a unit that only a fault names is there from the start', () => {
  const text = `
faults:
  - fault: { kind: change-account, account: "111111111111", change: { ou: /Quarantine } }
  - fault: { kind: attach-policy, target: /Locked/Deep, id: p-exampledenial, policy: { Statement: [] } }
  - fault: { kind: detach-policy, target: /Locked/Deep, id: p-exampledenial }
`;
  const { world } = openEmulator(parseScenario(text, 's.yaml'));
  assert.deepEqual(
    [...world.units.values()].map(({ name }) => name),
    ['Root', 'Quarantine', 'Locked', 'Deep'],
  );
});

test('a fault may name a unit by an id that the scenario gives', () => {
  const text = `
organizationalUnits: { Quarantine: { id: ou-ab12-11111111 } }
faults:
  - fault: { kind: change-account, account: "111111111111", change: { ou: ou-ab12-11111111 } }
`;
  assert.equal(openEmulator(parseScenario(text, 's.yaml')).faults.length, 1);
});

test('an encoded slash is part of the name of an organizational unit', () => {
  const { world } = openEmulator({ accounts: [{ id: '222222222222', ou: '/Workloads%2FProd' }] });
  assert.ok([...world.units.values()].some(({ name }) => name === 'Workloads/Prod'));
});

for (const [name, text, message] of [
  ['broken YAML', 'accounts: [', /^s\.yaml:1:12: /],
  [
    'an unquoted account id',
    'accounts:\n  - id: 222222222222\n',
    's.yaml:2:9: 222222222222 must be in quotes: without them YAML reads a number and drops leading zeros',
  ],
  [
    'an unquoted account id in a list that takes strings and objects',
    'delegatedAdministrators:\n  - 222222222222\n',
    's.yaml:2:5: 222222222222 must be in quotes: without them YAML reads a number and drops leading zeros',
  ],
  [
    'an unknown member',
    'accounts:\n  - id: "222222222222"\n    nmae: x\n',
    's.yaml:3:5: "nmae" is not a member here',
  ],
  ['an unknown member at the top', 'acounts: []\n', 's.yaml:1:1: "acounts" is not a member here'],
  ['a member that is missing', 'accounts:\n  - name: x\n', 's.yaml:2:5: "id" is missing'],
  [
    'an id that is too short',
    'accounts:\n  - id: "2222"\n',
    's.yaml:2:9: "2222" does not look like an account id of twelve digits',
  ],
  [
    'a state that does not exist',
    'accounts:\n  - id: "222222222222"\n    state: ASLEEP\n',
    's.yaml:3:12: "ASLEEP" is not one of PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED',
  ],
  [
    'a time without zone',
    'accounts:\n  - id: "222222222222"\n    joined: 2020-01-01\n',
    's.yaml:3:13: "2020-01-01" does not look like a time in UTC (2026-01-31T12:00:00Z)',
  ],
  [
    'a kind of fault that does not exist',
    'faults:\n  - fault: { kind: gremlins }\n',
    's.yaml:2:20: "gremlins" is not a kind of fault',
  ],
  ['quotas that do not exist', 'quotas: none\n', 's.yaml:1:9: "none" is not one of off, documented'],
  [
    'an account that is listed twice',
    'accounts:\n  - id: "222222222222"\n  - id: "222222222222"\n',
    's.yaml:3:9: Account 222222222222 is listed twice',
  ],
  [
    'a delegated administrator that is not there',
    'delegatedAdministrators: ["222222222222"]\n',
    's.yaml:1:27: Account 222222222222 is not in the scenario',
  ],
  [
    'organizational units that are too deep',
    'accounts:\n  - id: "222222222222"\n    ou: /a/b/c/d/e/f\n',
    's.yaml:3:9: AWS nests organizational units 5 deep at most',
  ],
  [
    'a condition that the emulator does not know',
    'scps:\n  - target: /\n    policy: { Statement: { Effect: Deny, Action: "*", Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } } }\n',
    's.yaml:3:13: The emulator does not know the condition operator "IpAddress"',
  ],
  [
    'a policy that is two',
    'scps:\n  - { id: p-denyroot1, target: /, policy: { Statement: { Effect: Deny, Action: "*" } } }\n  - { id: p-denyroot1, target: /A, policy: { Statement: { Effect: Deny, Action: "iam:*" } } }\n',
    's.yaml:3:44: Policy p-denyroot1 has another content above',
  ],
  [
    'a fault on an operation that does not exist',
    'faults:\n  - match: { operation: DeleteAcessKey }\n    fault: { kind: lie }\n',
    's.yaml:2:25: The emulator knows no operation "DeleteAcessKey"',
  ],
  [
    'a fault on an account that is not there',
    'faults:\n  - match: { account: "222222222222" }\n    fault: { kind: lie }\n',
    's.yaml:2:23: Account 222222222222 is not in the scenario',
  ],
  [
    'a fault that moves an account to a unit that is not there',
    'faults:\n  - fault: { kind: change-account, change: { ou: ou-ab12-11111111 } }\n',
    's.yaml:2:50: No organizational unit "ou-ab12-11111111" in the scenario',
  ],
  [
    'a fault that attaches a policy to an account that is not there',
    'faults:\n  - fault: { kind: attach-policy, target: "222222222222", policy: { Statement: [] } }\n',
    's.yaml:2:43: Account 222222222222 is not in the scenario',
  ],
  [
    'a fault that attaches a policy to a unit that is not there',
    'faults:\n  - fault: { kind: attach-policy, target: ou-ab12-11111111, policy: { Statement: [] } }\n',
    's.yaml:2:43: No organizational unit "ou-ab12-11111111" in the scenario',
  ],
  [
    'a fault that takes away a policy that is not there',
    'faults:\n  - fault: { kind: detach-policy, target: /, id: p-exampledenial }\n',
    's.yaml:2:50: No service control policy "p-exampledenial" in the scenario',
  ],
  [
    'a clock skew that is not in milliseconds',
    'clockSkew: 10m\n',
    's.yaml:1:12: "10m" is not of type integer',
  ],
  [
    'a quota of an operation that does not exist',
    'quotas: { operations: { AssumeRot: { perSecond: 1, burst: 1 } } }\n',
    's.yaml:1:36: The emulator knows no operation "AssumeRot"',
  ],
  ['a duplicate key', 'seed: 1\nseed: 2\n', /^s\.yaml:2:1: /],
  ['an alias', 'accounts: &a []\nfaults: *a\n', 's.yaml:2:9: Aliases are not read: write the value out'],
] as const) {
  test(`parseScenario refuses ${name}, with line and column`, () => {
    const read = () => parseScenario(text, 's.yaml');
    assert.throws(
      read,
      typeof message === 'string' ? { name: 'ScenarioError', message } : { name: 'ScenarioError', message },
    );
  });
}

test('openEmulator refuses a scenario that contradicts itself', () => {
  assert.throws(() => openEmulator({ accounts: [{ id: '222222222222' }, { id: '222222222222' }] }), {
    name: 'ScenarioError',
    message: 'accounts.1.id: Account 222222222222 is listed twice',
  });
});
