import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembleNotice, type Notice } from '../../../src/core/plan/notice.js';
import { DEFAULT_TEMPLATE, parseTemplate } from '../../../src/files/plan/notice-template.js';
import { renderLines } from '../../../src/views/format/lines.js';
import { renderNoticeMail, writeAddress } from '../../../src/views/plan/notice-mail.js';
import { renderNoticeMarkdown } from '../../../src/views/plan/notice-markdown.js';
import { deleteEntryOf, NOW, planOf, SHA256 } from '../../core/fixtures.js';
import { HOSTILE } from '../hostile.js';

const TEMPLATE = parseTemplate(DEFAULT_TEMPLATE, 'template.md');
const noticeOf = (change: Partial<Notice> = {}): Notice => ({
  ...assembleNotice(planOf(), SHA256, deleteEntryOf(), 'shop@example.com'),
  ...change,
});
const mailOf = (notice: Notice) => renderNoticeMail(notice, TEMPLATE, 'security@example.com', NOW);

interface Mail {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** As a mail program reads it. Lines end with CRLF, and nothing else ends one. */
function readMail(text: string): Mail {
  assert.doesNotMatch(text.replaceAll('\r\n', ''), /[\r\n]/);
  assert.match(text, /^[\x20-\x7e\r\n]+$/);
  assert.ok(text.split('\r\n').every((line) => line.length <= (line.startsWith('To: ') ? 998 : 76)));
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const headers = head
    .replaceAll('\r\n ', ' ')
    .split('\r\n')
    .map((line) => {
      const [, name = '', value = ''] = /^([A-Za-z-]+): (.*)$/.exec(line) ?? [];
      return [name, value] as const;
    });
  return { headers, body: Buffer.from(rest.join(''), 'base64').toString() };
}

function decodeWords(value: string): string {
  const words = value.split(' ').map((word) => /^=\?utf-8\?B\?([A-Za-z0-9+/=]+)\?=$/.exec(word)?.[1]);
  if (words.some((word) => word === undefined)) return value;
  const bytes = words.map((word) => Buffer.from(word ?? '', 'base64'));
  for (const it of bytes) new TextDecoder('utf-8', { fatal: true }).decode(it);
  return Buffer.concat(bytes).toString();
}

const NAMES = [
  'Date',
  'From',
  'To',
  'Message-ID',
  'Subject',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
];

test('a notice is a mail with these headers, and the Markdown for a body', () => {
  const { headers, body } = readMail(mailOf(noticeOf()));
  assert.deepEqual(headers, [
    ['Date', 'Mon, 23 Nov 2026 09:00:00 +0000'],
    ['From', 'security@example.com'],
    ['To', 'shop@example.com'],
    ['Message-ID', '<00000000-0000-4000-8000-000000000000.222222222222@example.com>'],
    ['Subject', headers[4]?.[1]],
    ['MIME-Version', '1.0'],
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Transfer-Encoding', 'base64'],
  ]);
  assert.equal(
    decodeWords(headers[4]?.[1] ?? ''),
    'The root credentials of AWS account 222222222222 shop are to be deleted',
  );
  assert.equal(body.replaceAll('\r\n', '\n'), renderLines(renderNoticeMarkdown(noticeOf(), TEMPLATE), false));
});

const ATTACKS: readonly (readonly [what: string, text: string])[] = [
  ...HOSTILE,
  ['a header', 'shop\r\nBcc: thief@example.com'],
  ['a header and a body', 'shop\r\n\r\nHello'],
  ['an encoded word', '=?utf-8?B?Bcc?='],
  ['many letters of many bytes', 'ä€😀'.repeat(60)],
];
for (const [what, text] of ATTACKS) {
  test(`a mail has its own headers and no others when the account's name is ${what}`, () => {
    const { headers } = readMail(mailOf(noticeOf({ name: text })));
    assert.deepEqual(
      headers.map(([name]) => name),
      NAMES,
    );
    const subject = decodeWords(headers[4]?.[1] ?? '');
    assert.match(subject, /^The root credentials of AWS account 222222222222 .* are to be deleted$/);
    assert.doesNotMatch(subject, /[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  test(`a mail has its own headers and no others when the address is ${what}`, () => {
    for (const email of [text, `${text}@example.com`, `shop@${text}`, `shop@example.com${text}`]) {
      const { headers } = readMail(mailOf(noticeOf({ email })));
      const names = headers.map(([name]) => name);
      assert.deepEqual(
        names,
        NAMES.filter((name) => name !== 'To' || writeAddress(email) !== undefined),
      );
    }
  });
}

const ADDRESSES: readonly [address: string, written: string | undefined][] = [
  ['shop@example.com', 'shop@example.com'],
  ['aws+shop.prod@mail.example.co', 'aws+shop.prod@mail.example.co'],
  ['a,b@example.com', '"a,b"@example.com'],
  ['a"b\\c@example.com', '"a\\"b\\\\c"@example.com'],
  ['a@b@example.com', '"a@b"@example.com'],
  ['a..b@example.com', '"a..b"@example.com'],
  ['shop@example', undefined],
  ['shop@exam_ple.com', undefined],
  ['shop@example.com, thief@example.com', '"shop@example.com, thief"@example.com'],
  ['shop@example.com>', undefined],
  ['schön@example.com', undefined],
  ['shop@schön.example', undefined],
  ['@example.com', undefined],
  ['shop', undefined],
  ['', undefined],
  [`${'a'.repeat(65)}@example.com`, undefined],
  ['a\r\nBcc: b@example.com', undefined],
];
for (const [address, written] of ADDRESSES) {
  test(`writeAddress makes ${written} of ${JSON.stringify(address)}`, () => {
    assert.equal(writeAddress(address), written);
  });
}
