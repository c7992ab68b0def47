/** What every `--out` leaves alone: it takes the place of nothing, or of an earlier document of its own kind. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlanned, SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';

const POLICY = ['--policy', 'policy.yaml', '--key', 'key.pem'];
const COMMANDS: readonly (readonly string[])[] = [
  ['plan', ...POLICY],
  ['recover', '222222222222', ...POLICY, '--reason', 'r'],
  [
    'unlock',
    'queue',
    '333333333333',
    'arn:aws:sqs:us-east-1:333333333333:orders',
    ...POLICY,
    '--reason',
    'r',
  ],
  ['unlock', 'bucket', '333333333333', 'logs', ...POLICY, '--reason', 'r'],
];
const HINT = 'rootsweep never overwrites it; move it away or choose another name';

/** Files that begin nearly like a plan. */
const OTHERS: Readonly<Record<string, string>> = {
  empty: '',
  'other.yaml': 'version: 1\nid: something-else\nname: precious\n',
  'almost.yaml': ' version: 1\nid: 00000000-0000-4000-8000-000000000001\n',
  'list.yaml': '- version: 1\n  id: 00000000-0000-4000-8000-000000000001\n',
  'org.receipt.yaml': 'type: receipt\nversion: 1\n',
  'an.approval.yaml': `signatures:\n  - keyid: ${'0'.repeat(64)}\n`,
};

for (const argv of COMMANDS) {
  const name = argv.slice(0, argv[0] === 'unlock' ? 2 : 1).join(' ');
  test(`${name} --out takes the place of no file but a plan`, async (t) => {
    const planned = await createPlanned(t);
    for (const [file, content] of Object.entries(OTHERS)) await planned.write(file, content);
    await symlink('policy.yaml', join(planned.folder, 'link.yaml'));
    for (const out of [...Object.keys(OTHERS), 'policy.yaml', 'trust.yaml', 'key.pem', 'link.yaml']) {
      await assertRefused(planned, {
        argv: [...argv, '--out', out],
        code: 1,
        says: `cannot write "./${out}": it exists, and is no plan`,
        hint: HINT,
      });
    }
    await symlink('nowhere/else', join(planned.folder, 'dangling.yaml'));
    await symlink('loop.yaml', join(planned.folder, 'loop.yaml'));
    for (const out of ['dangling.yaml', 'loop.yaml']) {
      await assertRefused(planned, {
        argv: [...argv, '--out', out],
        code: 1,
        says: `cannot write "./${out}": it is a link that leads to no file`,
        hint: 'rootsweep never overwrites it; remove the link or choose another name',
      });
    }
  });
}

test('plan and recover take the place of a plan of either kind, also one whose line endings git changed', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO });
  const { run, read, write } = planned;
  const recover = ['recover', '222222222222', ...POLICY, '--reason', 'r', '--out', 'org.plan.yaml'];
  for (const argv of [['plan', ...POLICY, '--out', 'org.plan.yaml'], recover, recover]) {
    const { code, stderr } = await run(argv);
    assert.equal(code, 0, stderr);
    await write('org.plan.yaml', (await read('org.plan.yaml')).replaceAll('\n', '\r\n'));
  }
  assert.equal((await planned.plan()).code, 0);
});

test('plan and recover leave alone what was put in their place while they looked at AWS', async (t) => {
  const { folder, run, read, calls } = await createPlanned(t);
  for (const argv of COMMANDS.slice(0, 2)) {
    const { code, stderr } = await run([...argv, '--out', 'org.plan.yaml'], {
      // The last that is asked for before the plan is written.
      newId: () => {
        writeFileSync(join(folder, 'org.plan.yaml'), 'precious\n');
        return '00000000-0000-4000-8000-000000000001';
      },
    });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /cannot write "[^\n]+\/org\.plan\.yaml": it exists, and is no plan\n/);
    assert.equal(await read('org.plan.yaml'), 'precious\n');
    await rm(join(folder, 'org.plan.yaml'));
  }
  assert.ok(calls().length > 0);
});

for (const [name, argv, says] of [
  ['keygen', ['keygen', '--out', 'there'], 'cannot write "./there": it exists already'],
  ['notice', ['notice', 'org.plan.yaml', '--out', 'there'], 'cannot write to "./there": it exists already'],
] as const) {
  test(`${name} --out takes the place of nothing: no file, no folder, and no link`, async (t) => {
    const planned = await createPlanned(t);
    await planned.plan();
    planned.forget();
    const there = join(planned.folder, 'there');
    for (const make of [
      () => planned.write('there', ''),
      () => mkdir(there),
      () => symlink('nowhere', there),
      () => symlink('policy.yaml', there),
    ]) {
      await make();
      await assertRefused(planned, { argv, code: 1, says, hint: HINT });
      await rm(there, { recursive: true });
    }
  });
}
