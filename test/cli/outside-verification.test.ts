/** What the README says about checking a plan without rootsweep is done here, to the letter. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import { createSshKey, type KeyKind, PATH, withoutOpenSsh } from './open-ssh.js';
import { approving, createPlanned, type Planned, SCENARIO } from './planned.js';
import { fillIn, readBlock, readPhrase } from './readme.js';
import { createApplied } from './receipts.js';

const version = spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '';
const withoutBash = spawnSync('bash', ['--version']).error !== undefined && 'bash is not installed';
const withoutOpenSsl =
  withoutBash || (!/^OpenSSL ([3-9]|\d\d)\./.test(version) && 'OpenSSL 3 is not installed');
const withoutSsh = withoutBash || withoutOpenSsh;

const PLANNER = readBlock('check: message');
const TYPE = "type='application/vnd.rootsweep.plan+yaml' role=planner";
const AT = '2026-11-23T09:00:00Z';

/** The commands for an approval that says when it was made. */
function approverAt(signed: Buffer, at = /^ {4}at: (.+)$/m.exec(signed.toString())?.[1]): string {
  assert.ok(at !== undefined);
  const type = readPhrase(/type='\S+plan\.approval\S+ at=\S+' role=approver/);
  return fillIn(PLANNER, { [TYPE]: fillIn(type, { [AT]: at }) });
}

const CHECKS = {
  ed25519: (key: string) => fillIn(readBlock('check: ed25519'), { 'MCowBQYDK2VwAyEA…': key }),
  p256: (key: string) => fillIn(readBlock('check: p256'), { 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…': key }),
  ssh: (key: string) => fillIn(readBlock('check: ssh'), { 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI…': key }),
};

/** A plan, and the commands that check one of its signatures. */
interface Signed {
  readonly plan: Buffer;
  readonly script: string;
}

/** Runs the README's commands in an empty folder with the plan. @returns the status, and all that was printed. */
async function check(
  t: TestContext,
  { script }: Pick<Signed, 'script'>,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<{ readonly status: number | null; readonly said: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-outside-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { PATH, HOME: folder },
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}` };
}

/** The commands accept the plan, and neither one with another byte in it nor one under another signature. */
async function assertJudged(t: TestContext, signed: Signed, says: RegExp): Promise<void> {
  const good = await check(t, signed, { 'org.plan.yaml': signed.plan });
  assert.equal(good.status, 0, good.said);
  assert.match(good.said, says);

  const separator = signed.plan.indexOf('\n---\n');
  const signature = signed.plan.lastIndexOf('signature: ') + 'signature: '.length;
  for (const at of [0, signed.plan.indexOf('333333333333'), separator - 1, signature + 60]) {
    const changed = Buffer.from(signed.plan);
    changed[at] = changed[at] === 0x41 ? 0x42 : 0x41;
    const bad = await check(t, signed, { 'org.plan.yaml': changed });
    assert.notEqual(bad.status, 0, `byte ${at}: ${bad.said}`);
    assert.doesNotMatch(bad.said, says);
  }
}

const readPlan = ({ folder }: Planned) => readFile(join(folder, 'org.plan.yaml'));

async function trustLine({ run }: Planned, key: string): Promise<string> {
  const { code, stdout, stderr } = await run(['keygen', '--from', key, '--json'], { env: { PATH } });
  assert.equal(code, 0, stderr);
  return (JSON.parse(stdout) as { publicKey: string }).publicKey;
}

/** Has the plan made, and says how to check its planner's signature. */
async function planWith(planned: Planned, key: string, kind: keyof typeof CHECKS): Promise<Signed> {
  const argv = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', key];
  const { code, stderr } = await planned.run(argv, { env: { PATH } });
  assert.equal(code, 0, stderr);
  const script = PLANNER + CHECKS[kind](await trustLine(planned, key));
  return { plan: await readPlan(planned), script };
}

test("the README's commands check an Ed25519 signature with openssl", { skip: withoutOpenSsl }, async (t) => {
  const signed = await planWith(await createPlanned(t), 'key.pem', 'ed25519');
  await assertJudged(t, signed, /^Signature Verified Successfully$/m);
});

test("the README's commands check a signature of KMS with openssl", { skip: withoutOpenSsl }, async (t) => {
  const scenario = `${SCENARIO}kmsKeys: [{ alias: alias/plans }]\n`;
  const signed = await planWith(await createPlanned(t, { scenario }), 'awskms:alias/plans', 'p256');
  await assertJudged(t, signed, /^Verified OK$/m);
});

for (const kind of ['ed25519', 'ecdsa', 'rsa'] satisfies KeyKind[]) {
  test(`the README's commands check a signature of SSH (${kind}) with ssh-keygen`, {
    skip: withoutSsh,
  }, async (t) => {
    const planned = await createPlanned(t);
    createSshKey(planned.folder, 'ada', kind);
    await assertJudged(
      t,
      await planWith(planned, 'ada', 'ssh'),
      /^Good "rootsweep-plan" signature for ada /m,
    );
  });
}

test("the README's commands refuse a good signature by another key", {
  skip: withoutOpenSsl || withoutSsh,
}, async (t) => {
  const planned = await createPlanned(t);
  await planned.run(['keygen', '--out', 'other.pem', '--quiet']);
  const { plan } = await planWith(planned, 'key.pem', 'ed25519');
  const other = PLANNER + CHECKS.ed25519(await trustLine(planned, 'other.pem'));
  assert.notEqual((await check(t, { script: other }, { 'org.plan.yaml': plan })).status, 0);

  createSshKey(planned.folder, 'ada', 'ed25519');
  const bySsh = await planWith(planned, 'ada', 'ssh');
  const mallory = PLANNER + CHECKS.ssh(createSshKey(planned.folder, 'mallory', 'ed25519'));
  assert.notEqual((await check(t, { script: mallory }, { 'org.plan.yaml': bySsh.plan })).status, 0);
});

test("the README's commands check an approval, in the plan and detached, and in no other role", {
  skip: withoutOpenSsl || withoutSsh,
}, async (t) => {
  const planned = await createPlanned(t);
  const { folder, run } = planned;
  createSshKey(folder, 'ada', 'ed25519');
  await run(['keygen', '--out', 'ben.pem', '--quiet']);
  for (const [name, from] of [
    ['ada', 'ada.pub'],
    ['ben', 'ben.pem'],
  ] as const) {
    const key = ['--from', from, '--name', name, '--role', 'approver'];
    assert.equal((await run(['trust', 'add', '--trust', 'trust.yaml', ...key])).code, 0);
  }
  const bare = await planWith(planned, 'key.pem', 'ed25519');
  const digest = digestBody(bare.plan.subarray(0, bare.plan.indexOf('\n---\n') + 1));
  const approve = async (key: string, ...more: string[]) => {
    const argv = approving(key, '--confirm', digest, '--json', ...more);
    const { code, stdout, stderr } = await run(argv, { env: { PATH } });
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as { path: string }).path;
  };

  const beside = await readFile(await approve('ben.pem', '--detached'));
  const ben = CHECKS.ed25519(await trustLine(planned, 'ben.pem'));
  const detached =
    fillIn(approverAt(beside), { 'org.plan.yaml | sed -n': 'ben.approval.yaml | sed -n' }) + ben;
  const files = { 'org.plan.yaml': bare.plan, 'ben.approval.yaml': beside };
  const accepted = await check(t, { script: detached }, files);
  assert.equal(accepted.status, 0, accepted.said);

  await approve('ada');
  const plan = await readPlan(planned);
  const ada = CHECKS.ssh(await trustLine(planned, 'ada.pub'));
  await assertJudged(
    t,
    { plan, script: approverAt(plan) + ada },
    /^Good "rootsweep-plan" signature for ada /m,
  );

  // Of another time, it does not fit.
  const later = approverAt(plan, '2026-11-24T09:00:00Z') + ada;
  assert.notEqual((await check(t, { script: later }, { 'org.plan.yaml': plan })).status, 0);

  // The planner's signature still fits, and neither fits in the role of the other.
  assert.equal((await check(t, bare, { 'org.plan.yaml': plan })).status, 0);
  assert.notEqual((await check(t, { script: PLANNER + ada }, { 'org.plan.yaml': plan })).status, 0);
  const swapped = plan
    .toString()
    .replace('role: approver', 'role: planner')
    .replace('role: planner', 'role: x');
  assert.notEqual((await check(t, { script: PLANNER + ada }, { 'org.plan.yaml': swapped })).status, 0);
});

test("the README's commands check a receipt with openssl and with ssh-keygen, and refuse another one", {
  skip: withoutOpenSsl || withoutSsh,
}, async (t) => {
  const applied = await createApplied(t);
  const { folder, journal, run, read } = applied;
  createSshKey(folder, 'ada', 'ed25519');
  const trusted = ['--trust', 'trust.yaml'];
  const ada = ['--from', 'ada.pub', '--name', 'ada', '--role', 'operator'];
  assert.equal((await run(['trust', 'add', ...trusted, ...ada])).code, 0);
  const type = readPhrase(/type='\S+receipt\S+' role=operator/);
  const namespace = readPhrase(/rootsweep-receipt(?=`\):\n)/);
  const commands = fillIn(PLANNER, { [TYPE]: type }).replaceAll('org.plan.yaml', 'org.receipt.yaml');
  for (const [key, script] of [
    ['key.pem', CHECKS.ed25519(await trustLine(applied, 'key.pem'))],
    [
      'ada',
      fillIn(CHECKS.ssh(await trustLine(applied, 'ada.pub')), { '-n rootsweep-plan': `-n ${namespace}` }),
    ],
  ] as const) {
    const argv = ['receipt', journal, ...trusted, '--key', key, '--out', 'org.receipt.yaml'];
    assert.equal((await run(argv, { env: { PATH } })).code, 0);
    const receipt = await read('org.receipt.yaml');
    const statusOf = async (text: string) =>
      (await check(t, { script: commands + script }, { 'org.receipt.yaml': text })).status;
    assert.equal(await statusOf(receipt), 0);
    assert.notEqual(await statusOf(receipt.replace('kind: proven', 'kind: none')), 0);
  }
});

test('a key that openssl put under a passphrase, as the README says, signs', {
  skip: withoutOpenSsl,
}, async (t) => {
  const planned = await createPlanned(t);
  const { stdout: line } = await planned.run(['keygen', '--out', 'signing-key.pem', '--quiet']);
  await planned.write('trust.yaml', `version: 1\nthreshold: { planner: 1 }\nkeys:\n${line}`);
  const command = readPhrase(/openssl pkcs8 -topk8 -in signing-key\.pem -out locked\.pem/);
  await planned.write('passphrase', 'correct horse\n');
  const { status, stderr } = spawnSync('bash', ['-c', `${command} -passout file:passphrase`], {
    cwd: planned.folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const descriptor = openSync(join(planned.folder, 'passphrase'), 'r');
  t.after(() => closeSync(descriptor));
  const argv = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'locked.pem'];
  const { code, stderr: said } = await planned.run([...argv, '--passphrase-fd', String(descriptor)]);
  assert.equal(code, 0, said);
  assert.equal((await planned.verify()).code, 0);
});

test("the README's commands check a journal of two runs, and refuse another line, order, operator or plan", {
  skip: withoutOpenSsl,
}, async (t) => {
  const applied = await createApplied(t);
  const { journal, read, apply } = applied;
  assert.equal((await apply()).code, 0);
  const publicKey = await trustLine(applied, 'key.pem');
  const script = fillIn(readBlock('check: journal'), { 'MCowBQYDK2VwAyEA…': publicKey });
  const plan = await read('org.plan.yaml');
  const text = await read(journal);
  const statusOf = async (lines: string, commands = script, of = plan) =>
    (
      await check(
        t,
        { script: commands },
        { 'org.plan.yaml': of, 'org.plan.0a1b2c3d4e5f.journal.jsonl': lines },
      )
    ).status;
  assert.equal(await statusOf(text), 0);
  const lines = text.split('\n');
  const swapped = [...lines.slice(0, 1), lines[2], lines[1], ...lines.slice(3)].join('\n');
  for (const forged of [
    swapped,
    lines.toSpliced(1, 1).join('\n'),
    text.replace('"answer":"done"', '"answer":"absent"'),
    text.replace('"pid":4242', '"pid":4243'),
  ]) {
    assert.notEqual(forged, text);
    assert.notEqual(await statusOf(forged), 0);
  }
  assert.notEqual(await statusOf(text, script, plan.replace('333333333333', '333333333334')), 0);
  await applied.run(['keygen', '--out', 'other.pem', '--quiet']);
  assert.notEqual(await statusOf(text, script.replace(publicKey, await trustLine(applied, 'other.pem'))), 0);
});
