/**
 * Pages that are made of the code: one for each command, of its own help, and one of all findings and error codes.
 * `UPDATE_EXAMPLES=1 npm test` writes them anew.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FINDING_CODES, FINDINGS, type FindingCode } from '../../src/core/policy/findings.js';
import { DEFAULT_FINDINGS } from '../../src/core/policy/policy.js';
import { ERRORS } from '../../src/errors.js';
import { COMMANDS, createHarness } from '../cli/harness.js';
import { SCENARIO } from '../cli/planned.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGES = join(ROOT, 'examples/commands');
const UPDATE = process.env.UPDATE_EXAMPLES === '1';
const pageOf = (command: string) => `${command.replaceAll(' ', '-')}.md`;
const AGAIN = 'is not what the code says; write it anew: UPDATE_EXAMPLES=1 npm test';

function assertPage(path: string, page: string): void {
  if (UPDATE) writeFileSync(path, page);
  assert.equal(existsSync(path) ? readFileSync(path, 'utf8') : '', page, `${path} ${AGAIN}`);
}

test('examples/commands holds the page of every command, as its help says it, and no other', async (t) => {
  const { run } = await createHarness(t, SCENARIO);
  if (UPDATE) mkdirSync(PAGES, { recursive: true });
  for (const command of COMMANDS) {
    const { code, stdout } = await run([...command.split(' '), '--help']);
    assert.equal(code, 0);
    const help = stdout.trim().replace(/[^\S\n]+$/gm, '');
    assert.ok(help.includes(`rootsweep ${command}`));
    // clipanion takes a line of the source that begins with "-" for a list, and breaks the paragraph after it.
    const [, rest = ''] = help.split('\nDetails\n\n');
    const [details = ''] = rest.split('\n\nExamples\n');
    for (const paragraph of details.split('\n\n')) assert.match(paragraph, /^$|[.:]$/, command);
    const page = `# rootsweep ${command}\n\nWhat \`rootsweep ${command} --help\` prints.\n\n\`\`\`text\n${help}\n\`\`\`\n`;
    assertPage(join(PAGES, pageOf(command)), page);
  }
  assert.deepEqual(readdirSync(PAGES).sort(), COMMANDS.map(pageOf).sort());
});

function renderCodes(): string {
  const { severity, unmatched } = DEFAULT_FINDINGS;
  const weigh = (code: FindingCode) =>
    code === 'selector-unmatched'
      ? `\`${unmatched.exclude}\` for \`exclude\`, \`${unmatched.include}\` for \`include\``
      : `\`${severity[code]}\``;
  const codes = Object.entries(ERRORS).sort(([, one], [, other]) => one.exitCode - other.exitCode);
  return [
    '# Findings and error codes',
    '',
    'Made of the code. A code is never renamed, and never used again for something else.',
    '',
    '## Findings',
    '',
    '| finding | default | means |',
    '| --- | --- | --- |',
    ...FINDING_CODES.map((code) => `| \`${code}\` | ${weigh(code)} | ${FINDINGS[code].condition} |`),
    '',
    '## Error codes',
    '',
    'With `--json`, an error is an object with `code`, `message`, `hint` and `exitCode`.',
    '',
    '| error code | exit code | means |',
    '| --- | --- | --- |',
    ...codes.map(([code, { exitCode, meaning }]) => `| \`${code}\` | ${exitCode} | ${meaning} |`),
    '',
  ].join('\n');
}

test('examples/codes.md lists every finding and every error code, each with a sentence of its own', () => {
  const meanings = Object.values(ERRORS).map(({ meaning }) => meaning);
  assert.deepEqual(
    meanings.filter((it, index) => !/^[A-Z].*\.$/.test(it) || meanings.indexOf(it) !== index),
    [],
  );
  assertPage(join(ROOT, 'examples/codes.md'), renderCodes());
});
