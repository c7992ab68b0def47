import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import { approving, createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

interface Reviewed extends Planned {
  readonly digest: string;
  readonly approve: (key: string, ...more: string[]) => ReturnType<Planned['run']>;
}

/** A signed plan, and a trust file that wants a planner and two approvers. */
async function createReviewed(t: TestContext): Promise<Reviewed> {
  const planned = await createPlanned(t);
  const lines = [(await planned.read('trust.yaml')).split('keys:\n')[1] ?? ''];
  for (const name of ['ada', 'ben']) {
    const argv = ['keygen', '--out', `${name}.pem`, '--name', name, '--role', 'approver', '--quiet'];
    lines.push((await planned.run(argv)).stdout);
  }
  await planned.write(
    'trust.yaml',
    `version: 1\nthreshold: { planner: 1, approver: 2 }\nkeys:\n${lines.join('')}`,
  );
  await planned.plan();
  const text = await planned.read('org.plan.yaml');
  const digest = digestBody(Buffer.from(text.slice(0, text.indexOf('---\n'))));
  planned.forget();
  return {
    ...planned,
    digest,
    approve: (key, ...more) => planned.run(approving(key, '--confirm', digest, ...more)),
  };
}

const approvalsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.approval.yaml'));

test('approve adds a signature, and apply wants as many as the trust file says', async (t) => {
  const { approve, apply, verify, calls, deletions } = await createReviewed(t);
  const lacking = (missing: string, by: string) =>
    `Error: "org.plan.yaml" needs ${missing}; signed so far: ${by}\n  → have an approver sign: rootsweep approve org.plan.yaml --key KEY\n`;
  const unapproved = await apply();
  assert.deepEqual(
    [unapproved.code, unapproved.stderr],
    [7, lacking('2 more approver signatures', '"planner" (planner)')],
  );
  const { code, stdout } = await approve('ada.pem');
  assert.equal(code, 0);
  assert.match(stdout, /^Approved: the signature is in ".+\/org\.plan\.yaml"\.\n$/);
  const half = await verify();
  assert.deepEqual(
    [half.code, half.stderr],
    [7, lacking('1 more approver signature', '"planner" (planner), "ada" (approver)')],
  );
  assert.equal((await approve('ben.pem')).code, 0);
  assert.match(
    (await verify()).stdout,
    /\nSigned by "planner" \(planner\), "ada" \(approver\), "ben" \(approver\); /,
  );
  assert.deepEqual(calls(), []);
  assert.equal((await apply(['--confirm', ORGANIZATION])).code, 0);
  assert.equal(deletions().length, 3);
});

test('approve --detached leaves the plan as it is, and each key has a file of its own', async (t) => {
  const { approve, apply, read, folder } = await createReviewed(t);
  const before = await read('org.plan.yaml');
  for (const key of ['ada.pem', 'ben.pem']) assert.equal((await approve(key, '--detached')).code, 0);
  assert.equal(await read('org.plan.yaml'), before);
  assert.equal(approvalsIn(folder).length, 2);
  assert.equal((await apply()).code, 0);
});

test('approve changes nothing of the plan but its signatures', async (t) => {
  const { approve, read } = await createReviewed(t);
  const before = await read('org.plan.yaml');
  await approve('ada.pem');
  const after = await read('org.plan.yaml');
  assert(after.startsWith(before));
  assert.match(
    after.slice(before.length),
    /^ {2}- keyid: \w{64}\n {4}role: approver\n {4}at: 2026-11-23T09:00:0\dZ\n {4}algorithm: ed25519\n/,
  );
});

test('approve shows the plan and its digest, asks, and signs when the answer is yes', async (t) => {
  const { run, digest } = await createReviewed(t);
  const argv = approving('ada.pem');
  const { code, stderr } = await run(argv, { typed: 'yes' });
  assert.equal(code, 0);
  assert.match(stderr, /- 333333333333 shop {2}\/Workloads\/Prod\n/);
  assert(stderr.includes(`\nDigest sha256:${digest}\n`));
  assert(
    stderr.endsWith(
      'Have you read this plan, and may it be applied? Only "yes" approves: Next: run: rootsweep verify org.plan.yaml --policy POLICY --trust trust.yaml\n',
    ),
  );
});

for (const typed of ['y', '', 'no', 'YES']) {
  test(`approve signs nothing when the answer is "${typed}"`, async (t) => {
    const { run, read } = await createReviewed(t);
    const before = await read('org.plan.yaml');
    const { code, stdout } = await run(approving('ada.pem'), { typed });
    assert.deepEqual([code, stdout], [8, '']);
    assert.equal(await read('org.plan.yaml'), before);
  });
}

test('approve wants an answer where there is no terminal', async (t) => {
  const reviewed = await createReviewed(t);
  const { run, digest } = reviewed;
  const { code, stderr } = await run(approving('ada.pem', '--quiet'));
  assert.equal(code, 1);
  assert.equal(
    stderr,
    `Error: approve asks before it signs, and there is no terminal to ask at\n  → pass --confirm ${digest}\n`,
  );
});

test('approve refuses a digest that is not that of the plan', async (t) => {
  const reviewed = await createReviewed(t);
  await assertRefused(reviewed, {
    argv: approving('ada.pem', '--quiet', '--confirm', '0'.repeat(64)),
    code: 4,
    says: '--confirm names another digest than that of "org.plan.yaml"',
    hint: `if this plan is what you have read, pass --confirm ${reviewed.digest}`,
  });
});

for (const [who, key, role] of [
  ['its planner', 'key.pem', 'planner'],
  ['somebody who has approved it', 'ada.pem', 'approver'],
] as const) {
  test(`approve refuses the key of ${who}`, async (t) => {
    const reviewed = await createReviewed(t);
    await reviewed.approve('ada.pem', '--detached');
    await assertRefused(reviewed, {
      argv: approving(key, '--quiet', '--confirm', reviewed.digest),
      code: 1,
      says: `this key already signed "org.plan.yaml" as ${role}, and each key counts once`,
      hint: 'have somebody else sign, with a key of their own',
    });
  });
}

test('approve refuses a key that has ended', async (t) => {
  const reviewed = await createReviewed(t);
  const trust = await reviewed.read('trust.yaml');
  await reviewed.write('trust.yaml', trust.replace(/(name: "ada"\n.+\n)/, '$1    until: 2026-11-22\n'));
  await assertRefused(reviewed, {
    argv: approving('ada.pem', '--quiet', '--confirm', reviewed.digest),
    code: 4,
    says: 'the key of "ada" ended on 2026-11-22, so its signature would not count',
    hint: 'use another key that "trust.yaml" trusts, or set a later "until" for this one there',
  });
});

test('approve refuses a plan that is blocked, and one that has expired', async (t) => {
  const blocked = await createPlanned(t, {
    policy: 'version: 1\nexclude: [{ account: "999999999999", reason: never existed }]\n',
  });
  await blocked.plan();
  const argv = approving('key.pem', '--quiet');
  assert.equal((await blocked.run(argv, { typed: 'yes' })).code, 3);
  const reviewed = await createReviewed(t);
  const { code, stderr } = await reviewed.run(argv, { typed: 'yes', now: '2026-11-26T09:00:00Z' });
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the plan expired at /);
});

test('apply ends with 4 when an approval beside the plan is no approval', async (t) => {
  const { approve, apply, folder, write, read, calls } = await createReviewed(t);
  for (const key of ['ada.pem', 'ben.pem']) await approve(key, '--detached');
  const [name = ''] = approvalsIn(folder);
  await write(name, `${await read(name)}# looks good\n`);
  const { code, stderr } = await apply();
  assert.equal(code, 4);
  assert.equal(
    stderr,
    `Error: "${name}" holds no signatures that rootsweep wrote\n  → remove it, and approve again with: rootsweep approve PLAN --key KEY --detached\n`,
  );
  assert.deepEqual(calls(), []);
});

test('an approval of another plan does not count, whatever its name', async (t) => {
  const first = await createReviewed(t);
  await first.approve('ada.pem', '--detached');
  await first.approve('ben.pem', '--detached');
  const [name = ''] = approvalsIn(first.folder);
  await first.resign((plan) => ({ ...plan, plannedBy: 'arn:aws:iam::111111111111:user/other' }));
  const text = await first.read('org.plan.yaml');
  const digest = digestBody(Buffer.from(text.slice(0, text.indexOf('---\n'))));
  const forged = name.replace(/\.[0-9a-f]{12}\./, `.${digest.slice(0, 12)}.`);
  await first.write(forged, await first.read(name));
  const { code, stderr } = await first.verify();
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the signature of "(ada|ben)" does not fit "org\.plan\.yaml"/);
});

// Keys under a passphrase.

const SECRET = 'correct horse';

async function encryptKey({ write, read }: Planned, name: string): Promise<void> {
  const { createPrivateKey } = await import('node:crypto');
  const pem = createPrivateKey(await read(name)).export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: SECRET,
  });
  await write(name, String(pem));
}

test('approve asks for the passphrase of a key, and shows nothing of it', async (t) => {
  const reviewed = await createReviewed(t);
  await encryptKey(reviewed, 'ada.pem');
  const argv = approving('ada.pem', '--quiet', '--confirm', reviewed.digest);
  const { code, stdout, stderr } = await reviewed.run(argv, { typed: SECRET });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, `Passphrase of "${reviewed.folder}/ada.pem": \n`);
  assert.equal(`${stdout}${stderr}`.includes(SECRET), false);
});

test('approve signs nothing when the passphrase is wrong', async (t) => {
  const reviewed = await createReviewed(t);
  await encryptKey(reviewed, 'ada.pem');
  const argv = approving('ada.pem', '--quiet', '--confirm', reviewed.digest);
  const before = await reviewed.read('org.plan.yaml');
  const { code, stderr } = await reviewed.run(argv, { typed: 'wrong horse' });
  assert.equal(code, 4);
  assert.match(stderr, /\nError: the passphrase does not open ".+\/ada\.pem", or it is no Ed25519 key\n/);
  assert.equal(stderr.includes('wrong horse'), false);
  assert.equal(await reviewed.read('org.plan.yaml'), before);
});

test('plan says how to hand over a passphrase where there is no terminal', async (t) => {
  const planned = await createPlanned(t);
  await encryptKey(planned, 'key.pem');
  await assertRefused(planned, {
    argv: ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'],
    code: 1,
    says: 'the signing key is encrypted, and there is no terminal to ask for its passphrase',
    hint: 'hand it over on a file descriptor, for example: --passphrase-fd 3 3< FILE',
  });
});

test('plan reads the passphrase from a file descriptor', async (t) => {
  const { openSync, closeSync } = await import('node:fs');
  const planned = await createPlanned(t);
  await encryptKey(planned, 'key.pem');
  await planned.write('passphrase', `${SECRET}\nmore\n`);
  const descriptor = openSync(`${planned.folder}/passphrase`, 'r');
  t.after(() => closeSync(descriptor));
  const { code, stderr } = await planned.plan('--passphrase-fd', String(descriptor));
  assert.equal(code, 0, stderr);
  assert.equal((await planned.verify()).code, 0);
});

test('plan refuses a --passphrase-fd that is no number, or not open', async (t) => {
  const planned = await createPlanned(t);
  await encryptKey(planned, 'key.pem');
  for (const [given, says] of [
    ['three', '--passphrase-fd takes a whole number from 0 to 65535, not "three"'],
    ['999', 'nothing can be read from file descriptor 999'],
  ] as const) {
    const { code, stderr } = await planned.plan('--passphrase-fd', given);
    assert.equal(code, 1);
    assert(stderr.startsWith(`Error: ${says}\n`), stderr);
  }
});

test('plan reads no more from a --passphrase-fd than a passphrase can be long', async (t) => {
  const { openSync, closeSync } = await import('node:fs');
  const planned = await createPlanned(t);
  await encryptKey(planned, 'key.pem');
  for (const [bytes, expected, says] of [
    [2 ** 16, 4, `the passphrase does not open "./key.pem", or it is no Ed25519 key`],
    [2 ** 16 + 1, 4, 'the passphrase on file descriptor N is larger than 64 KiB'],
  ] as const) {
    await planned.write('passphrase', 'x'.repeat(bytes));
    const descriptor = openSync(`${planned.folder}/passphrase`, 'r');
    t.after(() => closeSync(descriptor));
    const { code, stdout, stderr } = await planned.plan('--passphrase-fd', String(descriptor));
    assert.deepEqual([code, stdout], [expected, '']);
    const shown = stderr.replaceAll(planned.folder, '.').replace(`descriptor ${descriptor}`, 'descriptor N');
    assert.equal(shown.split('\n')[0], `Error: ${says}`);
  }
});

test('plan refuses an encrypted key that is no Ed25519 key', async (t) => {
  const planned = await createPlanned(t);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const pem = rsa.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: SECRET });
  await planned.write('key.pem', String(pem));
  const { code, stderr } = await planned.run(
    ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'],
    { typed: SECRET },
  );
  assert.equal(code, 4);
  assert.match(stderr, /Error: the passphrase does not open .+, or it is no Ed25519 key\n/);
});
