/**
 * Attacks with names: of accounts, emails, organizational units, tags and keys. An organization has one account, and
 * the trust file one key, for each; everything that rootsweep prints or writes about them is looked at.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { quoteVisibly } from '../../src/core/base/text.js';
import type { FullEntry, Plan } from '../../src/core/plan/plan.js';
import { digestBody, encodeSignatures } from '../../src/core/signing/envelope.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { journalPath } from '../../src/files/journal/journal.js';
import { approvalPath } from '../../src/files/plan/approvals.js';
import { parsePlan } from '../../src/files/plan/plan.js';
import { SHA256 } from '../core/fixtures.js';
import { OPERATOR, writeJournal } from '../signing/journals.js';
import { signatureOf } from '../signing/keys.js';
import { findBroken } from '../views/format/markdown.js';
import { findLive, HOSTILE } from '../views/hostile.js';
import { listElements } from '../views/parsed-html.js';
import { findForeign, renderMarkdown } from '../views/rendered-markdown.js';
import { assertAttackFails, createTarget, FILE, readPlan, TRUST_ADA } from './attacks.js';
import { approving, createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { withReceipt } from './receipts.js';

const NEWLINE = 'shop\n::set-output name=x::y';

/** What somebody calls something, and how a terminal shows it. */
const ROWS: readonly (readonly [row: string, text: string, shown: string])[] = [
  ['ANSI', '\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
  [
    'OSC 8 link',
    '\u001b]8;;https://example.com\u001b\\click\u001b]8;;\u001b\\',
    '\\u{1b}]8;;https://example.com\\u{1b}\\click\\u{1b}]8;;\\u{1b}\\',
  ],
  ['bidi', 'shop\u202egnp.exe', 'shop\\u{202e}gnp.exe'],
  ['zero-width', 'sh\u200bop', 'sh\\u{200b}op'],
  ['newline', NEWLINE, 'shop\\u{a}::set-output name=x::y'],
  ['::set-output', '::set-output name=x::y', '::set-output name=x::y'],
  ['a command of Azure', '##vso[task.complete]x', '#\\u{23}vso[task.complete]x'],
  ['Markdown', '[a](javascript:x) ![b](c) **d** `e` | f', '[a](javascript:x) ![b](c) **d** `e` | f'],
  ['HTML', '<img src=x onerror=alert(1)><!--', '<img src=x onerror=alert(1)><!--'],
  ['CSV formula', '=HYPERLINK("x","y")', '=HYPERLINK("x","y")'],
  ['homoglyph', '\u0455h\u043e\u0440', '\u0455h\u043e\u0440'],
  ['what the homoglyph looks like', 'shop', 'shop'],
];

/** In the order of their ids. */
const NAMES = [...new Set([...ROWS, ...HOSTILE].map(([, text]) => text))];
const idOf = (index: number) => String(300_000_000_000 + index);
const emailOf = (text: string) => `${text}@example.com`;
const unitOf = (text: string) => `/${text.replaceAll('%', '%25').replaceAll('/', '%2F')}`;
const DRIFTED = '999999999999';

const SCENARIO: Scenario = {
  organization: { id: ORGANIZATION, managementAccount: '111111111111' },
  accounts: [
    { id: '111111111111' },
    ...NAMES.map((name, index) => ({
      id: idOf(index),
      name,
      email: emailOf(name),
      ou: unitOf(name),
      tags: { stage: 'prod', [name]: name },
      root: { password: true },
    })),
    { id: DRIFTED, name: NAMES.join(' '), tags: { stage: 'prod' }, root: { password: true } },
  ],
};
const POLICY = 'version: 1\ninclude: [{ tags: { stage: prod } }]\nrollout: { waves: [100%] }\n';

interface Story {
  readonly plan: Plan;
  /** All that was printed, and all that was written, by what it is. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Trusts a key for each name, and demands a signature of all of them. */
async function trustEverybody({ read, write }: Planned): Promise<KeyObject[]> {
  const pairs = NAMES.map((name) => ({ name, ...generateKeyPairSync('ed25519') }));
  const lines = pairs.map(({ name, publicKey }) => {
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    return `  - name: ${quoteVisibly(name)}\n    publicKey: ${spki}\n    roles: [approver]\n`;
  });
  const [, planner = ''] = (await read('trust.yaml')).split('keys:\n');
  const threshold = `{ planner: 1, approver: ${NAMES.length} }`;
  await write('trust.yaml', `version: 1\nthreshold: ${threshold}\nkeys:\n${planner}${lines.join('')}`);
  return pairs.map(({ privateKey }) => privateKey);
}

async function tellStory(t: TestContext): Promise<Story> {
  const planned = await createPlanned(t, { scenario: SCENARIO, policy: POLICY });
  const { run, read, write, verify, apply, emulator, folder } = planned;
  const outputs = new Map<string, string>();
  const keep = async (what: string, code: number, running: ReturnType<typeof run>) => {
    const result = await running;
    assert.equal(result.code, code, `${what}: ${result.stderr}`);
    outputs.set(`${what}: stdout`, result.stdout);
    outputs.set(`${what}: stderr`, result.stderr);
  };
  const keys = await trustEverybody(planned);
  await keep('audit', 0, run(['audit']));
  await keep('audit --json', 0, run(['audit', '--json']));
  for (const format of ['json', 'csv', 'html'])
    await keep(`audit --format ${format}`, 0, run(['audit', '--format', format]));
  await keep('plan', 0, planned.plan());
  const { body } = await readPlan(planned);
  const digest = digestBody(body);
  await keep('show', 0, run(['show', FILE]));
  await keep('show --json', 0, run(['show', FILE, '--json']));
  await keep('verify, of too few', 7, verify());
  await run(['keygen', '--out', 'ada.pem']);
  await run(TRUST_ADA);
  await keep('approve', 0, run(approving('ada.pem', '--confirm', digest)));
  const approve = (key: KeyObject, signed: Buffer) => {
    const signature = signatureOf('approver', signed, key);
    return write(approvalPath(FILE, digest, signature.keyid), encodeSignatures([signature]));
  };
  for (const [index, key] of keys.entries()) {
    if (NAMES[index] !== NEWLINE) continue;
    await approve(key, body.subarray(1));
    await keep('verify, of a wrong signature', 4, verify());
  }
  for (const key of keys) await approve(key, body);
  await keep('verify', 0, verify());
  await keep(
    'verify --json',
    0,
    run(['verify', FILE, '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--json']),
  );
  for (const format of FORMATS) {
    const named = run(['show', FILE, '--trust', 'trust.yaml', '--format', format]);
    await keep(`show --format ${format}`, 0, named);
  }
  const junit = ['--policy', 'policy.yaml', '--trust', 'trust.yaml', '--format', 'junit'];
  await keep('verify --format junit', 0, run(['verify', FILE, ...junit]));
  emulator.changeAccount(DRIFTED, { name: `${NAMES.join(' ')} again` });
  await keep('apply', 5, apply());
  await keep('apply --json', 5, apply(['--confirm', ORGANIZATION, '--json']));
  const { receipt, journal, sign } = withReceipt(planned);
  await keep('receipt', 0, receipt());
  await keep('receipt --format markdown', 0, receipt('--format', 'markdown'));
  await keep('receipt --json', 0, receipt('--json'));
  await sign();
  await keep(
    'verify RECEIPT',
    0,
    run(['verify', 'org.receipt.yaml', '--trust', 'trust.yaml', '--journal', journal]),
  );
  for (const name of readdirSync(folder).filter((it) => /^org\.(?!.*\.approval\.yaml$)/.test(it)))
    outputs.set(name, await read(name));
  return { plan: parsePlan(body, FILE), outputs };
}

/** `plan: stdout` and so on, of those that are for people. */
const FOR_PEOPLE = ['plan: stdout', 'show: stdout', 'approve: stderr', 'apply: stdout', 'apply: stderr'];
const MARKDOWN = 'receipt --format markdown: stdout';

/** Those of `show` that are not for a terminal, nor for programs of anybody's own. */
const FORMATS = ['markdown', 'html', 'csv', 'sarif'];

type Printed = Readonly<Record<string, unknown>>;
const accountsIn = (object: unknown) => (object as { accounts: Printed[] }).accounts;
/** The objects that a command printed, one a line. */
const parseLines = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Printed);

test('hostile names', async (t) => {
  const { outputs, plan } = await tellStory(t);
  const outputOf = (what: string) => outputs.get(what) ?? assert.fail(`there is no "${what}"`);
  const linesOf = (what: string) => outputOf(what).split('\n');

  for (const [what, text] of outputs) {
    await t.test(`hostile names: nothing in "${what}" moves a terminal or speaks to a CI runner`, () => {
      assert.deepEqual(findLive(text), []);
      assert.doesNotMatch(text, /##\w*\[/);
      for (const line of text.split('\n')) {
        assert.ok(!NAMES.some((name) => line.trim() !== '' && line.trimStart().startsWith(name)), line);
      }
    });
  }

  await t.test('hostile names: in a receipt in Markdown, they are text within code spans', () => {
    assert.deepEqual(findBroken(outputOf(MARKDOWN)), []);
  });

  await t.test('hostile names: in a plan in Markdown, they are text and no elements', () => {
    assert.deepEqual(findForeign(renderMarkdown(outputOf('show --format markdown: stdout'))), []);
  });

  await t.test('hostile names: in a plan in HTML, they are text and no elements', () => {
    const elements = listElements(outputOf('show --format html: stdout'));
    assert.equal(elements.filter(({ name }) => name === 'script').length, 2);
    assert.deepEqual(
      elements.filter(
        ({ name, attributes }) => name === 'img' || Object.keys(attributes).some((it) => it.startsWith('on')),
      ),
      [],
    );
    const data = elements.find(({ attributes }) => attributes.id === 'plan');
    assert.deepEqual(JSON.parse(data?.text ?? ''), JSON.parse(JSON.stringify(plan)));
  });

  for (const [index, [row, text, shown]] of ROWS.entries()) {
    const id = idOf(index);

    await t.test(`${row} in a name, unit and tag: the plan file keeps it, character for character`, () => {
      const entry = plan.accounts.find((account) => account.id === id) as FullEntry;
      assert.deepEqual(
        [entry.name, entry.ou, entry.tags],
        [text, unitOf(text), { stage: 'prod', [text]: text }],
      );
    });

    await t.test(`${row} in a name: show, approve and apply show it beside the account's id`, () => {
      for (const what of FOR_PEOPLE) {
        assert.ok(
          linesOf(what).some((line) => line.includes(`${id} ${shown}`)),
          `${what} lacks ${id} ${shown}`,
        );
      }
      assert.ok(linesOf('show: stdout').includes(`- ${id} ${shown}  ${unitOf(shown)}`));
    });

    await t.test(`${row} in a name: programs are told what it is`, () => {
      const told = [
        ...parseLines(outputOf('apply --json: stdout')),
        ...parseLines(outputOf('show --json: stdout')).flatMap(({ plan }) => accountsIn(plan)),
        ...parseLines(outputOf('receipt --json: stdout')).flatMap(accountsIn),
      ].filter((object) => (object.account ?? object.id) === id && 'name' in object);
      assert.ok(told.length >= 3);
      for (const { name } of told) assert.equal(name, text);
    });

    await t.test(`${row} in a key's name: verify shows it in quotes, and tells programs what it is`, () => {
      const [, signed = ''] = /\nSigned by (.+); digest /.exec(outputOf('verify: stdout')) ?? [];
      const quoted = signed.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
      assert.ok(quoted.some((it) => !it.includes('\\U') && JSON.parse(it) === text));
      const [verified = {}] = parseLines(outputOf('verify --json: stdout'));
      assert.ok((verified as { signers: Printed[] }).signers.some(({ name }) => name === text));
    });
  }

  await t.test('homoglyph: wherever people read a name, the id of its account is on the same line', () => {
    for (const what of [...FOR_PEOPLE, 'audit: stdout', MARKDOWN]) {
      // What changed in an account is told below the line with its id, and who signed is no account.
      const lines = linesOf(what).filter(
        (line) => !/^ {6}[-+ ]|^ {2}- (planned|found): |^\| [12]: |^Signed by /.test(line),
      );
      const naming = lines.filter((line) => ROWS.some(([, , shown]) => line.includes(shown)));
      assert.ok(naming.length >= ROWS.length, what);
      for (const line of naming) assert.match(line, /\b(?:3000000000\d\d|999999999999)\b/);
    }
  });

  await t.test('a key name that is in an error begins no line of its own', async () => {
    assert.match(
      outputOf('verify, of a wrong signature: stderr'),
      /^Error: the signature of "[^\n]+\n {2}→ [^\n]+\n$/,
    );
  });
});

/** Whoever can put files beside a plan can name and fill journals and locks, too. */
const INJECTED = 'x\n::error::y\n  → run: evil';

test('newline in the name and the date of a newer journal: the refusal stays one sentence and one hint', async (t) => {
  const target = await createTarget(t);
  const sha256 = /sha256: (\w+)/.exec(await target.read(FILE))?.[1] ?? assert.fail();
  const created = `2030/01/01 (${INJECTED})`;
  const texts = { run: '', plan: '', digest: SHA256, caller: '', tool: '', host: '' };
  const record = {
    type: 'run-started',
    at: '',
    ...texts,
    created,
    organization: ORGANIZATION,
    kind: 'sweep',
    policy: sha256,
    signers: [],
    pid: 1,
    operator: OPERATOR,
  };
  const name = `${INJECTED}.journal.jsonl`;
  await target.write(name, `${JSON.stringify(record)}\n`);
  await assertAttackFails(target, {
    readers: ['apply'],
    says: /^\.\/x\\u\{a\}::error::y\\u\{a\} {2}→ run: evil\.journal\.jsonl:1:1: the journal holds a line that is not signed; it could be the journal of a newer plan$/,
    hint: /^if it is not a journal of this organization, move "\.\/x\\u\{a\}::error::y\\u\{a\} {2}→ run: evil\.journal\.jsonl" out /,
  });
  await target.write(name, writeJournal([record], { name: INJECTED, operator: target.key }));
  await assertAttackFails(target, {
    readers: ['apply'],
    says: `a newer plan of organization "${ORGANIZATION}", made at 2030/01/01 (x\\u{a}::error::y\\u{a}  → run: evil), was applied already ("x\\n::error::y\\n  → run: evil.journal.jsonl")`,
    hint: 'plan again; an older plan is never applied after a newer one',
  });
});

test('newline in what a lock says: the refusal stays one sentence and one hint', async (t) => {
  const target = await createTarget(t);
  const { body } = await readPlan(target);
  const holder = { run: 'r', caller: INJECTED, host: INJECTED, pid: 1, since: INJECTED };
  await target.write(`${journalPath(FILE, digestBody(body))}.lock`, JSON.stringify(holder));
  const { code, stderr } = await target.apply();
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Error: the plan is being applied by x\\u\{a\}::error::y[^\n]+\n {2}→ wait until [^\n]+\n$/,
  );
});
