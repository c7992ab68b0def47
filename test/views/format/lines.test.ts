import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  alignRows,
  bold,
  cyan,
  dim,
  green,
  type Line,
  red,
  renderLines,
  yellow,
} from '../../../src/views/format/lines.js';
import { findLive, HOSTILE } from '../hostile.js';

const plain = (...lines: readonly Line[]) => renderLines(lines, false);

test('renderLines ends every line with a line feed', () => {
  assert.equal(plain(['a'], [], ['b']), 'a\n\nb\n');
});

test('renderLines joins spans without anything between them', () => {
  assert.equal(plain(['a', bold('b'), ' c']), 'ab c\n');
});

test('renderLines takes white space off the end of a line', () => {
  assert.equal(plain(['a  ', '  ']), 'a\n');
});

test('renderLines writes no colour when there is to be none', () => {
  assert.equal(plain([bold('a'), dim('b'), red('c'), green('d'), yellow('e'), cyan('f')]), 'abcdef\n');
});

test('renderLines writes colours when there are to be some', () => {
  assert.equal(renderLines([[red('a'), 'b']], true), '\u001b[31ma\u001b[39mb\n');
});

for (const [what, text] of HOSTILE) {
  const spots: readonly [where: string, line: Line][] = [
    ['at the start of a line', [text]],
    ['after other text', ['name: ', text]],
    ['after white space', ['  ', text]],
    ['in a styled span', [bold(text), dim(text)]],
  ];
  for (const [where, line] of spots) {
    test(`renderLines makes ${what} inert ${where}`, () => {
      const output = plain(line);
      assert.deepEqual(findLive(output), []);
      assert.equal(output.indexOf('\n'), output.length - 1);
    });
  }

  test(`renderLines colours nothing but its own spans when a text holds ${what}`, () => {
    const escapes = renderLines([[red(text)]], true).split('\u001b').length - 1;
    assert.equal(escapes, 2);
  });
}

test('renderLines shows what it made inert', () => {
  assert.equal(plain(['a\u001b[31m\u202eb']), 'a\\u{1b}[31m\\u{202e}b\n');
});

test('renderLines leaves two colons within a line as they are', () => {
  assert.equal(plain(['arn:aws:iam::222222222222:root']), 'arn:aws:iam::222222222222:root\n');
});

test('renderLines breaks the two colons at the start of a line', () => {
  assert.equal(plain(['  ', '::error::x']), '  :\\u{3a}error::x\n');
});

test('renderLines breaks two colons that stand in two spans', () => {
  assert.deepEqual(findLive(plain([':', ':error::x'])), []);
});

for (const line of [
  ['##', '[group]x'],
  ['#', '#[group]x'],
  ['a ##vso', dim('['), 'task.setvariable]x'],
  ['#', '', red('#'), '', 'v', 'so', '[x]'],
]) {
  test(`renderLines breaks a log command that stands in ${line.length} spans`, () => {
    assert.deepEqual(findLive(plain(line)), []);
    assert.doesNotMatch(plain(line), /##\w*\[/);
    assert.match(plain(line), /#\\u\{23\}(?:vso)?\[/);
  });
}

test('renderLines breaks the two colons at the start of a coloured line', () => {
  const output = renderLines([[red('::error::x')]], true);
  assert.equal(output, '\u001b[31m:\\u{3a}error::x\u001b[39m\n');
});

test('renderLines lets nothing live through, whatever the spans hold', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...HOSTILE.map(([, text]) => text), ':', '::', ' ', '##', '\n'),
  );
  const text = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (spans) => {
      // `##[` over two spans takes a text of rootsweep's own to end with "#"; there is none.
      const output = plain(spans.map((span) => `${span}.`));
      assert.deepEqual(findLive(output), []);
      assert.equal(output.split('\n').length, 2);
    }),
  );
});

test('alignRows pads each column to its longest cell', () => {
  const rows = [
    ['a', 'bbb', 'c'],
    ['aaa', 'b', 'c'],
  ];
  assert.equal(plain(...alignRows(rows)), 'a    bbb  c\naaa  b    c\n');
});

test('alignRows measures a cell as it will be shown', () => {
  const rows = [
    ['\u202e', 'x'],
    ['aaaaaaaa', 'x'],
  ];
  assert.equal(plain(...alignRows(rows)), '\\u{202e}  x\naaaaaaaa  x\n');
});

test('alignRows gives nothing for nothing', () => {
  assert.deepEqual(alignRows([]), []);
});
