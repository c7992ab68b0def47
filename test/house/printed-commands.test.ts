/** Values get into printed commands through `src/core/base/command-line.ts` alone, which quotes them for a shell. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../cli/harness.js';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));
const OURS = [...new Set(COMMANDS.map((command) => command.split(' ')[0]))].join('|');
/** A command that has begun, and not ended, where a value is put in. */
const BEGUN = new RegExp(
  `(?:^|[\\s"'\`(])(?:rootsweep (?:${OURS})?|(?:aws|openssl|npm|npx) [a-z][\\w-]*|git (?:add|checkout|clone|commit|config|fetch|show)|ssh-keygen|ssh-add|(?:chmod|chown|rm|mv|cp|cat|printf|export|mkdir) [^ ]*)(?: [^.;"\`]*)?$`,
);
const QUOTED = /^(?:await )?(?:commandLine|shellWord|fileWord)\(/;
/** What is no command to paste: titles, marks, names of commands, and sentences about rootsweep. */
const NO_COMMANDS = [
  '<!-- rootsweep plan @{organization} -->',
  'rootsweep plan for @{organization}',
  'rootsweep @{VERSION}',
  'rootsweep @{this.path.join(',
  'rootsweep @{paths[0]?.join(',
  '"rootsweep @{kind}" wrote',
].map((text) => text.replace('@{', '${'));
/** Words between a command's name and a value that make it a sentence. */
const SENTENCE = /\brootsweep (?:will|looked|spells|would|needs|writes|did|never)\b/;

/** `file:line: text` of each value that is put into a command by itself: in a template, or behind a plus. */
function findUnquoted(file: string, source: string): string[] {
  return source.split('\n').flatMap((line, index) => {
    const values = [...line.matchAll(/\$\{|' \+ /g)];
    return values.flatMap(({ index: at, 0: mark }) => {
      const before = line.slice(0, at).replace(/\$\{[^{}]*\}/g, 'VALUE');
      const text = before.slice(before.lastIndexOf(mark === '${' ? '`' : "'") + 1);
      const value = line.slice(at + mark.length);
      if (QUOTED.test(value) || /^'/.test(value)) return [];
      return NO_COMMANDS.some((it) => line.includes(it)) || SENTENCE.test(text) || !BEGUN.test(text)
        ? []
        : [`${file}:${index + 1}: ${text}`];
    });
  });
}

test('no value is put into a printed command but by commandLine', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && path !== join('core', 'command-line.ts'),
  );
  assert.ok(files.length > 100);
  const found = files.flatMap((path) => findUnquoted(path, readFileSync(join(SRC, path), 'utf8')));
  assert.deepEqual(found, []);
});

test('what is no command stands in the source', () => {
  const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(SRC, path), 'utf8'));
  assert.deepEqual(
    NO_COMMANDS.filter((text) => !sources.some((source) => source.includes(text))),
    [],
  );
});

test('a value that is put into a printed command by itself is found', () => {
  for (const code of [
    'x = `rootsweep @{command}`;',
    'x = `run: rootsweep approve @{file} --key KEY`;',
    'x = `run: rootsweep approve PLAN --key @{key}`;',
    'x = `@{what}, run: rootsweep verify @{file}`;',
    'x = `aws iam delete-login-profile --user-name @{name}`;',
    'x = `hand it over: ssh-add @{file}`;',
    'x = `ssh-keygen -y -f @{commandLine(a)} > @{a}.pub`;',
    'x = `run: chmod 600 @{file}`;',
    'x = `run: rm @{file}`;',
    "x = 'run: rootsweep show ' + file;",
  ]) {
    assert.equal(findUnquoted('a.ts', code.replaceAll('@{', '${')).length, 1, code);
  }
  for (const code of [
    "x = `run: @{commandLine('rootsweep', 'show', { file })}`;",
    "x = `@{commandLine('ssh-keygen', { file })} > @{fileWord(file)}`;",
    'x = `rootsweep will delete @{count} accounts`;',
    'x = `pass --confirm @{organization}`;',
  ]) {
    assert.deepEqual(findUnquoted('a.ts', code.replaceAll('@{', '${')), [], code);
  }
});
