/** Places in which nothing can be written: known before AWS is called, and nothing half-written stays. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeEnvelope, digestBody } from '../../src/core/signing/envelope.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { assertRefused } from './refused.js';

const planTo = (out: string) => ['plan', '--policy', 'policy.yaml', '--key', 'key.pem', '--out', out];
const HINT = 'check the path and its permissions';

const PLACES: readonly (readonly [where: string, out: string, why: string, hint?: string])[] = [
  ['a folder that does not exist', 'nowhere/org.plan.yaml', 'its folder does not exist'],
  ['a file used as a folder', 'policy.yaml/org.plan.yaml', 'a part of its path is no folder'],
  ['a folder', 'folder', 'it is a directory', 'name the file itself'],
];

for (const [where, out, why, hint = HINT] of PLACES) {
  test(`plan is refused before it calls AWS when its output is ${where}`, async (t) => {
    const planned = await createPlanned(t);
    await mkdir(join(planned.folder, 'folder'));
    await assertRefused(planned, {
      argv: planTo(out),
      code: 1,
      says: `cannot write "./${out}": ${why}`,
      hint,
    });
  });
}

test('plan is refused before it calls AWS when its output is a socket', async (t) => {
  const planned = await createPlanned(t);
  // One of the test's own: a device of the system would be lost if the check were.
  const server = createServer().listen(join(planned.folder, 'socket'));
  await once(server, 'listening');
  t.after(() => server.close());
  await assertRefused(planned, {
    argv: planTo('socket'),
    code: 1,
    says: 'cannot write "./socket": it is no regular file',
    hint: 'name the file itself',
  });
});

for (const out of ['/sys/org.plan.yaml', '/proc/org.plan.yaml']) {
  test(`plan is refused before it calls AWS when nothing can be made at ${out}`, async (t) => {
    if (!existsSync(join(out, '..'))) return t.skip('this system has no such folder');
    const planned = await createPlanned(t);
    await assertRefused(planned, {
      argv: planTo(out),
      code: 1,
      says: new RegExp(`^cannot write "${out}": `),
      hint: HINT,
    });
  });
}

test('keygen is refused when its output is below a file', async (t) => {
  const planned = await createPlanned(t);
  await assertRefused(planned, {
    argv: ['keygen', '--out', 'policy.yaml/key.pem'],
    code: 1,
    says: 'cannot write "./policy.yaml/key.pem": a part of its path is no folder',
    hint: HINT,
  });
});

test('keygen is refused when its output is a folder', async (t) => {
  const planned = await createPlanned(t);
  await mkdir(join(planned.folder, 'folder'));
  await assertRefused(planned, {
    argv: ['keygen', '--out', 'folder'],
    code: 1,
    says: 'cannot write "./folder": it exists already',
    hint: 'rootsweep never overwrites it; move it away or choose another name',
  });
});

test('apply deletes nothing when its journal cannot be written', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { body } = decodeEnvelope(Buffer.from(await planned.read('org.plan.yaml')), 'org.plan.yaml');
  const journal = `org.plan.${digestBody(body).slice(0, 12)}.journal.jsonl`;
  await mkdir(join(planned.folder, journal));
  await assertRefused(
    { ...planned, run: (argv, options) => planned.apply(argv, options) },
    {
      argv: ['--confirm', ORGANIZATION, '--quiet'],
      code: 4,
      says: `cannot read the journal "./${journal}": it is a directory; it could be the journal of a newer plan`,
      hint: /^if it is not a journal of this organization, move /,
    },
  );
});

test('plan leaves nothing beside the plan that it wrote', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  await planned.plan();
  assert.deepEqual((await readdir(planned.folder)).sort(), [
    '.config',
    'key.pem',
    'org.plan.yaml',
    'policy.yaml',
    'trust.yaml',
  ]);
});
