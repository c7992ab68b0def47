/** Promise 14: evidence that cannot be forged. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, rm, stat, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { nameOnly } from '../../src/core/action/action.js';
import type { JournalRecord, RunStarted } from '../../src/core/apply/journal.js';
import { isDeleteEntry } from '../../src/core/plan/plan.js';
import { digestBody } from '../../src/core/signing/envelope.js';
import { diskStorage } from '../../src/files/journal/journal-storage.js';
import { parsePlan } from '../../src/files/plan/plan.js';
import { type JournalKeys, OPERATOR, writeJournal } from '../signing/journals.js';
import { createTarget, FILE, readPlan } from './attacks.js';
import type { RunOptions } from './harness.js';
import { doomAtRecord } from './kills.js';
import { createSshKey, PATH, withoutOpenSsh } from './open-ssh.js';
import { CONFIG, ORGANIZATION, type Planned } from './planned.js';
import { holdsPrivateKey } from './private-keys.js';
import { createApplied, stopAt } from './receipts.js';
import { assertRefused, listFiles } from './refused.js';
import { CONFIRMED, planOnce, spawnCli } from './spawned.js';

const SHOP = '333333333333';
const APPLY = ['apply', FILE, '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--confirm', ORGANIZATION];
const RESTORE = /^restore the journal that apply wrote/;
const ADD =
  'if that operator is to be trusted, run: rootsweep trust add --from KEY --name NAME --role operator';
const newKey = () => generateKeyPairSync('ed25519').privateKey;

/** As who lays a journal beside a plan would have it: MFA devices of the shop were deleted by an earlier run. */
async function claimDeletions(target: Planned): Promise<{ records: JournalRecord[]; digest: string }> {
  const { body } = await readPlan(target);
  const plan = parsePlan(body, FILE);
  const digest = digestBody(body);
  const [shop] = plan.accounts.filter(isDeleteEntry);
  assert(shop?.id === SHOP);
  const at = '2026-11-23T09:00:00Z';
  const head: RunStarted = {
    type: 'run-started',
    at,
    run: '00000000-0000-4000-8000-00000000000f',
    plan: plan.id,
    digest,
    created: plan.created,
    organization: plan.organization,
    kind: 'sweep',
    policy: plan.policy.sha256,
    signers: [{ name: 'ceo', keyid: 'f'.repeat(64), role: 'approver', at }],
    caller: 'arn:aws:iam::111111111111:user/somebody-else',
    tool: 'rootsweep',
    host: 'host',
    pid: 1,
    operator: OPERATOR,
  };
  const devices = shop.actions.map((it) => nameOnly(it)).filter(({ kind }) => kind === 'delete-mfa-device');
  const records: JournalRecord[] = [
    head,
    { type: 'wave-started', at, wave: 1, accounts: [SHOP] },
    { type: 'account-listed', at, account: SHOP, name: 'shop', credentials: shop.observed.credentials },
    ...devices.flatMap((device): JournalRecord[] => [
      { type: 'action-intended', at, account: SHOP, ...device, session: 'ASIAFORGED' },
      { type: 'action-answered', at, account: SHOP, ...device, answer: 'done', requestId: 'forged' },
    ]),
  ];
  return { records, digest };
}

/** The account has really changed: somebody took its MFA devices away, and left it with its password only. */
async function createDrifted(t: TestContext): Promise<Planned> {
  const target = await createTarget(t);
  const serials = ['first', 'second'].map((name) => `arn:aws:iam::${SHOP}:mfa/${name}`);
  target.emulator.changeAccount(SHOP, { remove: { mfaDevices: serials } });
  assert.equal((await target.run(APPLY)).code, 5);
  for (const name of await readdir(target.folder)) {
    if (name.endsWith('.journal.jsonl')) await rm(join(target.folder, name));
  }
  target.forget();
  return target;
}

const journalOf = (digest: string) => `org.plan.${digest.slice(0, 12)}.journal.jsonl`;

/** Everybody refuses the journal, in the same words, before anything is asked of AWS. */
async function assertForged(
  target: Planned,
  forged: {
    readonly keys: JournalKeys;
    readonly digest?: string;
    readonly change?: (text: string) => string;
  },
  { says, hint = RESTORE }: { readonly says: string; readonly hint?: string | RegExp },
): Promise<void> {
  const { records, digest } = await claimDeletions(target);
  const text = writeJournal(records, { digest: forged.digest ?? digest, ...forged.keys });
  const journal = journalOf(digest);
  await target.write(journal, forged.change?.(text) ?? text);
  const place = `\\./${journal}`.replaceAll('.', '\\.').replace('\\\\.', '\\.');
  await assertRefused(target, {
    argv: APPLY,
    code: 4,
    says: new RegExp(`^${place}:${says}; it could be the journal of a newer plan$`),
    hint: /^if it is not a journal of this organization, move /,
  });
  await assertRefused(target, {
    argv: ['receipt', journal, '--trust', 'trust.yaml'],
    code: 4,
    says: new RegExp(`^${place.slice(3)}:${says}$`),
    hint,
  });
}

test('a forged journal does not make a drifted account one that rootsweep has worked in', async (t) => {
  const target = await createDrifted(t);
  const { keyid } = (await readPlan(target)).signatures[0] ?? {};
  assert.ok(keyid);
  // Every digest in it is right, which everybody can see to.
  const keys = { name: 'planner', operator: newKey(), run: newKey(), claimed: target.key };
  await assertForged(
    target,
    { keys },
    {
      says: '1:1: the journal holds the head of a run that "planner" did not sign, or that was changed afterwards',
    },
  );
});

test('a journal by an operator that the trust file does not hold is refused', async (t) => {
  const target = await createDrifted(t);
  const keys = { name: 'planner', operator: newKey(), run: newKey() };
  await assertForged(
    target,
    { keys },
    {
      says: '1:1: the journal holds a run by a key that "trust.yaml" does not hold \\(\\w{64}\\)',
      hint: ADD,
    },
  );
});

for (const [what, change, says, hint] of [
  [
    'that may plan and not apply',
    (trust: string) => trust.replace('[planner, operator]', '[planner]'),
    '1:1: the journal holds a run by "planner", and "trust.yaml" does not let them sign as operator',
    ADD,
  ],
  [
    'that has ended',
    (trust: string) => trust.replace('[planner, operator]', '[planner, operator]\n    until: 2026-11-22'),
    '1:1: the journal holds a run by "planner", whose key ended on 2026-11-22',
    RESTORE,
  ],
] as const) {
  test(`a journal signed by a key ${what} is refused`, async (t) => {
    const target = await createTarget(t);
    const { records, digest } = await claimDeletions(target);
    const trust = await target.read('trust.yaml');
    await target.write('limited.yaml', change(trust));
    const journal = journalOf(digest);
    await target.write(
      journal,
      writeJournal(records, { digest, name: 'planner', operator: target.key, run: newKey() }),
    );
    await assertRefused(target, {
      argv: ['receipt', journal, '--trust', 'limited.yaml'],
      code: 4,
      says: `${journal}:${says}`.replaceAll('trust.yaml', 'limited.yaml'),
      hint,
    });
  });
}

test('apply refuses a key that may not sign as operator before it calls or asks anything', async (t) => {
  const target = await createTarget(t);
  await target.write(
    'trust.yaml',
    (await target.read('trust.yaml')).replace('[planner, operator]', '[planner]'),
  );
  for (const [flags, says] of [
    [[], /^"trust\.yaml" does not let "planner" sign as operator, so its signature would not count$/],
    [['--key', 'other.pem'], /^"trust\.yaml" does not hold this key, so its signature would not count$/],
  ] as const) {
    if (flags.length > 0) await target.run(['keygen', '--out', 'other.pem']);
    await assertRefused(target, {
      argv: [...APPLY, ...flags],
      code: 4,
      says,
      hint: /^if it is to be trusted, run: rootsweep trust add --from KEY --name NAME --role operator$/,
    });
  }
});

test('apply refuses an operator whose key has ended', async (t) => {
  const target = await createTarget(t);
  const argv = ['keygen', '--out', 'night.pem', '--name', 'night-shift', '--role', 'operator', '--quiet'];
  const { stdout } = await target.run(argv);
  const ended = stdout.replace('[operator]', '[operator]\n    until: 2026-11-22');
  assert.notEqual(ended, stdout);
  await target.write('trust.yaml', `${await target.read('trust.yaml')}${ended}`);
  await assertRefused(target, {
    argv: [...APPLY, '--key', 'night.pem'],
    code: 4,
    says: 'the key of "night-shift" ended on 2026-11-22, so its signature would not count',
    hint: 'use another key that "trust.yaml" trusts, or set a later "until" for this one there',
  });
});

test('apply needs a key to sign its journal with', async (t) => {
  const target = await createTarget(t);
  await rm(join(target.folder, CONFIG, 'signing-key.pem'));
  await assertRefused(target, {
    argv: APPLY,
    code: 1,
    says: `no signing key was given, and there is none at "./${CONFIG}/signing-key.pem"`,
    hint: 'pass --key KEY or set ROOTSWEEP_KEY; make a key with: rootsweep keygen',
  });
});

test('receipt is signed by nobody who is not an operator', async (t) => {
  const applied = await createApplied(t);
  await applied.run(['keygen', '--out', 'other.pem']);
  const { run, folder, calls, journal } = applied;
  await assertRefused(
    { run, folder, calls, deletions: () => [] },
    {
      argv: [
        'receipt',
        journal,
        '--trust',
        'trust.yaml',
        '--key',
        'other.pem',
        '--format',
        'yaml',
        '--out',
        'r.yaml',
      ],
      code: 4,
      says: '"trust.yaml" does not hold this key, so its signature would not count',
      hint: /^if it is to be trusted, run: rootsweep trust add /,
    },
  );
});

test('a genuine journal of another plan is refused', async (t) => {
  const target = await createDrifted(t);
  const keys = { name: 'planner', operator: target.key, run: newKey() };
  await assertForged(
    target,
    { keys, digest: 'f'.repeat(64) },
    { says: '1:1: the journal belongs to another plan' },
  );
});

test('a journal whose end was cut makes drift of what the cut lines said, and deletes nothing else', async (t) => {
  const { run, journal, read, write, emulator, deletions } = await createApplied(t);
  const lines = (await read(journal)).split('\n');
  const done = deletions();
  // All that is left says that the account was listed.
  await write(journal, `${lines.slice(0, 3).join('\n')}\n`);
  emulator.changeAccount(SHOP, { add: { password: true } });
  const { code, stdout } = await run(APPLY, stopAt('2026-11-23T10:00:00Z'));
  assert.equal(code, 5, stdout);
  assert.deepEqual(deletions(), done);
});

test('no byte of a journal can be changed so that a receipt says anything else than the journal did', async (t) => {
  const { run, journal, read, write } = await createApplied(t);
  const bytes = Buffer.from(await read(journal));
  const whole = bytes.toString().split('\n').slice(0, -1);
  const argv = ['receipt', 'changed.jsonl', '--trust', 'trust.yaml', '--format', 'json', '--quiet'];
  const tellOf = async (content: Buffer | string) => {
    await write('changed.jsonl', content);
    return run(argv);
  };
  // What is left of it when lines are missing at the end, which is all that a torn line may come to.
  const prefixes = new Set<string>();
  for (let count = 1; count <= whole.length; count += 1) {
    prefixes.add(factsOf((await tellOf(`${whole.slice(0, count).join('\n')}\n`)).stdout));
  }
  const byte = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(byte, async ([at, flip]) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((changed[at] ?? 0) ^ flip, at);
      const { code, stdout } = await tellOf(changed);
      if (code === 0) assert.ok(prefixes.has(factsOf(stdout)), stdout);
      else assert.equal(code, 4, stdout);
      const line = changed.subarray(0, at).filter((it) => it === 0x0a).length;
      if (line < whole.length - 2) assert.equal(code, 4, `byte ${at} ^ ${flip}`);
    }),
    { numRuns: 300 },
  );
});

function factsOf(json: string): string {
  const { accounts, runs } = JSON.parse(json) as Record<string, unknown>;
  return JSON.stringify([accounts, runs]);
}

/** The public half of every run's key in a journal. */
const keysIn = (journal: string) => [...journal.matchAll(/,"key":"([^"]+)"/g)].map(([, key = '']) => key);

test('the private half of the key of a run is nowhere on the disk, and in no output', async (t) => {
  const target = await createTarget(t);
  const { stdout, stderr } = await target.run([...APPLY, '--verbose', '--json']);
  const journal = (await readdir(target.folder)).find((name) => name.endsWith('.journal.jsonl')) ?? '';
  const [key = ''] = keysIn(await target.read(journal));
  assert.ok(key);
  const contents = await readAll(target.folder);
  for (const content of [...contents, Buffer.from(stdout + stderr)])
    assert.ok(!holdsPrivateKey(content, key));
});

test('a search for a private key finds one, however it is written', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const seed = Buffer.from(d, 'base64url');
  for (const content of [
    Buffer.concat([Buffer.from('x'), seed, Buffer.from('y')]),
    Buffer.from(`key: ${seed.toString('hex')}`),
    Buffer.from(`{"key":"a${seed.toString('base64')}"}`),
    Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  ]) {
    assert.ok(holdsPrivateKey(content, spki), content.toString());
  }
});

test('the private half of the key of a run is nowhere on the disk after a kill', async (t) => {
  const makeScene = await planOnce(t);
  for (const record of [1, 4]) {
    const scene = await makeScene();
    const killed = await spawnCli(scene, { argv: CONFIRMED, ...doomAtRecord({ record, when: 'synced' }) })
      .ended;
    assert.equal(killed.signal, 'SIGKILL');
    const name = (await readdir(scene.folder)).find((it) => it.endsWith('.journal.jsonl')) ?? '';
    const [key = ''] = keysIn(await scene.read(name));
    assert.ok(key);
    for (const content of [...(await readAll(scene.folder)), Buffer.from(killed.stdout + killed.stderr)]) {
      assert.ok(!holdsPrivateKey(content, key));
    }
  }
});

async function readAll(folder: string): Promise<Buffer[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.map((name) => join(folder, name));
  const isFile = await Promise.all(paths.map(async (path) => (await stat(path)).isFile()));
  return Promise.all(paths.filter((_, index) => isFile[index]).map((path) => readFile(path)));
}

const layText = async (target: Planned, text: string): Promise<undefined> => {
  await target.write('new.journal.jsonl', text);
};

/** What lies beside the plan and cannot be believed could be the journal of a newer plan. */
const UNREADABLE: readonly (readonly [
  what: string,
  lay: (target: Planned) => Promise<RunOptions | undefined>,
  says: RegExp,
])[] = [
  [
    'that another user keeps to themselves',
    async (target) => {
      await target.write('new.journal.jsonl', 'x');
      // Who runs the tests may be root, who reads everything.
      const readStart = () => Promise.reject(Object.assign(new Error(), { code: 'EACCES' }));
      return { journals: { ...diskStorage, readStart } };
    },
    /^cannot read the journal "\.\/new\.journal\.jsonl": permission denied; it could be the journal of a newer plan$/,
  ],
  [
    'that is a link',
    async (target) => {
      await target.write('elsewhere', 'x');
      await symlink('elsewhere', join(target.folder, 'new.journal.jsonl'));
      return undefined;
    },
    /^cannot read the journal "\.\/new\.journal\.jsonl": it is a link; it could be the journal of a newer plan$/,
  ],
  [
    'whose first line was changed',
    (target) => layText(target, '{"type":"run-started"}\n{}\n'),
    /^\.\/new\.journal\.jsonl:1:1: the journal holds a line that is not signed; it could be/,
  ],
  [
    'whose first line never ends',
    (target) => layText(target, `{${' '.repeat(2 ** 20)}`),
    /^\.\/new\.journal\.jsonl:1:1: the journal starts with a line that is too long; it could be/,
  ],
  [
    'of 50 GB, of which no more than that line is read',
    async (target) => {
      await layText(target, '');
      await truncate(join(target.folder, 'new.journal.jsonl'), 50e9);
      return undefined;
    },
    /^\.\/new\.journal\.jsonl:1:1: the journal starts with a line that is too long; it could be/,
  ],
];
for (const [what, lay, says] of UNREADABLE) {
  test(`apply refuses a plan beside a journal ${what}`, async (t) => {
    const target = await createTarget(t);
    const options = (await lay(target)) ?? {};
    const hint =
      /^if it is not a journal of this organization, move "\.\/new\.journal\.jsonl" out of the folder/;
    const { code, stderr } = await target.run(APPLY, options);
    const [error = '', advice = ''] = stderr.replaceAll(target.folder, '.').split('\n  → ');
    assert.equal(code, 4, stderr);
    assert.match(error.replace(/^Error: /, ''), says);
    assert.match(advice, hint);
    assert.deepEqual([target.calls(), target.deletions()], [[], []]);
  });
}

for (const content of ['', '{"type":"run-sta', '\0\0\0"}\n']) {
  test(`apply takes a journal for none whose first line a crash tore: ${JSON.stringify(content)}`, async (t) => {
    const target = await createTarget(t);
    await target.write('new.journal.jsonl', content);
    assert.equal((await target.run(APPLY)).code, 0);
  });
}

test('a newer plan under another policy, which spares an account, is not undone by the older one', async (t) => {
  const target = await createTarget(t);
  const older = await target.read(FILE);
  const spare = 'version: 1\nexclude: [{ account: "333333333333", reason: its owner objected }]\n';
  await target.write('spare.yaml', spare);
  target.emulator.changeAccount('222222222222', { add: { password: true } });
  const argv = ['plan', '--policy', 'spare.yaml', '--out', 'new.plan.yaml', '--key', 'key.pem'];
  assert.equal((await target.run(argv, { now: '2026-11-23T10:00:00Z' })).code, 0);
  const spared = APPLY.map(
    (word) => ({ 'policy.yaml': 'spare.yaml', [FILE]: 'new.plan.yaml' })[word] ?? word,
  );
  assert.equal((await target.run(spared, { now: '2026-11-23T10:05:00Z' })).code, 0);
  await target.write(FILE, older);
  const before = [listFiles(target.folder), target.deletions()];
  const { code, stderr } = await target.run(APPLY, { now: '2026-11-23T10:10:00Z' });
  assert.equal(code, 4);
  assert.match(
    stderr,
    /^Error: a newer plan of organization "o-exampleorgid", made at 2026-11-23T10:00:00Z, was applied/,
  );
  assert.deepEqual([listFiles(target.folder), target.deletions()], before);
});

for (const [what, change, code] of [
  ['a newer plan of the same organization', {}, 4],
  ['a newer plan of another organization', { organization: 'o-anotherorgid' }, 0],
  ['a newer plan that gives ways back in', { kind: 'recovery', reason: 'asked for' }, 0],
  ['an older plan of the same organization', { created: '2026-11-23T08:00:00Z' }, 0],
] as const) {
  test(`apply beside the journal of ${what} ends with ${code}`, async (t) => {
    const target = await createTarget(t);
    const { records } = await claimDeletions(target);
    const digest = 'd'.repeat(64);
    const head = { ...records[0], digest, created: '2026-11-23T10:00:00Z', ...change };
    const keys = { name: 'planner', operator: target.key, run: newKey() };
    await target.write('new.journal.jsonl', writeJournal([head], { digest, ...keys }));
    const { code: ended, stderr } = await target.run(APPLY);
    assert.equal(ended, code, stderr);
    assert.equal(target.deletions().length, code === 0 ? 3 : 0);
    if (code === 0) return;
    assert.equal(
      stderr,
      `Error: a newer plan of organization "${ORGANIZATION}", made at 2026-11-23T10:00:00Z, was applied already ("new.journal.jsonl")
  → plan again; an older plan is never applied after a newer one
`,
    );
  });
}

test('runs of two trusted operators stand in one journal, and the receipt says whose each is', async (t) => {
  const applied = await createApplied(t);
  const { stdout } = await applied.run([
    ...['keygen', '--out', 'night.pem', '--name', 'night-shift', '--role', 'operator', '--quiet'],
  ]);
  await applied.write('trust.yaml', `${await applied.read('trust.yaml')}${stdout}`);
  const again = await applied.run([...APPLY, '--key', 'night.pem'], stopAt('2026-11-23T10:00:00Z'));
  assert.equal(again.code, 0, again.stderr);
  const { stdout: json } = await applied.run([
    ...['receipt', applied.journal, '--trust', 'trust.yaml', '--json'],
  ]);
  const { runs } = JSON.parse(json) as { runs: { operator: { name: string; keyid: string } }[] };
  assert.deepEqual(
    runs.map(({ operator }) => operator.name),
    ['planner', 'night-shift'],
  );
  assert.notEqual(runs[0]?.operator.keyid, runs[1]?.operator.keyid);
});

test('an SSH key signs the head of a run, for runs and for nothing else', {
  skip: withoutOpenSsh,
}, async (t) => {
  const target = await createTarget(t);
  const publicKey = createSshKey(target.folder, 'ada', 'ed25519');
  const entry = `  - name: ada\n    publicKey: ${publicKey}\n    roles: [operator]\n`;
  await target.write('trust.yaml', `${await target.read('trust.yaml')}${entry}`);
  const applied = await target.run([...APPLY, '--key', 'ada'], { env: { NO_COLOR: '1', PATH } });
  assert.equal(applied.code, 0, applied.stderr);
  const journal = (await readdir(target.folder)).find((name) => name.endsWith('.journal.jsonl')) ?? '';
  const [head = ''] = (await target.read(journal)).split('\n');
  const { operator } = JSON.parse(head) as { operator: { algorithm: string; signature: string } };
  assert.equal(operator.algorithm, 'sshsig');
  assert.ok(Buffer.from(operator.signature, 'base64').includes('rootsweep-run'));
  const receipt = await target.run(['receipt', journal, '--trust', 'trust.yaml']);
  assert.equal(receipt.code, 0, receipt.stderr);
  assert.match(receipt.stdout, /\n {4}operator: \{ name: ada, keyid: \w{64} \}\n/);
});
