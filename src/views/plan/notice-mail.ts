/**
 * A notice as a mail (RFC 5322, with MIME). No text from outside is in a header unchanged: the subject is printable ASCII
 * or encoded words (RFC 2047), addresses must match a narrow grammar, and the body is base64. So a name or an address
 * cannot end a header, start another or add a recipient.
 */
import type { Notice, Template } from '../../core/plan/notice.js';
import { renderLines } from '../format/lines.js';
import { renderNoticeMarkdown, renderNoticeSubject } from './notice-markdown.js';

/** A line with an encoded word has at most 76 characters: `Subject: =?utf-8?B?`, four for each three bytes, `?=`. */
const WORD_BYTES = 39;
/** RFC 2045. */
const BASE64_LINE = 76;
/** RFC 5321: the maximum lengths of a local part, and of a path without its brackets. */
const LONGEST_LOCAL = 64;
const LONGEST_ADDRESS = 254;

const ATOMS = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * Formats an address for a header, with its local part in quotes if needed. Undefined if mail programs could read the
 * address differently.
 */
export function writeAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  const fits = at > 0 && local.length <= LONGEST_LOCAL && address.length <= LONGEST_ADDRESS;
  if (!fits || !DOMAIN.test(domain) || !PRINTABLE.test(local)) return undefined;
  return ATOMS.test(local) ? address : `"${local.replace(/["\\]/g, '\\$&')}"@${domain}`;
}

/**
 * Renders the whole mail, with CRLF.
 * @param from a result of `writeAddress`.
 * @param now the date of the mail.
 */
export function renderNoticeMail(notice: Notice, template: Template, from: string, now: Date): string {
  const to = writeAddress(notice.email);
  const subject = renderLines([[renderNoticeSubject(notice, template)]], false).trim();
  const body = renderLines(renderNoticeMarkdown(notice, template), false).replaceAll('\n', '\r\n');
  const headers = [
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `From: ${from}`,
    ...(to === undefined ? [] : [`To: ${to}`]),
    `Message-ID: <${notice.plan}.${notice.account}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    `Subject: ${encodeText(subject)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ];
  const encoded =
    Buffer.from(body)
      .toString('base64')
      .match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? [];
  return [...headers, '', ...encoded, ''].join('\r\n');
}

/** Short printable ASCII stays readable, unless it looks like an encoded word. */
function encodeText(text: string): string {
  if (PRINTABLE.test(text) && text.length <= 60 && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  // Characters are not split, because each word must be valid by itself.
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((it) => `=?utf-8?B?${Buffer.from(it).toString('base64')}?=`).join('\r\n ');
}
