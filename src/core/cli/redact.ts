/**
 * `--redact`: a document with email addresses, credential ids and the names of callers masked, for readers who need
 * not know them. It is done to the data, before anything is rendered, so that no format can leave one out.
 *
 * Every string of a document is searched for every value that the document is known to hold, and then for what looks
 * like one: AWS's messages and account names hold addresses and ARNs that nothing else names. What stays is what a
 * review needs: account ids, kinds, dates, and the last characters of a credential's id, by which its owner knows it.
 */

import { maskAddress } from '../account/masked-email.js';
import {
  type CredentialKind,
  type CredentialName,
  compareText,
  type Observation,
} from '../action/credentials.js';
import type { Receipt } from '../apply/receipt.js';
import type { Plan } from '../plan/plan.js';

/** The value with all of its strings masked. What is no plain data (dates, sets) stays as it is. */
export type Redact = <T>(value: T) => T;

export interface KnownValues {
  /** Of one account each: ids that are masked alike are numbered within it. */
  readonly credentials?: Iterable<Iterable<CredentialName>>;
  readonly emails?: Iterable<string>;
  /** Of callers. */
  readonly arns?: Iterable<string>;
  /** From which an address could be guessed: SHA-256 in hex. */
  readonly digests?: Iterable<string>;
}

export const showAll: Redact = (value) => value;

export function createRedact(known: KnownValues = {}): Redact {
  const replace = createReplacer(listMasks(known));
  const maskText = (text: string) => (ACCOUNT.test(text) ? text : maskShapes(replace(text)));
  return (value) => mapStrings(value, maskText);
}

export function knownOfPlan(plan: Plan): KnownValues {
  const entries = plan.accounts.flatMap((entry) => (entry.decision === 'clean' ? [] : [entry]));
  return {
    arns: [plan.plannedBy],
    credentials: entries.flatMap(({ observed }) =>
      observed?.kind === 'audited' ? [observed.credentials] : [],
    ),
    digests: entries.flatMap(({ email }) => (email === undefined ? [] : [email.sha256])),
  };
}

export function knownOfAccounts(
  accounts: readonly { readonly email: string; readonly observed: Observation | undefined }[],
  caller: string,
): KnownValues {
  return {
    arns: [caller],
    emails: accounts.map(({ email }) => email),
    credentials: accounts.flatMap(({ observed }) =>
      observed?.kind === 'audited' ? [observed.credentials] : [],
    ),
  };
}

export function knownOfReceipt({ runs, accounts }: Receipt): KnownValues {
  return {
    arns: runs.map(({ caller }) => caller),
    credentials: accounts.map(({ targets }) =>
      targets.flatMap(({ kind, id, requests }): CredentialName[] => [
        ...(kind === 'bucket' || kind === 'queue' || id === undefined ? [] : [{ kind, id }]),
        ...requests.flatMap(({ session }) =>
          session === undefined ? [] : [{ kind: 'access-key' as const, id: session }],
        ),
      ]),
    ),
  };
}

/** The same of several documents that are shown together. */
export function joinKnown(...all: readonly KnownValues[]): KnownValues {
  return {
    credentials: all.flatMap(({ credentials = [] }) => [...credentials]),
    emails: all.flatMap(({ emails = [] }) => [...emails]),
    arns: all.flatMap(({ arns = [] }) => [...arns]),
    digests: all.flatMap(({ digests = [] }) => [...digests]),
  };
}

/** A whole string that is never masked, whatever id it equals: entries are found by it. */
const ACCOUNT = /^\d{12}$/;
/** An id of fewer characters would be guessed from its last ones. */
const LEAST_TO_SHOW = 8;
const SHOWN = 4;

function maskTail(text: string): string {
  return text.length < LEAST_TO_SHOW ? '…' : `…${text.slice(-SHOWN)}`;
}

/** `AKIA…MPLE`, `arn:aws:iam::111122223333:mfa/…vice`, `…7QXZ`. */
function maskId({ kind, id = '' }: CredentialName): string {
  if (kind === 'access-key' && /^A[KS]IA/.test(id)) return `${id.slice(0, 4)}${maskTail(id.slice(4))}`;
  const [, head = '', tail = id] = /^(arn:[^/]*\/)(.*)$/s.exec(id) ?? [];
  return `${head}${maskTail(tail)}`;
}

/** `arn:aws:sts::111122223333:assumed-role/…`: the account and what kind of caller it is stay. */
function maskArn(arn: string): string {
  const [, head] = /^(arn:[^:/]*:[^:/]*:[^:/]*:[^:/]*:[^:/]*\/)/.exec(arn) ?? [];
  if (head !== undefined) return `${head}…`;
  return arn.endsWith(':root') ? arn : '…';
}

function listMasks({
  credentials = [],
  emails = [],
  arns = [],
  digests = [],
}: KnownValues): Map<string, string> {
  const masks = new Map<string, string>();
  for (const account of credentials) {
    const names = [...account].sort((a, b) => compareText(a.id ?? '', b.id ?? ''));
    const taken = new Set(names.flatMap(({ id = '' }) => masks.get(id) ?? []));
    for (const name of names) {
      const { id = '' } = name;
      if (id === '' || masks.has(id)) continue;
      const mask = maskId(name);
      let numbered = mask;
      for (let count = 2; taken.has(numbered); count += 1) numbered = `${mask}(${count})`;
      taken.add(numbered);
      masks.set(id, numbered);
    }
  }
  for (const email of emails) masks.set(email, maskAddress(email));
  for (const arn of arns) masks.set(arn, maskArn(arn));
  // In whole, and as `describeEmail` shortens them.
  for (const sha256 of digests) masks.set(sha256, '…').set(sha256.slice(0, 12), '…');
  masks.delete('');
  return masks;
}

/** Shorter values stand in many words, and are replaced only where they stand alone. */
const LEAST_ANYWHERE = 8;

/** Replaces every key by its value, the longest first, in time that grows with the text and not with the keys. */
function createReplacer(masks: ReadonlyMap<string, string>): (text: string) => string {
  if (masks.size === 0) return (text) => text;
  const width = Math.min(4, ...new Set([...masks.keys()].map(({ length }) => length)));
  const lengthsOf = new Map<string, number[]>();
  for (const key of masks.keys()) {
    const lengths = lengthsOf.get(key.slice(0, width)) ?? [];
    if (!lengths.includes(key.length)) lengths.push(key.length);
    lengthsOf.set(key.slice(0, width), lengths);
  }
  for (const lengths of lengthsOf.values()) lengths.sort((a, b) => b - a);
  const findAt = (text: string, at: number): string | undefined =>
    lengthsOf
      .get(text.slice(at, at + width))
      ?.map((length) => text.slice(at, at + length))
      .find((found) => masks.has(found) && (found.length >= LEAST_ANYWHERE || standsAlone(text, at, found)));
  return (text) => {
    let replaced = '';
    let copied = 0;
    for (let at = 0; at + width <= text.length; at += 1) {
      const found = findAt(text, at);
      if (found === undefined) continue;
      replaced += `${text.slice(copied, at)}${masks.get(found)}`;
      copied = at + found.length;
      at = copied - 1;
    }
    return replaced + text.slice(copied);
  };
}

function standsAlone(text: string, at: number, found: string): boolean {
  return !/[\p{L}\p{N}]/u.test(`${text[at - 1] ?? ''}${text[at + found.length] ?? ''}`);
}

/** AWS takes addresses of at most 64 characters: bounds keep the search linear. */
const ADDRESS = /[^\s@<>()[\]"'`,;:|]{1,64}@[^\s@<>()[\]"'`,;:|/]{1,255}/g;
const PRINCIPAL =
  /(arn:[\w-]{1,32}:(?:iam|sts)::\d{12}:(?:user|role|assumed-role|federated-user|mfa|sms-mfa|u2f)\/)[\w+=,.@/-]+/g;
/** As `nameCredential` names it, such as one that was found instead of the planned ones. Masked ones hold an ellipsis. */
const NAMED = /\b(access-key|signing-certificate|mfa-device) (?![\w+=/:,.@-]{0,256}…)([\w+=/:,.@-]{9,256})/g;
const ACCESS_KEY = /\bA[KS]IA[A-Z0-9]{12,124}\b/g;

function maskShapes(text: string): string {
  const masked = text
    .replace(NAMED, (_, kind: CredentialKind, id: string) => `${kind} ${maskId({ kind, id })}`)
    .replace(PRINCIPAL, '$1…')
    .replace(ACCESS_KEY, (id) => maskId({ kind: 'access-key', id }));
  return masked.includes('@') ? masked.replace(ADDRESS, maskAddress) : masked;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function mapStrings<T>(value: T, map: (text: string) => string): T {
  const mapped = (it: unknown): unknown => {
    if (typeof it === 'string') return map(it);
    if (Array.isArray(it)) return it.map(mapped);
    if (typeof it !== 'object' || it === null || !isPlain(it)) return it;
    return Object.fromEntries(
      // Names of tags come from outside, too; the fields of a document hold no sign of an address or an ARN.
      Object.entries(it).map(([key, inner]) => [/[@:]/.test(key) ? map(key) : key, mapped(inner)]),
    );
  };
  return mapped(value) as T;
}
