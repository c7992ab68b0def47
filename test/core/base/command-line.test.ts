import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { commandLine, shellWord } from '../../../src/core/base/command-line.js';

test('commandLine leaves out a flag without a value, and quotes what means something to a shell', () => {
  assert.equal(
    commandLine('rootsweep', 'apply', 'my plan.yaml', ['--policy', 'p.yaml'], ['--trust', undefined]),
    "rootsweep apply 'my plan.yaml' --policy p.yaml",
  );
});

test('shellWord is read back by a shell as what it was', { skip: process.platform === 'win32' }, () => {
  for (const text of [
    'plain.yaml',
    '',
    'a b',
    "it's",
    '$HOME',
    '`id`',
    '!x',
    '*',
    '~root',
    '-n',
    'a\nb',
    '"',
    '\\',
    '=ls',
    "a\n'b'\\c!#",
    '\u001b]8;;evil\u0007',
    '\u202etxt.7',
    '##vso[task.complete]',
    '\t1',
    'p\u0301',
  ]) {
    assert.doesNotMatch(shellWord(text), /[\n\t\u001b\u202e]|##/);
    assert.equal(execFileSync('bash', ['-c', `printf '%s' ${shellWord(text)}`], { encoding: 'utf8' }), text);
  }
});

test('commandLine takes no value for a flag', () => {
  assert.equal(
    commandLine('rootsweep', 'show', { file: '--help' }, ['--out', '-x'], ['-f', 'a b']),
    "rootsweep show ./--help --out=-x -f 'a b'",
  );
});
