import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { Receipt } from '../../src/core/apply/receipt.js';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { emitReceipt, parseReceipt } from '../../src/files/plan/receipt.js';
import { signedFile } from '../signing/keys.js';
import { type Applied, createApplied, RECEIPT } from './receipts.js';

const TRUSTED = ['--trust', 'trust.yaml'];

test('verify accepts a signed receipt and says what it was not compared with', async (t) => {
  const applied = await createApplied(t);
  await applied.sign();
  applied.forget();
  const { code, stdout, stderr } = await applied.verifyReceipt();
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(
    stdout,
    /^"org\.receipt\.yaml" is as it was signed by "planner"\.\nTrust: "trust\.yaml" \(sha256:[0-9a-f]{12}\)\nIt was not compared with a journal; pass --journal .+ sha256:[0-9a-f]{64}\n$/,
  );
  assert.deepEqual(applied.calls(), []);
});

test('verify --journal accepts the receipt that the journal yields', async (t) => {
  const applied = await createApplied(t);
  await applied.sign();
  const { code, stdout } = await applied.verifyReceipt('--journal', applied.journal);
  assert.equal(code, 0);
  assert.match(
    stdout,
    new RegExp(`\\nIt is what "${applied.journal}" yields; digest sha256:[0-9a-f]{64}\\n$`),
  );
});

test('verify --json tells the signers, the digests and the totals of a receipt', async (t) => {
  const applied = await createApplied(t);
  const { body } = decodeEnvelope(Buffer.from(await applied.sign()), RECEIPT, 'receipt');
  const { plan, journal, totals } = parseReceipt(body, RECEIPT);
  for (const [flags, journalMatches] of [
    [[], null],
    [['--journal', applied.journal], true],
  ] as const) {
    const { code, stdout } = await applied.verifyReceipt('--json', ...flags);
    assert.equal(code, 0);
    const { signers, trust, ...rest } = JSON.parse(stdout) as {
      signers: { name: string }[];
      trust: unknown;
    };
    assert.deepEqual(
      signers.map(({ name }) => name),
      ['planner'],
    );
    assert.deepEqual(trust, {
      path: 'trust.yaml',
      sha256: createHash('sha256')
        .update(await applied.read('trust.yaml'))
        .digest('hex'),
    });
    assert.deepEqual(rest, { version: 1, type: 'receipt-verified', plan, journal, journalMatches, totals });
  }
});

test('verify needs one trusted signature on a receipt, whatever the threshold for plans', async (t) => {
  const applied = await createApplied(t);
  await applied.sign();
  const { stdout } = await applied.run([
    ...['keygen', '--out', 'second.pem', '--name', 'second', '--quiet'],
    ...['--role', 'approver'],
  ]);
  const trust = await applied.read('trust.yaml');
  await applied.write(
    'trust.yaml',
    `${trust.replace('{ planner: 1 }', '{ planner: 1, approver: 1 }')}${stdout}`,
  );
  assert.equal((await applied.verifyReceipt()).code, 0);
});

/** Signs whatever a receipt is changed into, so that only what follows the signatures can refuse it. */
async function resign({ read, write, key }: Applied, change: (body: string) => string): Promise<void> {
  const { body } = decodeEnvelope(Buffer.from(await read(RECEIPT)), RECEIPT, 'receipt');
  const changed = change(body.toString());
  assert.notEqual(changed, body.toString());
  await write(RECEIPT, signedFile('operator', Buffer.from(changed), key));
}

async function edit({ read, write }: Applied, change: (text: string) => string): Promise<void> {
  const text = await read(RECEIPT);
  assert.notEqual(change(text), text);
  await write(RECEIPT, change(text));
}

const claim = (change: (receipt: Receipt) => Receipt) => (body: string) =>
  emitReceipt(change(parseReceipt(Buffer.from(body), RECEIPT))).toString();
const later = claim((receipt) => ({
  ...receipt,
  accounts: receipt.accounts.map((it) => ({ ...it, ends: it.ends.map((end) => ({ ...end, run: 2 })) })),
}));
const dropAccounts = claim((receipt) => ({ ...receipt, accounts: [] }));

/** What tells an entry of a plan from one of a receipt. */
const asOperator = (file: string) => file.replace('\n    role: planner\n', '\n    role: operator\n');

const REFUSED: readonly (readonly [
  when: string,
  breakIt: (applied: Applied) => Promise<unknown>,
  code: string,
  says: RegExp,
  flags?: readonly string[],
])[] = [
  [
    'one byte was edited',
    (it) => edit(it, (text) => text.replace('name: shop', 'name: shoq')),
    'RECEIPT_SIGNATURE_INVALID',
    /^Error: the signature of "planner" does not fit "org\.receipt\.yaml": the receipt was changed after it was signed, or the signature is of something else\n/,
  ],
  [
    'it is not signed',
    (it) => it.receipt('--out', RECEIPT),
    'RECEIPT_SIGNATURE_MISSING',
    /^Error: "org\.receipt\.yaml" carries no signature\n {2}→ write the receipt with "rootsweep receipt JOURNAL --key KEY"\n/,
  ],
  [
    'an untrusted key signed it',
    async (it) => {
      await it.receipt('--out', RECEIPT);
      const { privateKey } = generateKeyPairSync('ed25519');
      await it.write(RECEIPT, signedFile('operator', Buffer.from(await it.read(RECEIPT)), privateKey));
    },
    'RECEIPT_SIGNATURE_UNTRUSTED',
    /^Error: "org\.receipt\.yaml" has no signature by an operator that "trust\.yaml" trusts\n/,
  ],
  [
    "the signature is the plan's",
    async (it) => {
      const plan = await it.read('org.plan.yaml');
      const signatures = asOperator(plan.slice(plan.indexOf('---\n')));
      return edit(it, (text) => text.slice(0, text.indexOf('---\n')) + signatures);
    },
    'RECEIPT_SIGNATURE_INVALID',
    /^Error: the signature of "planner" does not fit/,
  ],
  [
    'the trusted key signed the same bytes as a plan',
    async (it) => {
      const { body } = decodeEnvelope(Buffer.from(await it.read(RECEIPT)), RECEIPT, 'receipt');
      return it.write(RECEIPT, asOperator(signedFile('planner', body, it.key).toString()));
    },
    'RECEIPT_SIGNATURE_INVALID',
    /^Error: the signature of "planner" does not fit/,
  ],
  [
    'git made its line endings CRLF',
    (it) => edit(it, (text) => text.replaceAll('\n', '\r\n')),
    'RECEIPT_ENCODING',
    /^Error: "org\.receipt\.yaml" has CRLF line endings, .+\n.+"\*\.receipt\.yaml -text"/,
  ],
  [
    'a trusted key signed a comment in it',
    (it) => resign(it, (body) => body.replace('outcome: done\n', 'outcome: done # really\n')),
    'RECEIPT_INVALID',
    /^Error: "org\.receipt\.yaml" is not spelled as rootsweep spells a receipt\n/,
  ],
  [
    'a trusted key signed what its schema does not know',
    (it) => resign(it, (body) => body.replace('type: receipt\nversion: 1\n', 'type: receipt\nversion: 2\n')),
    'RECEIPT_INVALID',
    /^Error: org\.receipt\.yaml:2:10: /,
  ],
  [
    'a trusted key signed totals that are not those of its accounts',
    (it) => resign(it, dropAccounts),
    'RECEIPT_INVALID',
    /^Error: "org\.receipt\.yaml" is no receipt that rootsweep would write: the totals are not those/,
  ],
  [
    'a trusted key signed an end in a run that it does not list',
    (it) => resign(it, later),
    'RECEIPT_INVALID',
    /^Error: "org\.receipt\.yaml" is no receipt that .+: account "333333333333" names a run that there is not\n/,
  ],
  [
    'a trusted key signed an account whose outcome is not that of its last end',
    (it) => resign(it, (body) => body.replace('outcome: done }', 'outcome: failed }')),
    'RECEIPT_INVALID',
    /^Error: "org\.receipt\.yaml" is no receipt that .+: account "333333333333" has an outcome that does not follow/,
  ],
  [
    'a trusted key signed another receipt than the journal yields',
    (it) => resign(it, (body) => body.replace('name: shop\n', 'name: shoq\n')),
    'RECEIPT_MISMATCH',
    /^Error: "org\.receipt\.yaml" is not the receipt that "org\.plan\.\w+\.journal\.jsonl" yields\n/,
    ['--journal'],
  ],
];
for (const [when, breakIt, code, says, flags = []] of REFUSED) {
  test(`verify refuses a receipt when ${when}`, async (t) => {
    const applied = await createApplied(t);
    await applied.sign();
    await breakIt(applied);
    const argv = flags.flatMap((flag) => [flag, applied.journal]);
    const { code: exitCode, stdout, stderr } = await applied.verifyReceipt('--json', ...argv);
    assert.match(stderr, says);
    assert.equal((JSON.parse(stdout) as { code: string }).code, code);
    assert.equal(exitCode, 4);
  });
}

test('verify refuses a receipt of an earlier state of the journal', async (t) => {
  const applied = await createApplied(t);
  await applied.sign();
  await applied.apply();
  assert.equal((await applied.verifyReceipt('--journal', applied.journal)).code, 4);
});

test('no signature of a receipt counts for a plan, whatever its first line says', async (t) => {
  const applied = await createApplied(t);
  const policy = ['--policy', 'policy.yaml', ...TRUSTED];
  const plan = decodeEnvelope(Buffer.from(await applied.read('org.plan.yaml')), 'org.plan.yaml');
  const asPlan = (file: string) => file.replace('role: operator', 'role: planner');
  await applied.write('a.yaml', asPlan(signedFile('operator', plan.body, applied.key).toString()));
  await applied.write('b.yaml', asPlan((await applied.sign()).replace('type: receipt\n', '')));
  for (const file of ['a.yaml', 'b.yaml']) {
    const { code, stderr } = await applied.run(['verify', file, ...policy]);
    assert.equal(code, 4);
    assert.match(stderr, /^Error: the signature of "planner" does not fit/);
  }
});

const MISUSED: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
  [['org.plan.yaml'], /^Error: "rootsweep verify" needs --policy, because "org\.plan\.yaml" is a plan\n/],
  [
    ['org.plan.yaml', '--policy', 'policy.yaml', '--journal', 'x'],
    /^Error: --journal is for receipts, and "org\.plan\.yaml" is a plan\n/,
  ],
  [
    [RECEIPT, '--policy', 'policy.yaml'],
    /^Error: --policy is for plans, and "org\.receipt\.yaml" is a receipt\n/,
  ],
];
for (const [argv, says] of MISUSED) {
  test(`verify ${argv.join(' ')} is refused`, async (t) => {
    const applied = await createApplied(t);
    await applied.sign();
    const { code, stdout, stderr } = await applied.run(['verify', ...argv, ...TRUSTED]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, says);
  });
}
