/**
 * `--redact`: masks email addresses, credential ids and the names of callers, for readers who do not need them. It works on
 * the data before rendering, so that no format can miss a value.
 *
 * Every string of a document is searched for every known value, and then for texts that look like one: AWS's messages and
 * account names may hold further addresses and ARNs. Account ids, kinds, dates and the last characters of a credential's
 * id stay, because a review needs them.
 */
import { maskAddress } from '../account/masked-email.js';
import {
  type CredentialKind,
  type CredentialName,
  compareText,
  IDENTIFIED_KINDS,
  isCredentialKind,
  type Observation,
} from '../action/credentials.js';
import type { Receipt } from '../apply/receipt.js';
import type { Plan } from '../plan/plan.js';

/** The value with all of its strings masked. Values other than plain data (dates, sets) are unchanged. */
export type Redact = <T>(value: T) => T;

export interface KnownValues {
  /** One item for each account: ids with equal masks are numbered within it. */
  readonly credentials?: Iterable<Iterable<CredentialName>>;
  readonly emails?: Iterable<string>;
  /** Of callers. */
  readonly arns?: Iterable<string>;
  /** SHA-256 of addresses in hex: an address could be guessed from it. */
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
        ...(id !== undefined && isCredentialKind(kind) ? [{ kind, id }] : []),
        ...requests.flatMap(({ session }) =>
          session === undefined ? [] : [{ kind: 'access-key' as const, id: session }],
        ),
      ]),
    ),
  };
}

/** The values of several documents that are shown together. */
export function joinKnown(...all: readonly KnownValues[]): KnownValues {
  return {
    credentials: all.flatMap(({ credentials = [] }) => [...credentials]),
    emails: all.flatMap(({ emails = [] }) => [...emails]),
    arns: all.flatMap(({ arns = [] }) => [...arns]),
    digests: all.flatMap(({ digests = [] }) => [...digests]),
  };
}

/** A string that is never masked, even if it equals an id: entries are found by account id. */
const ACCOUNT = /^\d{12}$/;
/** A shorter id could be guessed from its last characters. */
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

/** `arn:aws:sts::111122223333:assumed-role/…`: the account and the kind of caller stay. */
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
  // Complete, and as shortened by `describeEmail`.
  for (const sha256 of digests) masks.set(sha256, '…').set(sha256.slice(0, 12), '…');
  masks.delete('');
  return masks;
}

/** Shorter values are parts of many words, and are replaced only as whole words. */
const LEAST_ANYWHERE = 8;

/** Replaces every key by its value, the longest first. The time depends on the text, not on the number of keys. */
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

/** AWS accepts addresses of at most 64 characters. The bounds keep the search linear. */
const ADDRESS = /[^\s@<>()[\]"'`,;:|]{1,64}@[^\s@<>()[\]"'`,;:|/]{1,255}/g;
const PRINCIPAL =
  /(arn:[\w-]{1,32}:(?:iam|sts)::\d{12}:(?:user|role|assumed-role|federated-user|mfa|sms-mfa|u2f)\/)[\w+=,.@/-]+/g;
/** As in `nameCredential`, such as a credential in a drift. Masked ones contain an ellipsis. */
const NAMED = new RegExp(
  `\\b(${IDENTIFIED_KINDS.join('|')}) (?![\\w+=/:,.@-]{0,256}…)([\\w+=/:,.@-]{9,256})`,
  'g',
);
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
      // Keys of tags are untrusted, too; field names of a document contain neither `@` nor `:`.
      Object.entries(it).map(([key, inner]) => [/[@:]/.test(key) ? map(key) : key, mapped(inner)]),
    );
  };
  return mapped(value) as T;
}
