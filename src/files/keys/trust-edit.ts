/** Edits the text of a trust file. Everything else in it, comments included, stays unchanged. */
import { isMap, isSeq, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml';
import { quoteVisibly } from '../../core/base/text.js';
import { draftTrust } from '../../core/cli/starter-files.js';
import type { RevokedPlan, Role, Trust } from '../../core/signing/trust.js';
import { RootsweepError } from '../../errors.js';
import { parsePublicKey } from '../../signing/public-key.js';
import { parseTrust } from './trust.js';

export interface NewTrustedKey {
  readonly name: string;
  readonly publicKey: string;
  readonly roles: readonly Role[];
  readonly until?: string;
}

/**
 * @param text undefined if there is no file yet.
 * @throws RootsweepError TRUST_INVALID if the file is invalid before or after the change.
 */
export function addTrustedKey(text: string | undefined, fileName: string, key: NewTrustedKey): string {
  if (text !== undefined) {
    refuseKnown(parseTrust(text, fileName), fileName, key);
    return append(text, fileName, 'keys', key);
  }
  const drafted = draftTrust(item(key, 2), { alone: false });
  parseTrust(drafted, fileName);
  return drafted;
}

/** @throws RootsweepError TRUST_INVALID if the file is invalid. */
export function addRevokedPlan(text: string, fileName: string, revoked: RevokedPlan): string {
  return append(text, fileName, 'revoked', revoked);
}

function refuseKnown({ keys }: Trust, fileName: string, { name, publicKey }: NewTrustedKey): void {
  const keyid = parsePublicKey(publicKey)?.keyid;
  const twin = keys.find(({ key }) => key.keyid === keyid);
  const what =
    twin !== undefined
      ? `holds this key already, as ${quoteVisibly(twin.name)}`
      : keys.some((it) => it.name === name)
        ? `holds another key called ${quoteVisibly(name)}`
        : undefined;
  if (what === undefined) return;
  throw new RootsweepError('TRUST_INVALID', `"${fileName}" ${what}`, {
    hint: `to change what a key may sign, edit its "roles" in "${fileName}"`,
  });
}

function append(text: string, fileName: string, list: 'keys' | 'revoked', value: object): string {
  parseTrust(text, fileName);
  const changed = insert(text.endsWith('\n') ? text : `${text}\n`, list, value);
  parseTrust(changed, fileName);
  return changed;
}

function insert(text: string, list: string, value: object): string {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) return text;
  const existing = contents.get(list, true);
  if (!isSeq(existing)) {
    return contents.flow === true
      ? insertFlow(text, contents, `${list}: [${write(value)}]`)
      : `${text}${list}:\n${item(value, 2)}`;
  }
  if (existing.flow === true) return insertFlow(text, existing, write(value));
  const [start = 0, end = 0] = existing.range ?? [];
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1);
  // After the last item's line, including a comment at its end.
  const lineEnd = text.indexOf('\n', Math.max(start, end - 1)) + 1;
  return `${text.slice(0, lineEnd)}${item(value, indent)}${text.slice(lineEnd)}`;
}

/** Inserts before the closing bracket of a flow collection such as `[a, b]` or `{ a: b }`. */
function insertFlow(text: string, { items, range }: YAMLMap | YAMLSeq, added: string): string {
  const bracket = (range?.[1] ?? text.length) - 1;
  const before = text.slice(0, bracket).trimEnd();
  const comma = items.length === 0 || before.endsWith(',') ? '' : ',';
  const space = items.length === 0 ? '' : ' ';
  return `${before}${comma}${space}${added}${text.slice(before.length)}`;
}

/** Formats an item of a block sequence. */
function item(value: object, indent: number): string {
  const lines = Object.entries(value).map(([key, it]) => `${key}: ${write(it)}`);
  const pad = ' '.repeat(indent);
  return lines.map((line, index) => `${pad}${index === 0 ? '- ' : '  '}${line}\n`).join('');
}

/** On one line of any length; text is quoted. */
function write(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    flowCollectionPadding: false,
    lineWidth: 0,
  }).trimEnd();
}
