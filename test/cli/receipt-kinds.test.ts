/** A receipt where a plan is expected, a plan where a receipt is, and what is neither. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { assertRefused as assertThrows } from '../core/fixtures.js';
import { ORGANIZATION } from './planned.js';
import { createApplied, RECEIPT } from './receipts.js';
import { assertRefused } from './refused.js';

const FILES = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];

for (const argv of [
  ['show', RECEIPT],
  ['show', RECEIPT, '--trust', 'trust.yaml'],
  ['apply', RECEIPT, ...FILES, '--confirm', ORGANIZATION],
]) {
  test(`${argv.join(' ')} says that the file is a receipt`, async (t) => {
    const { run, folder, calls, sign, receipt, write } = await createApplied(t);
    const signed = await sign();
    const unsigned = (await receipt()).stdout;
    for (const content of [signed, unsigned, signed.replaceAll('\n', '\r\n')]) {
      await write(RECEIPT, content);
      await assertRefused(
        { run, folder, calls, deletions: () => [] },
        {
          argv,
          code: 4,
          says: `"${RECEIPT}" is a receipt, and no plan`,
          hint: 'name the file that "rootsweep plan" wrote',
        },
      );
    }
  });
}

test('decodeEnvelope says of a plan that it is no receipt', async (t) => {
  const { read } = await createApplied(t);
  const plan = Buffer.from(await read('org.plan.yaml'));
  assert.equal(
    assertThrows('RECEIPT_INVALID', () => decodeEnvelope(plan, 'org.plan.yaml', 'receipt')),
    '"org.plan.yaml" is a plan, and no receipt',
  );
});

for (const flags of [[], ['--policy', 'policy.yaml'], ['--journal', 'x']]) {
  test(`${['verify', 'FILE', ...flags].join(' ')} never calls a file a plan that is none`, async (t) => {
    const { run, folder, calls, journal } = await createApplied(t);
    for (const file of ['policy.yaml', 'trust.yaml', journal]) {
      await assertRefused(
        { run, folder, calls, deletions: () => [] },
        {
          argv: ['verify', file, '--trust', 'trust.yaml', ...flags],
          code: 4,
          says: `"${file}" carries no signature`,
          hint: 'only a file that "rootsweep plan" wrote can be used; is it cut off, or not a plan at all?',
        },
      );
    }
  });
}

test('receipt says of a plan and of a receipt that they are no journal', async (t) => {
  const { run, folder, calls, sign } = await createApplied(t);
  await sign();
  for (const file of ['org.plan.yaml', RECEIPT]) {
    await assertRefused(
      { run, folder, calls, deletions: () => [] },
      {
        argv: ['receipt', file],
        code: 4,
        says: `${file}:1:1: this is no journal that "rootsweep apply" wrote`,
        hint: /^name the journal that lies beside the plan/,
      },
    );
  }
});
