/** The keys that engineers have, with a real ssh-keygen and a real agent, from plan to apply. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  decodeEnvelope,
  decodeSignatures,
  digestBody,
  encodeEnvelope,
  NAMESPACES,
  type Signature,
} from '../../src/core/signing/envelope.js';
import type { Role } from '../../src/core/signing/trust.js';
import { parsePublicKey } from '../../src/signing/public-key.js';
import { decodeArmor } from '../../src/signing/ssh-armor.js';
import { claimOf, messageOf } from '../signing/keys.js';
import type { RunOptions } from './harness.js';
import { type Agent, createSshKey, type KeyKind, PATH, startAgent, withoutOpenSsh } from './open-ssh.js';
import { approving, createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { fillIn, readBlock } from './readme.js';
import { assertRefused } from './refused.js';

const skip = withoutOpenSsh;
const ENV = { NO_COLOR: '1', PATH };
const PLAN = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key'];

interface Crew extends Planned {
  readonly agent: Agent;
  readonly planner: string;
  readonly approver: string;
  readonly approve: (key: string, more?: readonly string[], options?: RunOptions) => Promise<string>;
  readonly digest: () => Promise<string>;
}

/** A planner with a key file, and an approver whose key only an agent holds, under the trust file of the README. */
async function createCrew(t: TestContext, kind: KeyKind = 'ed25519'): Promise<Crew> {
  const planned = await createPlanned(t);
  const { folder, run, read, write } = planned;
  const agent = await startAgent(t);
  const planner = createSshKey(folder, 'planner', kind);
  const approver = createSshKey(folder, 'approver', kind);
  agent.take(folder, 'approver');
  const trust = { 'MCowBQYDK2VwAyEA…': planner, 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI…': approver };
  await write('trust.yaml', fillIn(readBlock('file: trust.yaml'), trust));
  const digest = async () => {
    const text = await read('org.plan.yaml');
    return digestBody(Buffer.from(text.slice(0, text.indexOf('---\n'))));
  };
  return {
    ...planned,
    agent,
    planner,
    approver,
    digest,
    approve: async (key, more = [], options = { env: agent.env }) => {
      const argv = approving(key, '--confirm', await digest(), ...more);
      const { code, stdout, stderr } = await run(argv, options);
      assert.equal(code, 0, stderr);
      return stdout;
    },
  };
}

async function planAs({ run, agent }: Crew, key: string): Promise<void> {
  const { code, stderr } = await run([...PLAN, key], { env: agent.env });
  assert.equal(code, 0, stderr);
}

/** Asks OpenSSH about a signature of a plan, or of a file of approvals that belongs to it. */
function openSshAccepts(folder: string, { signature, ...claim }: Signature, publicKey: string): boolean {
  const { body } = decodeEnvelope(readFileSync(join(folder, 'org.plan.yaml')), 'org.plan.yaml');
  const armor = `-----BEGIN SSH SIGNATURE-----\n${signature}\n-----END SSH SIGNATURE-----\n`;
  writeFileSync(join(folder, 'signature'), armor);
  writeFileSync(join(folder, 'allowed_signers'), `me namespaces="rootsweep-plan" ${publicKey}\n`);
  const args = [
    '-Y',
    'verify',
    '-f',
    'allowed_signers',
    '-I',
    'me',
    '-n',
    'rootsweep-plan',
    '-s',
    'signature',
  ];
  const input = messageOf(claim, body);
  return spawnSync('ssh-keygen', args, { cwd: folder, input }).status === 0;
}

for (const kind of ['ed25519', 'ecdsa', 'rsa'] satisfies KeyKind[]) {
  test(`plan, approve, verify and apply go by SSH keys of ${kind}, and OpenSSH accepts what they sign`, {
    skip,
  }, async (t) => {
    const crew = await createCrew(t, kind);
    const { folder, agent, verify, apply, approve, calls, forget, deletions } = crew;
    await planAs(crew, 'planner');
    const lacking = await verify();
    assert.equal(lacking.code, 7);
    assert.match(lacking.stderr, /^Error: "org\.plan\.yaml" needs 1 more approver signature; /);
    forget();
    await approve('approver.pub');
    assert.equal(existsSync(join(folder, 'approver')), false);

    const verified = await verify();
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(verified.stdout, /\nSigned by "platform-planner" \(planner\), "ada" \(approver\); /);
    assert.deepEqual(calls(), []);

    const { signatures } = decodeEnvelope(readFileSync(join(folder, 'org.plan.yaml')), 'org.plan.yaml');
    assert.deepEqual(
      signatures.map(({ role, algorithm }) => `${role} ${algorithm}`),
      ['planner sshsig', 'approver sshsig'],
    );
    const [first = assert.fail(), second = assert.fail()] = signatures;
    assert.equal(openSshAccepts(folder, first, crew.planner), true);
    assert.equal(openSshAccepts(folder, second, crew.approver), true);
    assert.equal(openSshAccepts(folder, { ...second, ...claimOf('planner') }, crew.approver), false);

    const applied = await apply(['--confirm', ORGANIZATION, '--key', 'planner'], { env: agent.env });
    assert.equal(applied.code, 0, applied.stderr);
    assert.equal(deletions().length, 3);
  });
}

test('the agent signs for plan, and for approve --detached', { skip }, async (t) => {
  const crew = await createCrew(t);
  const { agent, folder, approve, apply, read } = crew;
  agent.take(folder, 'planner');
  await planAs(crew, 'planner.pub');
  const before = await read('org.plan.yaml');
  const path = / "(.+)"\.\n$/.exec(await approve('approver.pub', ['--detached']))?.[1] ?? '';
  assert.match(path, /\/org\.plan\.[0-9a-f]{12}\.[0-9a-f]{12}\.approval\.yaml$/);
  assert.equal(await read('org.plan.yaml'), before);
  const [signature = assert.fail()] = decodeSignatures(readFileSync(path), path);
  assert.equal(openSshAccepts(folder, signature, crew.approver), true);
  const applied = await apply(['--confirm', ORGANIZATION, '--key', 'planner.pub'], { env: agent.env });
  assert.equal(applied.code, 0, applied.stderr);
});

test('a key that an agent holds under a passphrase signs without anybody being asked', {
  skip,
}, async (t) => {
  const crew = await createCrew(t);
  const { folder, agent, run, write, verify } = crew;
  const locked = createSshKey(folder, 'locked', 'ed25519', 'sesame');
  const askpass = join(folder, 'askpass');
  writeFileSync(askpass, '#!/bin/sh\necho sesame\n', { mode: 0o700 });
  const env = { ...agent.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
  assert.equal(spawnSync('ssh-add', ['-q', 'locked'], { cwd: folder, env }).status, 0);
  for (const key of ['locked.pub', 'locked']) {
    const { code, stderr } = await run([...PLAN, key], { env: agent.env });
    assert.equal(code, 0, stderr);
    await write(
      'trust.yaml',
      `version: 1\nthreshold: { planner: 1 }\nkeys: [{ name: pat, publicKey: "${locked}", roles: [planner] }]\n`,
    );
    assert.equal((await verify()).code, 0);
  }
});

test('approve says how to use a key under a passphrase where nobody can be asked for it', {
  skip,
}, async (t) => {
  const crew = await createCrew(t);
  const locked = createSshKey(crew.folder, 'locked', 'ed25519', 'sesame');
  await crew.write('trust.yaml', fillIn(await crew.read('trust.yaml'), { [crew.approver]: locked }));
  await planAs(crew, 'planner');
  await assertRefused(crew, {
    argv: approving('locked', '--quiet', '--confirm', await crew.digest()),
    options: { env: ENV },
    code: 1,
    says: 'the signing key "./locked" is encrypted, and there is no terminal to ask for its passphrase',
    hint: 'hand it to an SSH agent first: ssh-add ./locked',
  });
});

test('plan refuses a key that the agent does not hold, before AWS is called', { skip }, async (t) => {
  const crew = await createCrew(t);
  createSshKey(crew.folder, 'other', 'ed25519');
  await assertRefused(crew, {
    argv: [...PLAN, 'other.pub'],
    options: { env: crew.agent.env },
    code: 1,
    says: 'the SSH agent does not hold the private half of "./other.pub"',
    hint: 'run: ssh-add ./other',
  });
});

test('plan asks the agent of the environment that it was handed, and no other', { skip }, async (t) => {
  const crew = await createCrew(t);
  const { SSH_AUTH_SOCK } = crew.agent.env;
  process.env.SSH_AUTH_SOCK = SSH_AUTH_SOCK;
  t.after(() => {
    delete process.env.SSH_AUTH_SOCK;
  });
  await assertRefused(crew, {
    argv: [...PLAN, 'approver.pub'],
    options: { env: ENV },
    code: 1,
    says: 'no SSH agent answers that could hold the private half of "./approver.pub"',
    hint: 'run: ssh-add ./approver',
  });
});

test('plan hands ssh-keygen nothing of AWS', { skip }, async (t) => {
  const crew = await createCrew(t);
  const programs = mkdtempSync(join(crew.folder, 'programs-'));
  const script = `#!/bin/sh\nenv >> '${join(programs, 'record')}'; PATH='${PATH}' exec ssh-keygen "$@"\n`;
  writeFileSync(join(programs, 'ssh-keygen'), script, { mode: 0o700 });
  process.env.AWS_SESSION_TOKEN = 'hush-of-this-process';
  t.after(() => {
    delete process.env.AWS_SESSION_TOKEN;
  });
  const env = { ...ENV, PATH: `${programs}:${PATH}`, AWS_SECRET_ACCESS_KEY: 'hush' };
  const { code, stderr } = await crew.run([...PLAN, 'planner'], { env });
  assert.equal(code, 0, stderr);
  const recorded = readFileSync(join(programs, 'record'), 'utf8');
  assert.match(recorded, /^PATH=/m);
  assert.doesNotMatch(recorded, /hush/);
});

test('plan and approve refuse a private key that is open to others', { skip }, async (t) => {
  const crew = await createCrew(t);
  await planAs(crew, 'planner');
  crew.forget();
  createSshKey(crew.folder, 'open', 'ed25519');
  chmodSync(join(crew.folder, 'open'), 0o640);
  for (const argv of [[...PLAN, 'open'], approving('open', '--quiet', '--confirm', await crew.digest())]) {
    await assertRefused(crew, {
      argv,
      options: { env: ENV },
      code: 4,
      says: 'the signing key "./open" is open to others (mode 0640)',
      hint: 'run: chmod 600 ./open',
    });
  }
});

test('plan says that SSH keys need OpenSSH where it is not installed', { skip }, async (t) => {
  const crew = await createCrew(t);
  await assertRefused(crew, {
    argv: [...PLAN, 'planner'],
    options: { env: { ...ENV, PATH: crew.folder } },
    code: 1,
    says: '"./planner" is used through ssh-keygen, and that cannot be run here',
    hint: 'install the client programs of OpenSSH',
  });
});

/** What ssh-keygen signs with the planner's key; good signatures all, for something else. */
const ELSEWHERE: readonly (readonly [what: string, role: Role, namespace: string])[] = [
  ['for another namespace', 'planner', 'file'],
  ['for the namespace of receipts', 'planner', NAMESPACES.operator],
  ['as approver, put into the role of the planner', 'approver', NAMESPACES.planner],
  ['as witness, put into the role of the planner', 'witness', NAMESPACES.planner],
  ['as a receipt', 'operator', NAMESPACES.planner],
];
for (const [what, role, namespace] of ELSEWHERE) {
  test(`verify and apply refuse what an SSH key signed ${what}`, { skip }, async (t) => {
    const crew = await createCrew(t);
    const { folder, write, calls, forget } = crew;
    await planAs(crew, 'planner');
    const { body, signatures } = decodeEnvelope(readFileSync(join(folder, 'org.plan.yaml')), 'plan');
    const [own = assert.fail()] = signatures;
    const input = messageOf(claimOf(role), body);
    const args = ['-q', '-Y', 'sign', '-f', 'planner', '-n', namespace];
    const armor = spawnSync('ssh-keygen', args, { cwd: folder, input, encoding: 'utf8' }).stdout;
    const blob = decodeArmor(armor, 'SSH SIGNATURE') ?? assert.fail();
    assert.equal(parsePublicKey(crew.planner)?.verify(input, blob, namespace), true);
    const forged = { ...own, signature: blob.toString('base64') };
    await write('org.plan.yaml', encodeEnvelope({ body, signatures: [forged] }));
    forget();
    for (const command of ['verify', 'apply']) {
      await assertRefused(crew, {
        argv: [command, 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
        code: 4,
        says: 'the signature of "platform-planner" does not fit "org.plan.yaml": the plan was changed after it was signed, or the signature is of something else',
        hint: 'plan again; a signed plan is never edited',
      });
    }
    assert.deepEqual(calls(), []);
  });
}
