import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { JournalRecord } from '../../src/core/apply/journal.js';
import type { LockHolder } from '../../src/files/journal/lock.js';
import type { RunOptions } from './harness.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';

const BIN = fileURLToPath(import.meta.resolve('#dist/bin/rootsweep.js'));
const NAMES = [
  'password',
  'mfa-device arn:aws:iam::333333333333:mfa/first',
  'mfa-device arn:aws:iam::333333333333:mfa/second',
];
const PLAN = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'];
const DELETIONS = ['DeleteLoginProfile', 'DeactivateMFADevice', 'DeactivateMFADevice'];

function readJournal(folder: string): JournalRecord[] {
  const name = readdirSync(folder).find((file) => file.endsWith('.journal.jsonl'));
  const text = name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JournalRecord);
}

/** Where the run that was killed ran, as its lock says: in its place alone the lock can be taken over. */
function readPlace(folder: string): Pick<RunOptions, 'host' | 'pidSpace'> {
  const name = readdirSync(folder).find((file) => file.endsWith('.lock')) ?? '';
  const { host, pidSpace } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as LockHolder;
  return { host, ...(pidSpace === undefined ? {} : { pidSpace }) };
}

const typesOf = (records: readonly JournalRecord[]) => records.map((record) => record.type);

/** Calls `onDeletion` when the emulator gets a deletion, before (or after) it takes effect. */
function watchDeletions({ emulator }: Planned, when: 'before' | 'after', onDeletion: () => void): void {
  const handle = emulator.handle.bind(emulator);
  emulator.handle = async (request) => {
    const deletes = /Action=(Delete|Deactivate)/.test(request.body);
    if (deletes && when === 'before') onDeletion();
    const reply = await handle(request);
    if (deletes && when === 'after') onDeletion();
    return reply;
  };
}

test('apply has the intent on the disk when AWS gets the deletion', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const lastRecords: (JournalRecord | undefined)[] = [];
  watchDeletions(planned, 'before', () => lastRecords.push(readJournal(planned.folder).at(-1)));
  assert.equal((await planned.apply()).code, 0);
  assert.deepEqual(
    lastRecords.map((record) => record?.type === 'action-intended' && [record.kind, record.id]),
    [
      ['delete-password', undefined],
      ['delete-mfa-device', 'arn:aws:iam::333333333333:mfa/first'],
      ['delete-mfa-device', 'arn:aws:iam::333333333333:mfa/second'],
    ],
  );
});

test('apply journals the run, each deletion with its request id and session, and the end', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.forget();
  await planned.apply();
  const records = readJournal(planned.folder);
  const each = ['action-intended', 'action-answered', 'action-proven'];
  assert.deepEqual(typesOf(records), [
    'run-started',
    'wave-started',
    'account-listed',
    ...each,
    ...each,
    ...each,
    'account-ended',
    'run-ended',
  ]);
  const byOperation = (name: string) => planned.emulator.calls.find(({ operation }) => operation === name);
  const answered = records.find((record) => record.type === 'action-answered');
  assert.equal(
    answered?.type === 'action-answered' && answered.requestId,
    byOperation('DeleteLoginProfile')?.requestId,
  );
  const intended = records.find((record) => record.type === 'action-intended');
  assert.equal(
    intended?.type === 'action-intended' && intended.session,
    byOperation('DeleteLoginProfile')?.accessKeyId,
  );
});

test('apply deletes nothing when the journal cannot be written', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { digestBody, decodeEnvelope } = await import('../../src/core/signing/envelope.js');
  const { mkdir } = await import('node:fs/promises');
  const { journalPath } = await import('../../src/files/journal/journal.js');
  const { body } = decodeEnvelope(Buffer.from(await planned.read('org.plan.yaml')), 'org.plan.yaml');
  await mkdir(journalPath(join(planned.folder, 'org.plan.yaml'), digestBody(body)));
  const { code, stderr } = await planned.apply();
  assert.equal(code, 4);
  assert.match(stderr, /Error: cannot read the journal ".+": it is a directory; it could be/);
  assert.deepEqual(planned.deletions(), []);
});

test('apply changes nothing when it runs again after success', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  assert.equal((await planned.apply()).code, 0);
  planned.forget();
  const { code, stdout } = await planned.apply();
  assert.equal(code, 0);
  assert.match(stdout, /✓ 333333333333 shop: deleted by an earlier run\n/);
  assert.deepEqual(planned.deletions(), []);
});

test('apply refuses a journal in which an earlier line was changed', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  await planned.apply();
  const name = readdirSync(planned.folder).find((file) => file.endsWith('.journal.jsonl')) ?? '';
  const text = await planned.read(name);
  await planned.write(name, text.replace('"answer":"done"', '"answer":"absent"'));
  const { code, stderr } = await planned.apply();
  assert.equal(code, 4);
  assert.match(
    stderr,
    /\.journal\.jsonl:5:1: the journal holds a record that its run did not sign, or that was changed/,
  );
});

test('apply does not take a credential for deleted that the journal does not name', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.emulator.setFaults([
    {
      match: { operation: 'DeactivateMFADevice', nth: 1 },
      fault: { kind: 'access-denied', message: 'denied' },
    },
  ]);
  assert.equal((await planned.apply()).code, 6);
  planned.emulator.setFaults([]);
  // The password is gone and journalled; the second device goes behind rootsweep's back.
  planned.emulator.changeAccount('333333333333', {
    remove: { mfaDevices: ['arn:aws:iam::333333333333:mfa/second'] },
  });
  const { code, stdout } = await planned.apply();
  assert.equal(code, 6);
  assert.match(stdout, /left alone \(an earlier run of this plan deleted password\)\n/);
  assert.match(stdout, /\n {6}-mfa-device arn:aws:iam::333333333333:mfa\/second, /);
});

for (const when of ['before', 'after'] as const) {
  for (const nth of [1, 2, 3]) {
    test(`apply continues after it was killed ${when} deletion ${nth} took effect`, async (t) => {
      const planned = await createPlanned(t);
      // The process that is killed has the time of the system.
      const now = new Date().toISOString();
      await planned.run(PLAN, { now });
      const { accessKeyId, secretAccessKey } = planned.emulator.callerCredentials();
      const child = spawn(
        process.execPath,
        [
          BIN,
          'apply',
          'org.plan.yaml',
          '--policy',
          'policy.yaml',
          '--trust',
          'trust.yaml',
          '--confirm',
          ORGANIZATION,
        ],
        {
          cwd: planned.folder,
          stdio: 'ignore',
          env: {
            HOME: planned.folder,
            AWS_ENDPOINT_URL: planned.server.url,
            AWS_REGION: 'us-east-1',
            AWS_ACCESS_KEY_ID: accessKeyId,
            AWS_SECRET_ACCESS_KEY: secretAccessKey,
          },
        },
      );
      const handle = planned.emulator.handle.bind(planned.emulator);
      let seen = 0;
      watchDeletions(planned, when, () => {
        seen += 1;
        if (seen !== nth) return;
        child.kill('SIGKILL');
        if (when === 'before')
          planned.emulator.setFaults([{ fault: { kind: 'drop', when: 'before-effect' } }]);
      });
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      assert.equal(signal, 'SIGKILL');
      planned.emulator.handle = handle;
      planned.emulator.setFaults([]);

      const { code, stdout, stderr } = await planned.apply(undefined, { now, ...readPlace(planned.folder) });
      assert.equal(code, 0, stderr);
      assert.match(
        stderr,
        /^Trust: .+\nSigned by .+\nNote: the run of .+ did not end; this one takes its journal over\.\n/,
      );
      const earlier = NAMES.slice(0, nth - 1).join(', ');
      const said = earlier === '' ? '' : ` (an earlier run of this plan deleted ${earlier})`;
      assert(stdout.includes(`✓ 333333333333 shop: deleted as planned, and proven gone${said}\n`), stdout);
      assert.deepEqual(
        planned.deletions().map((deletion) => deletion.split(' ')[0]),
        DELETIONS,
      );
    });
  }
}

test('apply ignores a line of the journal that a crash tore', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  await planned.apply();
  const name = readdirSync(planned.folder).find((file) => file.endsWith('.journal.jsonl')) ?? '';
  const path = join(planned.folder, name);
  const text = await planned.read(name);
  const lines = text.split('\n');
  await rm(path);
  await writeFile(path, `${lines.slice(0, -3).join('\n')}\n${lines.at(-3)?.slice(0, 20)}`);
  await chmod(path, 0o600);
  assert.equal((await planned.apply()).code, 0);
  assert.doesNotThrow(() => readJournal(planned.folder));
});

test('apply looks, and deletes nothing twice, when it cannot read the answer to a deletion', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.emulator.setFaults([
    { match: { operation: 'DeleteLoginProfile', nth: 1 }, fault: { kind: 'garbled', when: 'after-effect' } },
  ]);
  planned.forget();
  const applied = await planned.apply();
  assert.equal(applied.code, 0, applied.stderr);
  assert.deepEqual(
    planned.emulator.calls.map(({ operation }) => operation).filter((it) => /^De[la]/.test(it)),
    DELETIONS,
  );
  const failed = readJournal(planned.folder).filter(({ type }) => type === 'action-failed');
  assert.deepEqual(
    failed.map((record) => record.type === 'action-failed' && record.effect),
    ['unknown'],
  );
});

test('apply writes which request was refused', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.emulator.setFaults([
    { match: { operation: 'DeleteLoginProfile' }, fault: { kind: 'access-denied', message: 'not you' } },
  ]);
  planned.forget();
  assert.equal((await planned.apply()).code, 6);
  const refused = planned.emulator.calls.find(({ operation }) => operation === 'DeleteLoginProfile');
  const record = readJournal(planned.folder).find(({ type }) => type === 'action-failed');
  assert.deepEqual(record?.type === 'action-failed' && [record.effect, record.requestId], [
    'none',
    refused?.requestId,
  ]);
});

test('apply keeps one journal when the plan is called by another name', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  await mkdir(join(planned.folder, 'elsewhere'));
  await symlink('../org.plan.yaml', join(planned.folder, 'elsewhere', 'mine.yaml'));
  const argv = ['--policy', 'policy.yaml', '--trust', 'trust.yaml', '--confirm', ORGANIZATION];
  assert.equal((await planned.run(['apply', 'elsewhere/mine.yaml', ...argv])).code, 0);
  assert.deepEqual(readdirSync(join(planned.folder, 'elsewhere')), ['mine.yaml']);
  const again = await planned.apply();
  assert.equal(again.code, 0);
  assert.match(again.stdout, /0 credentials deleted .* 1 done earlier/);
});
