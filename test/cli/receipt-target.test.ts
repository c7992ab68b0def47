/** Files that a receipt is never written over. */
import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createApplied, RECEIPT } from './receipts.js';
import { assertRefused, listFiles } from './refused.js';

/** The place, and a receipt of each format in it. */
async function arrange(t: TestContext) {
  const applied = await createApplied(t);
  await applied.sign();
  for (const format of ['json', 'markdown']) {
    await applied.receipt('--format', format, '--out', `receipt.${format}`, '--quiet');
  }
  const { run, folder, calls, journal } = applied;
  return { ...applied, place: { run, folder, calls, deletions: () => [] }, argv: ['receipt', journal] };
}

const HINT = 'rootsweep never overwrites it; move it away or choose another name';
const OTHERS: readonly (readonly [format: string, files: readonly string[]])[] = [
  ['yaml', ['org.plan.yaml', 'policy.yaml', 'trust.yaml', 'key.pem', 'receipt.json', 'receipt.markdown']],
  ['json', ['org.plan.yaml', 'policy.yaml', RECEIPT, 'receipt.markdown']],
  ['markdown', ['org.plan.yaml', 'policy.yaml', RECEIPT, 'receipt.json']],
];
for (const [format, files] of OTHERS) {
  test(`receipt --format ${format} --out is refused when the file is something else`, async (t) => {
    const { run, argv, journal, folder } = await arrange(t);
    const before = listFiles(folder);
    for (const out of [...files, journal]) {
      const { code, stderr } = await run([...argv, '--format', format, '--out', out]);
      const says = `cannot write "${join(folder, out)}": it exists, and is no receipt in ${format}`;
      assert.deepEqual([code, stderr], [1, `Error: ${says}\n  → ${HINT}\n`]);
    }
    assert.deepEqual(listFiles(folder), before);
  });
}

test('receipt --out is refused when the file is empty, a link to a plan, or no file', async (t) => {
  const { place, argv, folder, write } = await arrange(t);
  await write('empty', '');
  await symlink('org.plan.yaml', join(folder, 'link'));
  for (const out of ['empty', 'link']) {
    await assertRefused(place, {
      argv: [...argv, '--format', 'yaml', '--out', out],
      code: 1,
      says: `cannot write "./${out}": it exists, and is no receipt in yaml`,
      hint: HINT,
    });
  }
  await mkdir(join(folder, 'folder'));
  await assertRefused(place, {
    argv: [...argv, '--format', 'yaml', '--out', 'folder'],
    code: 1,
    says: 'cannot write "./folder": it is a directory',
    hint: 'name the file itself',
  });
});

test('receipt --out is refused before the journal is read when it cannot be written', async (t) => {
  const { place } = await arrange(t);
  await assertRefused(place, {
    argv: ['receipt', 'nowhere.jsonl', '--format', 'yaml', '--out', 'nowhere/org.receipt.yaml'],
    code: 1,
    says: 'cannot write "./nowhere/org.receipt.yaml": its folder does not exist',
    hint: 'check the path and its permissions',
  });
});

for (const [format, out] of [
  ['yaml', RECEIPT],
  ['json', 'receipt.json'],
  ['markdown', 'receipt.markdown'],
] as const) {
  test(`receipt --format ${format} --out takes the place of an earlier receipt in ${format}`, async (t) => {
    const { receipt, read, apply } = await arrange(t);
    const before = await read(out);
    await apply();
    const { code, stderr } = await receipt('--format', format, '--out', out, '--quiet');
    assert.deepEqual([code, stderr], [0, '']);
    assert.notEqual(await read(out), before);
  });
}

test('receipt --out takes the place of a receipt whose line endings git changed', async (t) => {
  const { receipt, read, write, sign } = await arrange(t);
  const signed = await sign();
  await write(RECEIPT, signed.replaceAll('\n', '\r\n'));
  assert.equal((await receipt('--key', 'key.pem', '--out', RECEIPT)).code, 0);
  assert.equal(await read(RECEIPT), signed);
});
