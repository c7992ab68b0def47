/** `rootsweep trust`: adds keys, revokes plans and shows who is trusted, and leaves what people wrote alone. */
import assert from 'node:assert/strict';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import { parseTrust } from '../../src/files/keys/trust.js';
import { readPlan } from './attacks.js';
import { fastClock } from './fast-clock.js';
import { createHarness } from './harness.js';
import { approving, createPlanned, ORGANIZATION, SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';

const ADD = ['trust', 'add', '--trust', 'trust.yaml', '--name', 'ada', '--role', 'approver'];
const AGAIN = ['verify', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const APPLY = [
  ...['apply', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
  ...['--confirm', ORGANIZATION],
];

test('trust add adds a line for the key and leaves every other byte alone', async (t) => {
  const { run, read, write } = await createPlanned(t);
  await run(['keygen', '--out', 'ada.pem', '--quiet']);
  const before = `# Ours.\n${(await read('trust.yaml')).replace('{ planner: 1 }', '{planner: 1}  # one')}# The end.\n`;
  await write('trust.yaml', before);
  const { code, stdout, stderr } = await run([...ADD, '--from', 'ada.pem', '--until', '2027-03-31']);
  assert.deepEqual([code, stdout, stderr], [0, '"ada" may now sign as approver: "trust.yaml".\n', '']);
  const after = await read('trust.yaml');
  const added = after.replace(/ {2}- name: "ada"\n(?: {4}.*\n){3}/, '');
  assert.equal(added, before);
  const [planner, ada] = parseTrust(after, 'trust.yaml').keys;
  assert.deepEqual(
    [planner?.name, ada?.name, ada?.roles, ada?.until],
    ['planner', 'ada', ['approver'], '2027-03-31'],
  );
});

for (const [style, spell, added] of [
  [
    'a list in one line',
    (text: string) =>
      text.replace(
        /keys:\n {2}- name: (\S+)\n {4}publicKey: (\S+)\n {4}roles: \[.*\]\n/,
        'keys: [ {name: $1, publicKey: $2, roles: [ planner,operator ]} ]  # us\n',
      ),
    /, \{name: "ada", publicKey: "\S+", roles: \["approver"\]\}/,
  ],
  [
    'a list in brackets, with a comma at the end',
    (text: string) =>
      text.replace(
        /keys:\n {2}- name: (\S+)\n {4}publicKey: (\S+)\n {4}roles: \[.*\]\n/,
        'keys: [\n  {name: $1, publicKey: $2, roles: [planner, operator]},\n]\n',
      ),
    / \{name: "ada", publicKey: "\S+", roles: \["approver"\]\}/,
  ],
] as const) {
  test(`trust add leaves every other byte alone in ${style}`, async (t) => {
    const { run, read, write } = await createPlanned(t);
    await run(['keygen', '--out', 'ada.pem', '--quiet']);
    const before = spell(await read('trust.yaml'));
    assert.ok(before.includes('keys: ['));
    await write('trust.yaml', before);
    const { code, stderr } = await run([...ADD, '--from', 'ada.pem']);
    assert.equal(code, 0, stderr);
    const after = await read('trust.yaml');
    assert.equal(after.replace(added, ''), before);
    assert.equal(parseTrust(after, 'trust.yaml').keys.length, 2);
  });
}

test('a key that trust add added as approver can approve, and the plan can then be applied', async (t) => {
  const { run, read, write, plan, verify, apply } = await createPlanned(t);
  await write(
    'trust.yaml',
    (await read('trust.yaml')).replace('{ planner: 1 }', '{ planner: 1, approver: 1 }'),
  );
  await plan();
  const waiting = await verify();
  assert.equal(waiting.code, 7);
  assert.match(
    waiting.stderr,
    /holds too few keys that may sign as approver; add one: rootsweep trust add --from KEY --name NAME --role approver/,
  );
  await run(['keygen', '--out', 'ada.pem', '--quiet']);
  await run([...ADD, '--from', 'ada.pem']);
  assert.match(
    (await verify()).stderr,
    /→ have an approver sign: rootsweep approve org\.plan\.yaml --key KEY\n/,
  );
  const digest = digestBody((await readPlan({ read } as Parameters<typeof readPlan>[0])).body);
  const approve = approving('ada.pem', '--confirm', digest);
  const approved = await run(approve);
  assert.equal(approved.code, 0, approved.stderr);
  assert.equal((await verify()).code, 0);
  assert.equal((await apply()).code, 0);
});

test('trust add makes a file that is not there, which asks for a reviewer', async (t) => {
  const { run, read } = await createHarness(t, SCENARIO);
  await run(['keygen', '--quiet']);
  const key = '.config/rootsweep/signing-key.pem';
  const roles = ['--role', 'planner', '--role', 'operator'];
  assert.equal((await run(['trust', 'add', '--from', key, '--name', 'me', ...roles])).code, 0);
  const { threshold, keys } = parseTrust(await read('.config/rootsweep/trust.yaml'), 'trust.yaml');
  assert.deepEqual(threshold, { planner: 1, approver: 1, witness: 0 });
  assert.deepEqual(keys[0]?.roles, ['planner', 'operator']);
});

test('trust add changes the file that a link leads to, and the link stays', async (t) => {
  const { run, read, folder } = await createPlanned(t);
  await mkdir(join(folder, 'own'));
  await symlink(join(folder, 'trust.yaml'), join(folder, 'own', 'trust.yaml'));
  await run(['keygen', '--out', 'ada.pem', '--quiet']);
  const argv = [...ADD, '--from', 'ada.pem'];
  argv[argv.indexOf('trust.yaml')] = 'own/trust.yaml';
  assert.equal((await run(argv)).code, 0);
  assert.match(await read('trust.yaml'), /- name: "ada"/);
  assert.equal(await readFile(join(folder, 'own', 'trust.yaml'), 'utf8'), await read('trust.yaml'));
});

test('trust add refuses what it cannot add, and changes nothing', async (t) => {
  const planned = await createPlanned(t);
  const { run, write } = planned;
  await run(['keygen', '--out', 'ada.pem', '--quiet']);
  await write('broken.yaml', 'version: 1\nkeys: []\n');
  const cases: readonly (readonly [argv: readonly string[], code: number, says: string | RegExp])[] = [
    [[...ADD, '--from', 'key.pem'], 4, '"trust.yaml" holds this key already, as "planner"'],
    [
      [
        'trust',
        'add',
        '--trust',
        'trust.yaml',
        '--name',
        'planner',
        '--role',
        'approver',
        '--from',
        'ada.pem',
      ],
      4,
      '"trust.yaml" holds another key called "planner"',
    ],
    [
      [...ADD, '--from', 'ada.pem', '--role', 'admin'],
      1,
      '--role takes planner, approver, witness, operator, not "admin"',
    ],
    [[...ADD, '--from', 'ada.pem', '--until', 'soon'], 4, /until .*dates are days of the calendar/],
    [[...ADD, '--from', 'absent.pem'], 1, /there is no such file/],
    [[...ADD, '--from', 'policy.yaml'], 4, /no Ed25519 private key/],
    [
      [...ADD.slice(0, 3), 'broken.yaml', ...ADD.slice(4), '--from', 'ada.pem'],
      4,
      /^broken\.yaml:1:1: the file has no threshold/,
    ],
  ];
  for (const [argv, code, says] of cases) await assertRefused(planned, { argv, code, says, hint: /./ });
});

test('a plan that trust revoke names is refused by verify, apply, approve and witness, with the reason', async (t) => {
  const planned = await createPlanned(t);
  const { run, plan, verify, forget } = planned;
  await plan();
  const digest = digestBody((await readPlan(planned)).body);
  const revoke = [
    'trust',
    'revoke',
    'org.plan.yaml',
    '--trust',
    'trust.yaml',
    '--reason',
    'its owner objected',
  ];
  const { code, stdout } = await run(revoke);
  assert.deepEqual(
    [code, stdout],
    [0, `The plan sha256:${digest} is refused from now on by "trust.yaml".\n`],
  );
  assert.equal((await verify()).code, 4);
  forget();
  const signing = ['--trust', 'trust.yaml', '--key', 'key.pem'];
  for (const argv of [
    AGAIN,
    APPLY,
    ['approve', 'org.plan.yaml', ...signing, '--confirm', digest],
    ['witness', 'org.plan.yaml', ...signing, '--policy', 'policy.yaml'],
  ]) {
    await assertRefused(planned, {
      argv,
      code: 4,
      says: '"org.plan.yaml" is revoked by "trust.yaml": "its owner objected"',
      hint: 'plan again; a revoked plan is never applied',
    });
  }
});

test('trust revoke takes a digest for a plan that is on no disk, and other plans are still good', async (t) => {
  const { run, plan, verify } = await createPlanned(t);
  await plan();
  const revoke = (digest: string) =>
    run(['trust', 'revoke', digest, '--trust', 'trust.yaml', '--reason', 'lost']);
  assert.equal((await revoke(`sha256:${'a'.repeat(64)}`)).code, 0);
  assert.equal((await revoke('b'.repeat(64))).code, 0);
  assert.equal((await verify()).code, 0);
});

test('trust revoke keeps a reason of several lines, in a list that was empty and in one that was not', async (t) => {
  const { run, read, write } = await createPlanned(t);
  const reason = `${'The owner objected, and nobody asked the other owners. '.repeat(3)}\nSee "TICKET-1": later.`;
  const before = `${await read('trust.yaml')}revoked: []\n`;
  await write('trust.yaml', before);
  for (const digit of ['a', 'b']) {
    const argv = ['trust', 'revoke', digit.repeat(64), '--trust', 'trust.yaml', '--reason', reason];
    const { code, stderr } = await run(argv);
    assert.equal(code, 0, stderr);
  }
  const after = await read('trust.yaml');
  assert.ok(after.startsWith(before.slice(0, -']\n'.length)));
  assert.deepEqual(
    parseTrust(after, 'trust.yaml').revoked.map((it) => [it.plan, it.reason]),
    [
      ['a'.repeat(64), reason],
      ['b'.repeat(64), reason],
    ],
  );
});

test('approvals that are written at the same time all stay', async (t) => {
  const { run, read, write, plan } = await createPlanned(t);
  await plan();
  const digest = digestBody((await readPlan({ read } as Parameters<typeof readPlan>[0])).body);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const name of names) {
    await run(['keygen', '--out', `${name}.pem`, '--quiet']);
    const add = ['trust', 'add', '--trust', 'trust.yaml', '--name', name, '--role', 'approver'];
    assert.equal((await run([...add, '--from', `${name}.pem`])).code, 0);
  }
  const results = await Promise.all(
    names.map((name, index) =>
      run(approving(`${name}.pem`, '--confirm', digest), { pid: 5000 + index, isRunning: () => true }),
    ),
  );
  assert.deepEqual(
    results.map(({ code }) => code),
    names.map(() => 0),
  );
  const { signatures } = await readPlan({ read } as Parameters<typeof readPlan>[0]);
  assert.equal(signatures.length, 1 + names.length);
  // A command that was killed while it wrote leaves its lock behind.
  await write(
    'org.plan.yaml.lock',
    '{"run":"x","caller":"k","host":"elsewhere","pid":1,"since":"2026-11-23"}',
  );
  await run(['keygen', '--out', 'g.pem', '--quiet']);
  await run([
    'trust',
    'add',
    '--trust',
    'trust.yaml',
    '--name',
    'g',
    '--role',
    'approver',
    '--from',
    'g.pem',
  ]);
  const { code, stderr } = await run(approving('g.pem', '--confirm', digest), { clock: fastClock() });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Error: another command is writing a signature into the plan\n {2}→ try again; if that command was killed, remove ".*org\.plan\.yaml\.lock" first\n$/m,
  );
});

test('trust show says what a plan needs, who may sign what, and what is revoked', async (t) => {
  const { run, write, read } = await createPlanned(t);
  await run(['keygen', '--out', 'ada.pem', '--quiet']);
  await run([...ADD, '--from', 'ada.pem', '--until', '2026-11-22']);
  await run(['trust', 'revoke', 'a'.repeat(64), '--trust', 'trust.yaml', '--reason', 'lost']);
  await write(
    'trust.yaml',
    (await read('trust.yaml')).replace('{ planner: 1 }', '{ planner: 1, approver: 2 }'),
  );
  const show = ['trust', 'show', '--trust', 'trust.yaml'];
  const { code, stdout, stderr } = await run(show);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout.replace(/\b[0-9a-f]{12}\b/g, 'KEYID'),
    `Trust file "trust.yaml"
A plan needs the signatures of 1 planner, 2 approver; no key counts twice.

  "planner"  planner, operator  ed25519 KEYID
  "ada"      approver           ed25519 KEYID  ended on 2026-11-22

1 plan is revoked:
  sha256:${'a'.repeat(64)}  lost
`,
  );
  const json = JSON.parse((await run([...show, '--json'])).stdout);
  assert.deepEqual(json.threshold, { planner: 1, approver: 2, witness: 0 });
  assert.deepEqual(json.revoked, [{ plan: 'a'.repeat(64), reason: 'lost' }]);
  assert.deepEqual(Object.keys(json.keys[1]), ['name', 'roles', 'until', 'keyid', 'publicKey', 'algorithm']);
});
