/**
 * Attacks on the bytes of a plan file. Each is tried twice: as somebody does it who has no key, and under a good
 * signature, because one who has a trusted key may sign what no reviewer could read.
 */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import { journalPath } from '../../src/files/journal/journal.js';
import { approvalPath } from '../../src/files/plan/approvals.js';
import {
  ALL,
  type Attack,
  assertAttackFails,
  createTarget,
  edit,
  editAndSign,
  FILE,
  NOT_FITTING,
  readPlan,
  UNTRUSTED,
} from './attacks.js';
import { ORGANIZATION } from './planned.js';
import { assertRefused } from './refused.js';

const SECTION = {
  says: `"${FILE}" has a signature section that rootsweep did not write`,
  hint: 'the section after "---" holds only "signatures:" and its entries; plan again',
};
const SPELLING = {
  says: `"${FILE}" is not spelled as rootsweep spells a plan`,
  hint: 'plan again with this version of rootsweep',
};
const yaml = (says: string) => ({
  says: `${FILE}:${says}`,
  hint: 'plan again with this version of rootsweep; a plan is never edited',
});
const CRLF = {
  says: `"${FILE}" has CRLF line endings, so its signatures cannot fit`,
  hint: 'git\'s core.autocrlf does this; add "*.plan.yaml -text" to .gitattributes and check the file out again',
};
const BOM = {
  says: `"${FILE}" starts with a byte order mark, which rootsweep never writes`,
  hint: 'an editor added it; fetch the file again as rootsweep wrote it',
};

const swap = (text: string, first: RegExp, second: RegExp) => {
  const [one = '', two = ''] = [first.exec(text)?.[0], second.exec(text)?.[0]];
  assert(one !== '' && two !== '');
  return text.replace(one, '\0').replace(two, one).replace('\0', two);
};
const reorder = (text: string) => swap(text, /^created: .*\n/m, /^expires: .*\n/m);
const repeat = (text: string) => text.replace('applicable: true\n', 'applicable: true\napplicable: true\n');
const COMMENT = (text: string) => text.replace('applicable: true', 'applicable: true # looks good');
const DIRECTIVE = (text: string) => `%YAML 1.1\n--- # a plan\n${text}`;
const MARK = (text: string) => `\ufeff${text}`;
const NUL = (text: string) => text.replace('name: shop', 'name: "sho\0"');

/** Nine levels of nine make 387,420,489 texts. */
const BOMB = ['[ a, b, c, d, e, f, g, h, i ]', ...'abcdefgh']
  .map(
    (of, level) =>
      `b${level}: &${'abcdefghi'[level]} ${level === 0 ? of : `[ ${Array(9).fill(`*${of}`).join(', ')} ]`}\n`,
  )
  .join('');
const withBomb = (text: string) => text.replace('applicable: true\n', `applicable: true\n${BOMB}`);

const ATTACKS: readonly (Attack & {
  readonly row: string;
  readonly change: (text: string) => string | Buffer;
  /** How the same is refused once it is signed; absent where nothing is left to sign. */
  readonly signed?: Pick<Attack, 'says' | 'hint'>;
})[] = [
  {
    row: 'edited byte of a name',
    change: (text) => text.replace('name: shop', 'name: shoq'),
    ...NOT_FITTING(),
  },
  { row: 'edited byte of a keyid', change: (text) => flip(text, /keyid: (.)/), ...UNTRUSTED },
  { row: 'edited byte of a signature', change: (text) => flip(text, / signature: (.)/), ...NOT_FITTING() },
  { row: 'edited comment', change: COMMENT, ...NOT_FITTING(), signed: SPELLING },
  {
    row: 'edited comment among the signatures',
    change: (text) => text.replace('signatures:\n', 'signatures:\n  # ada is on holiday\n'),
    ...SECTION,
  },
  { row: 'appended document', change: (text) => `${text}---\nversion: 1\n`, ...SECTION },
  {
    row: 'appended document before the signatures',
    change: (text) => text.replace('\n---\n', '\n...\n--- # and now\nversion: 1\n---\n'),
    ...NOT_FITTING(),
    signed: yaml('56:1: a second document starts here; a file holds one'),
  },
  { row: 'reordered keys', change: reorder, ...NOT_FITTING(), signed: SPELLING },
  {
    row: 'duplicated keys',
    change: repeat,
    ...NOT_FITTING(),
    signed: yaml('15:1: duplicate key "applicable"; the first is on line 14'),
  },
  {
    row: 'alias bomb',
    change: withBomb,
    ...NOT_FITTING(),
    signed: { ...yaml(''), says: /^org\.plan\.yaml:15:5: anchors are not allowed; remove "&a"\n/ },
  },
  {
    row: 'YAML 1.1 directive',
    change: DIRECTIVE,
    ...NOT_FITTING(),
    signed: yaml('1:1: directives are not allowed; remove "%YAML 1.1"'),
  },
  { row: 'BOM', change: MARK, ...BOM, signed: BOM },
  { row: 'CRLF', change: (text) => text.replaceAll('\n', '\r\n'), ...CRLF },
  { row: 'CRLF in one line', change: (text) => text.replace('\n', '\r\n'), ...CRLF, signed: CRLF },
  { row: 'NUL', change: NUL, ...NOT_FITTING(), signed: SPELLING },
];

function flip(text: string, at: RegExp): string {
  const { 0: found, 1: byte = '', index } = at.exec(text) ?? assert.fail();
  const end = index + found.length;
  return `${text.slice(0, end - 1)}${byte === '0' ? '1' : '0'}${text.slice(end)}`;
}

for (const { row, change, signed, ...attack } of ATTACKS) {
  test(`${row}: show, verify and apply refuse the plan`, async (t) => {
    const target = await createTarget(t);
    await edit(target, change);
    await assertAttackFails(target, attack);
  });

  if (signed === undefined) continue;
  test(`${row}, signed by a trusted key: show, verify, apply and approve refuse the plan`, async (t) => {
    const target = await createTarget(t);
    await editAndSign(target, (body) => String(change(`${body}---\n`)).slice(0, -'---\n'.length));
    await assertAttackFails(target, { ...signed, readers: ALL });
  });
}

/** A file of nothing, which takes no room on the disk, in a folder that is not searched for changes. */
async function createSparse(t: TestContext, bytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-sparse-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'large.yaml');
  await writeFile(path, '');
  await truncate(path, bytes);
  return path;
}

const READS: readonly (readonly [
  what: string,
  limit: string,
  bytes: number,
  argv: (path: string) => string[],
])[] = [
  ['plan', '256 MiB', 2 ** 28, (path) => ['show', path]],
  ['plan or receipt', '256 MiB', 2 ** 28, (path) => ['verify', path, '--policy', 'policy.yaml']],
  ['plan', '256 MiB', 2 ** 28, (path) => ['apply', path, '--policy', 'policy.yaml']],
  [
    'plan',
    '256 MiB',
    2 ** 28,
    (path) => ['approve', path, '--trust', 'trust.yaml', '--key', 'key.pem', '--quiet'],
  ],
  ['policy', '1 MiB', 2 ** 20, (path) => ['verify', FILE, '--policy', path, '--trust', 'trust.yaml']],
  ['policy', '1 MiB', 2 ** 20, (path) => ['apply', FILE, '--policy', path, '--trust', 'trust.yaml']],
  ['trust file', '1 MiB', 2 ** 20, (path) => ['verify', FILE, '--policy', 'policy.yaml', '--trust', path]],
  ['trust file', '1 MiB', 2 ** 20, (path) => ['apply', FILE, '--policy', 'policy.yaml', '--trust', path]],
];
for (const [what, limit, bytes, argvOf] of READS) {
  test(`overlong file: ${argvOf('FILE').join(' ')} reads nothing of it`, async (t) => {
    const target = await createTarget(t);
    const path = await createSparse(t, bytes + 1);
    await assertRefused(target, {
      argv: argvOf(path),
      code: 4,
      says: `the ${what} "${path}" is larger than ${limit}`,
      hint: `is this the right file? no ${what} is that large`,
    });
    assert.deepEqual(target.calls(), []);
  });
}

test('overlong file: nobody reads an approval that is one', async (t) => {
  const target = await createTarget(t);
  const { body } = await readPlan(target);
  const approval = approvalPath(FILE, digestBody(body), 'a'.repeat(64));
  await target.write(approval, '');
  await truncate(join(target.folder, approval), 2 ** 16 + 1);
  await assertAttackFails(target, {
    readers: ALL,
    says: `the approval "./${approval}" is larger than 64 KiB`,
    hint: 'is this the right file? no approval is that large',
  });
});

const APPLY = ['apply', FILE, '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--confirm', ORGANIZATION];

for (const [what, suffix, limit, bytes] of [
  // It begins as the journal that apply wrote, and goes on with nothing.
  ['journal', '', '256 MiB', 2 ** 28],
  ['lock', '.lock', '64 KiB', 2 ** 16],
] as const) {
  test(`overlong file: apply reads nothing of a ${what} that is one`, async (t) => {
    const target = await createTarget(t);
    assert.equal((await target.run(APPLY)).code, 0);
    target.forget();
    const name = `${journalPath(FILE, digestBody((await readPlan(target)).body))}${suffix}`;
    await appendFile(join(target.folder, name), '');
    await truncate(join(target.folder, name), bytes + 1);
    await assertRefused(target, {
      argv: APPLY,
      code: 4,
      calls: true,
      says: `the ${what} "./${name}" is larger than ${limit}`,
      hint: `is this the right file? no ${what} is that large`,
    });
  });
}

for (const [file, schema] of [
  ['policy.yaml', 'policy'],
  ['trust.yaml', 'trust'],
] as const) {
  test(`alias bomb in ${file}: verify and apply refuse it at once`, async (t) => {
    const target = await createTarget(t);
    await target.write(file, `version: 1\n${BOMB}`);
    const before = process.cpuUsage();
    await assertAttackFails(target, {
      readers: ['verify', 'apply'],
      says: new RegExp(`^${file}:2:5: anchors are not allowed; remove "&a"\n`),
      hint: `correct it and try again; schemas/${schema}.schema.json describes every key`,
    });
    // In microseconds: what a bomb would take, whatever else the machine does.
    assert(process.cpuUsage(before).user < 10_000_000);
  });
}
