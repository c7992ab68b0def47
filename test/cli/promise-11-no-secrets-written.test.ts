import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sessionSecrets } from '../../src/emulator/state/session.js';
import { CONFIG, createPlanned, ORGANIZATION, type Planned } from './planned.js';

/** Every secret that the emulator ever gave to the client. */
function secretsOf({ emulator }: Planned): string[] {
  const { seed, sessions } = emulator.world;
  assert.ok(sessions.size > 0);
  const secrets = [...sessions.keys()].map((accessKeyId) => sessionSecrets(seed, accessKeyId));
  return [
    ...secrets.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
    emulator.callerCredentials().secretAccessKey,
  ];
}

function filesOf(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name !== 'key.pem' && name !== CONFIG.split('/')[0])
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

test('no secret of a session reaches output or files, with every step printed', async (t) => {
  const planned = await createPlanned(t);
  const results = [
    await planned.run(['audit', '--verbose']),
    await planned.run(['audit', '--json']),
    await planned.plan('--verbose', '--json'),
    await planned.apply(['--confirm', ORGANIZATION, '--verbose', '--json']),
  ];
  const written = `${results.map(({ stdout, stderr }) => stdout + stderr).join('\n')}\n${filesOf(planned.folder)}`;
  for (const secret of secretsOf(planned)) assert.ok(!written.includes(secret));
  assert.ok(!written.includes((await planned.read('key.pem')).split('\n')[1] ?? '?'));
});

test('no secret reaches output or files when AWS answers with the whole canonical request', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  // AWS says what it would have signed, the session token included.
  const { emulator } = planned;
  const handle = emulator.handle.bind(emulator);
  let echoed = 0;
  emulator.handle = async (request) => {
    if (!request.body.includes('Action=ListMFADevices')) return handle(request);
    echoed += 1;
    return handle({ ...request, body: `${request.body}&Tampered=1` });
  };
  const results = [await planned.apply(), await planned.plan(), await planned.run(['audit', '--json'])];
  assert.ok(echoed > 0);
  const output = results.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  assert.match(output, /ListMFADevices failed: SignatureDoesNotMatch/);
  const written = `${output}\n${filesOf(planned.folder)}`;
  for (const secret of secretsOf(planned)) assert.ok(!written.includes(secret));
});

test('keygen writes a key that only its owner can read, and never over another', async (t) => {
  const { run, folder, read } = await createPlanned(t);
  assert.equal(statSync(join(folder, 'key.pem')).mode & 0o777, 0o600);
  const before = await read('key.pem');
  const { code, stderr } = await run(['keygen', '--out', 'key.pem']);
  assert.equal(code, 1);
  assert.match(stderr, /^Error: cannot write ".+\/key\.pem": it exists already\n/);
  assert.equal(await read('key.pem'), before);
});

test('plan refuses a signing key that others can read', async (t) => {
  const { plan, folder, forget, calls } = await createPlanned(t);
  chmodSync(join(folder, 'key.pem'), 0o640);
  forget();
  const { code, stderr } = await plan();
  assert.equal(code, 4);
  assert.match(
    stderr,
    /^Error: the signing key ".+\/key\.pem" is open to others \(mode 0640\)\n {2}→ run: chmod 600 /,
  );
  assert.deepEqual(calls(), []);
  assert.ok(!readdirSync(folder).includes('org.plan.yaml'));
});
