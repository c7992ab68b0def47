import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTemplate } from '../../../src/files/plan/notice-template.js';
import { lines, refusalOf } from '../refusal.js';

const REFUSED: readonly [what: string, text: string, ...problems: string[]][] = [
  [
    'a mistyped placeholder',
    '{{acount}}\n{{credentials}}',
    '1:1: nothing is called "{{acount}}"; did you mean {{account}}?',
  ],
  [
    'an unknown placeholder',
    'x\n  {{salary}} {{account}}\n{{credentials}}',
    '2:3: nothing is called "{{salary}}"; known are account, name, email, ou, organization, credentials, when, plan, digest',
  ],
  [
    'no credentials',
    '{{account}}',
    '1:1: the template never says {{credentials}}; an owner must learn it, so write it somewhere',
  ],
  [
    'no account',
    'x\n{{credentials}}',
    '1:1: the template never says {{account}}; an owner must learn it, so write it somewhere',
  ],
  [
    'credentials within a line',
    '{{account}}\nThese: {{credentials}}',
    '2:1: {{credentials}} becomes a list; give it a line of its own',
  ],
  ['nothing', '', '1:1: the first line is empty; it is the subject of the mail'],
];
for (const [what, text, ...problems] of REFUSED) {
  test(`parseTemplate refuses a template with ${what}`, () => {
    assert.equal(
      refusalOf(() => parseTemplate(text, 'notice.md')),
      lines('TEMPLATE_INVALID', ...problems.map((it) => `notice.md:${it}`)).trimEnd(),
    );
  });
}

test('parseTemplate reads placeholders with blanks, CRLF and tabs', () => {
  assert.deepEqual(parseTemplate('\ufeffA {{ account }}!\r\n\tb\r\n{{credentials}}\r\n', 'notice.md').lines, [
    [
      { kind: 'text', text: 'A ' },
      { kind: 'placeholder', name: 'account' },
      { kind: 'text', text: '!' },
    ],
    [{ kind: 'text', text: '    b' }],
    [{ kind: 'placeholder', name: 'credentials' }],
  ]);
});
