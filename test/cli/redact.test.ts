/** What `--redact` masks occurs in no byte of what is shown, whatever the organization holds; the plan stays the plan. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AccountSpec } from '../../src/emulator/scenario/scenario.js';
import type { Result } from './harness.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';

const FILE = 'org.plan.yaml';
const TRUST = ['--trust', 'trust.yaml'];
const CHECKS = ['--policy', 'policy.yaml', ...TRUST];
const MANAGEMENT = '111111111111';

const textOf = (characters: string, min: number, max: number) =>
  fc.array(fc.constantFrom(...characters), { minLength: min, maxLength: max }).map((parts) => parts.join(''));
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const CODE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const address = fc
  .tuple(textOf(`${LOWER}0123456789.+_-`, 2, 20), textOf(LOWER, 3, 10))
  .map(([local, domain]) => `q${local}@${domain}.example`);
const keyId = textOf(CODE, 16, 16).map((id) => `AKIA${id}`);
const certificateId = textOf(CODE, 24, 32);

function accountOf(id: string): fc.Arbitrary<AccountSpec> {
  const serial = fc.oneof(
    textOf('ABCDEFGHKT0123456789', 9, 16),
    textOf(`${LOWER}0123456789-`, 8, 24).map((name) => `arn:aws:iam::${id}:mfa/${name}`),
  );
  return fc
    .record({
      email: address,
      password: fc.boolean(),
      serials: fc.uniqueArray(serial, { maxLength: 2 }),
      keys: fc.uniqueArray(keyId, { maxLength: 2 }),
      certificates: fc.uniqueArray(certificateId, { maxLength: 2 }),
      owner: address,
      named: fc.boolean(),
    })
    .map(({ email, password, serials, keys, certificates, owner, named }) => ({
      id,
      email,
      // People do name accounts for the mailbox.
      name: named ? `shop (${email})` : 'shop',
      tags: { owner },
      root: {
        ...(password ? { password: { created: '2019-02-04T00:00:00Z' } } : {}),
        mfaDevices: serials,
        accessKeys: keys,
        signingCertificates: certificates,
      },
    }));
}

const MEMBERS = ['222222222222', '333333333333', '444444444444', '555555555555'];
const organization = fc.record({
  members: fc.tuple(...MEMBERS.map(accountOf)),
  caller: fc
    .tuple(textOf(LOWER, 6, 12), textOf(LOWER, 6, 12))
    .map(([role, session]) => `arn:aws:sts::${MANAGEMENT}:assumed-role/Z${role}/y${session}@corp.example`),
  domain: textOf(LOWER, 3, 10),
  later: certificateId,
});
type Organization = typeof organization extends fc.Arbitrary<infer T> ? T : never;

/** Every value of the scenario that a redacted document may not hold, in lower case. */
function listSecrets({ members, caller, later }: Organization): string[] {
  return members
    .flatMap(({ email = '', tags = {}, root = {} }) => [
      email,
      ...Object.values(tags),
      ...[root.mfaDevices, root.accessKeys, root.signingCertificates].flatMap((ids) =>
        Array.isArray(ids) ? ids.map(String) : [],
      ),
    ])
    .concat(caller, caller.split('/').slice(1), later)
    .map((secret) => secret.toLowerCase());
}

function policyOf({ domain, members }: Organization): string {
  return `version: 1
exclude:
  - { tags: { owner: nobody }, reason: tags are read }
  - { email: "*@${domain}.example", reason: "asked for by ${members[0]?.email}" }
delete: [password, mfa-device, access-key, signing-certificate]
blocking: account
findings:
  selector-unmatched: warn
  audit-unknown: warn
  access-key-present: warn
  signing-certificate-present: warn
  deletion-guarded: warn
  root-used-recently: info
guards: { access-key: { unusedFor: 90d } }
rollout: { waves: [100%], stopAfterFailures: 9 }
`;
}

/** Runs every command that can be redacted, in every format. */
async function* showAll({ run, folder }: Planned): AsyncGenerator<readonly [string, Result]> {
  const redacted = async (...argv: string[]) => [argv.join(' '), await run([...argv, '--redact'])] as const;
  yield redacted('audit');
  for (const format of ['text', 'json', 'csv', 'html']) yield redacted('audit', '--format', format);
  yield redacted('audit', '--json');
  for (const format of ['text', 'json', 'html', 'csv', 'sarif']) {
    yield redacted('show', FILE, ...CHECKS, '--format', format);
    yield redacted('show', FILE, '--format', format);
  }
  yield redacted('show', FILE, ...TRUST, '--format', 'markdown', '--limit', 'none');
  for (const format of ['text', 'json', 'markdown']) {
    yield redacted('diff', 'old.plan.yaml', FILE, ...TRUST, '--format', format);
  }
  for (const flags of [[], ['--json']]) {
    yield redacted('notice', FILE, ...TRUST, ...flags);
    for (const id of MEMBERS) {
      yield redacted('explain', id, '--policy', 'policy.yaml', ...flags);
      yield redacted('explain', id, '--policy', 'policy.yaml', '--plan', FILE, ...flags);
    }
  }
  for (const format of ['text', 'json', 'junit'])
    yield redacted('verify', FILE, ...CHECKS, '--format', format);
  yield redacted('apply', FILE, ...CHECKS, '--confirm', ORGANIZATION, '--verbose');
  yield redacted('apply', FILE, ...CHECKS, '--confirm', ORGANIZATION, '--json');
  const journal = readdirSync(folder).find((name) => name.endsWith('.journal.jsonl'));
  if (journal === undefined) return;
  for (const format of ['json', 'markdown']) yield redacted('receipt', journal, '--format', format);
}

const PLAN = ['plan', '--policy', 'policy.yaml', '--key', 'key.pem', '--out'];

test('no address, id of a credential or name of a caller occurs in what is redacted, in any format', async (t) => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(organization, async (made) => {
      const scenario = {
        organization: { id: ORGANIZATION, managementAccount: MANAGEMENT, rootId: 'r-ab12' },
        callers: { operator: { arn: made.caller } },
        accounts: [{ id: MANAGEMENT, name: 'management', email: 'quiet.boss@corp.example' }, ...made.members],
        // One account cannot be audited: AWS's message names who asked.
        scps: [
          {
            target: '555555555555',
            policy: {
              Version: '2012-10-17' as const,
              Statement: [{ Effect: 'Deny' as const, Action: '*', Resource: '*' }],
            },
          },
        ],
      };
      const planned = await createPlanned(t, { scenario, policy: policyOf(made) });
      await planned.run([...PLAN, 'old.plan.yaml']);
      planned.emulator.changeAccount('222222222222', {
        add: { password: { created: '2020-02-04T00:00:00Z' } },
      });
      const plan = await planned.run([...PLAN, FILE]);
      assert.equal(plan.code, 0, plan.stderr);
      planned.emulator.changeAccount('222222222222', { add: { signingCertificates: [made.later] } });

      const secrets = [...listSecrets(made), 'quiet.boss@corp.example'];
      const plain = await Promise.all([
        planned.run(['audit', '--format', 'json']),
        planned.run(['show', FILE, '--json']),
      ]);
      const shown = plain.map(({ stdout }) => stdout.toLowerCase()).join('');
      // What is looked for is there without the flag.
      assert.ok(secrets.filter((secret) => shown.includes(secret)).length > made.members.length);

      const before = await planned.read(FILE);
      const { digest } = JSON.parse((await planned.run(['show', FILE, '--json'])).stdout);
      for await (const [name, { code, stdout, stderr }] of showAll(planned)) {
        // A plan tells nothing of an account that has no root credentials.
        const isClean = name.startsWith('explain') && / only that it is clean, /.test(stderr);
        assert.ok([0, 5, 6].includes(code) || isClean, `${name}: ${code} ${stderr}`);
        const said = `${stdout}${stderr}`;
        for (const secret of secrets) {
          assert.ok(
            !said.toLowerCase().includes(secret),
            `${name} holds ${secret}:\n${said.slice(0, 3_000)}`,
          );
        }
        if (stdout !== '' && !name.startsWith('verify') && !isClean) assert.match(said, /redacted/i, name);
        if (name.startsWith('show') && !/csv|sarif/.test(name)) assert.ok(stdout.includes(digest), name);
        kinds.add(name.split(' ')[0] ?? '');
      }
      assert.equal(await planned.read(FILE), before);
    }),
    { numRuns: 6, endOnFailure: true },
  );
  assert.deepEqual([...kinds].sort(), [
    'apply',
    'audit',
    'diff',
    'explain',
    'notice',
    'receipt',
    'show',
    'verify',
  ]);
});

test('an approval by the digest that a redacted view shows fits the plan', async (t) => {
  const planned = await createPlanned(t);
  const { run, read, write } = planned;
  const { stdout: ada } = await run([
    ...['keygen', '--out', 'ada.pem', '--name', 'ada', '--role', 'approver', '--quiet'],
  ]);
  const trust = (await read('trust.yaml')).replace('{ planner: 1 }', '{ planner: 1, approver: 1 }');
  await write('trust.yaml', `${trust}${ada}`);
  await planned.plan();
  const { stdout } = await run(['show', FILE, ...TRUST, '--redact']);
  const [, digest = ''] = /\nDigest sha256:([0-9a-f]{64})\n/.exec(stdout) ?? [];
  const approved = await run(['approve', FILE, '--key', 'ada.pem', ...TRUST, '--confirm', digest]);
  assert.equal(approved.code, 0, approved.stderr);
  assert.equal((await planned.verify()).code, 0);
});

test('a redacted view keeps what a review needs: accounts, kinds, dates, the ends of ids, and which are deleted', async (t) => {
  const planned = await createPlanned(t, {
    scenario: {
      organization: { id: ORGANIZATION, managementAccount: MANAGEMENT, rootId: 'r-ab12' },
      accounts: [
        { id: MANAGEMENT },
        {
          id: '222222222222',
          root: {
            accessKeys: [
              {
                id: 'AKIAIOSFODNN7EXAMPLE',
                created: '2018-05-01T00:00:00Z',
                lastUsed: '2026-11-20T08:00:00Z',
              },
              {
                id: 'AKIAI44QH8DHBEXAMPLE',
                created: '2018-05-01T00:00:00Z',
                lastUsed: '2019-05-20T08:00:00Z',
              },
            ],
          },
        },
      ],
    },
    policy:
      'version: 1\ndelete: [password, mfa-device, access-key]\nfindings: { access-key-present: info, root-used-recently: info, deletion-guarded: info }\nguards: { access-key: { unusedFor: 90d } }\n',
  });
  assert.equal((await planned.plan()).code, 0);
  const { stdout } = await planned.run(['show', FILE, '--redact']);
  // Of two that are masked alike, each keeps a name of its own: one of them is deleted.
  assert.match(
    stdout,
    /\n {4}- {2}access-key AKIA…MPLE +Active, created 2018-05-01T00:00:00Z, last used 2019-/,
  );
  assert.match(
    stdout,
    /\n {7}access-key AKIA…MPLE\(2\) +Active, created 2018-05-01T00:00:00Z, last used 2026-/,
  );
  assert.match(stdout, /^Signatures complete: [^\n]+\nRedacted: /);
});

for (const [argv, says] of [
  [
    ['notice', FILE, '--redact', '--out', 'notices', '--from', 'security@example.com'],
    /^Error: --from writes mails, which need the addresses that --redact masks\n {2}→ /,
  ],
  [
    ['receipt', 'journal', '--redact'],
    /^Error: a receipt in YAML is evidence, and cannot be redacted\n {2}→ /,
  ],
] as const) {
  test(`rootsweep ${argv.join(' ')} is refused`, async (t) => {
    const { run } = await createPlanned(t);
    const { code, stderr } = await run(argv);
    assert.equal(code, 1);
    assert.match(stderr, says);
  });
}

test('an error names no id of a redacted plan either', async (t) => {
  const id = 'TA7SMP42TDN5Z26OBPJE7EXAMPLE';
  const planned = await createPlanned(t, {
    scenario: {
      organization: { id: ORGANIZATION, managementAccount: MANAGEMENT, rootId: 'r-ab12' },
      accounts: [{ id: MANAGEMENT }, { id: '222222222222', root: { signingCertificates: [id] } }],
    },
    policy: `version: 1
delete: [password, mfa-device, signing-certificate]
findings: { signing-certificate-present: info }
waivers: [{ signing-certificate: ${id}, reason: no program signs with it, until: 2026-11-24 }]
`,
  });
  assert.equal((await planned.plan()).code, 0);
  const options = { now: '2026-11-25T09:00:00Z' };
  const plain = await planned.run(['verify', FILE, ...CHECKS], options);
  assert.ok(plain.stderr.includes(id), plain.stderr);
  for (const format of ['text', 'json', 'junit']) {
    const { code, stdout, stderr } = await planned.run(
      ['verify', FILE, ...CHECKS, '--format', format, '--redact'],
      options,
    );
    assert.equal(code, 4);
    assert.ok(!`${stdout}${stderr}`.includes(id));
    assert.match(`${stdout}${stderr}`, /signing-certificate …MPLE of account/);
  }
  const shown = await planned.run(['show', FILE, ...CHECKS, '--redact'], options);
  assert.match(shown.stdout, /^REFUSED: nothing lets signing-certificate …MPLE of account "222222222222" go/);
});

test('nor does verify, apply or a receipt name a signer whose key is called by an address', async (t) => {
  const planned = await createPlanned(t);
  const address = 'ada.lovelace@corp.example';
  const trust = (await planned.read('trust.yaml')).replace('"planner"', `"${address}"`);
  await planned.write('trust.yaml', trust);
  assert.equal((await planned.plan()).code, 0);
  const commands = [
    ['verify', FILE, ...CHECKS],
    ['verify', FILE, ...CHECKS, '--json'],
    ['apply', FILE, ...CHECKS, '--confirm', ORGANIZATION],
  ];
  for (const argv of commands) {
    const { code, stdout, stderr } = await planned.run([...argv, '--redact']);
    assert.equal(code, 0, stderr);
    assert.ok(!`${stdout}${stderr}`.includes(address), `${argv.join(' ')}: ${stdout}${stderr}`);
    assert.match(`${stdout}${stderr}`, /"a…@corp\.example"/);
  }
  const journal = readdirSync(planned.folder).find((name) => name.endsWith('.journal.jsonl')) ?? '';
  const signing = ['--key', 'key.pem', '--out', 'org.receipt.yaml'];
  assert.equal((await planned.run(['receipt', journal, ...TRUST, ...signing])).code, 0);
  for (const more of [[], ['--json']]) {
    const { stdout } = await planned.run(['verify', 'org.receipt.yaml', ...TRUST, ...more, '--redact']);
    assert.ok(!stdout.includes(address), stdout);
  }
});
