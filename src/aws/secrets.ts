/** Promise 11: finds secrets by value, however an endpoint encodes them, so that no output contains them. */

import type { STSClient } from '@aws-sdk/client-sts';
import type { SessionCredentials } from './settings.js';

/** The shortest run of characters that counts as part of a secret. */
const SHORTEST = 16;
/** The same for letters and digits alone; in base64, one character in 32 is another one. */
const SHORTEST_WORD = 12;
const CUT = '…';

/** A decoded text: its characters, and the start and end of each in the original. */
interface Reading {
  readonly characters: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** One way to decode a text, and the shortest run in common with a secret that counts. */
interface Way {
  /** Returns the characters only, which is fast. */
  readonly skim: (text: string) => string;
  readonly read: (text: string) => Reading;
  readonly shortest: number;
}

/** An escaped character in one of these forms: `&amp;` `&#43;` `&#x2b;` `%2B` `\u002b` `\x2b`. */
const ESCAPED = /&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);|%[\da-f]{2}|\\u[\da-f]{4}|\\x[\da-f]{2}/gi;
/** An escaped character or a plain one. */
const SPELLED = new RegExp(`${ESCAPED.source}|.`, 'gisu');
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

const WAYS: readonly Way[] = [
  { skim: (text) => text, read: (text) => read(text, /./gsu, (it) => it), shortest: SHORTEST },
  // Base64 of either alphabet, ignoring characters in between.
  base64Way(/[^A-Za-z0-9+/]/g, SHORTEST),
  base64Way(/[^A-Za-z0-9]/g, SHORTEST_WORD),
];

/** The secret values of one session. */
export class Secrets {
  /** Each secret, with all its runs of the shortest length per way to decode. */
  readonly #runs = new Map<string, readonly ReadonlySet<string>[]>();

  constructor(values: Iterable<string | undefined> = []) {
    this.add(...values);
  }

  add(...values: readonly (string | undefined)[]): void {
    for (const value of values) {
      if (value === undefined || value === '' || this.#runs.has(value)) continue;
      this.#runs.set(
        value,
        WAYS.map(({ skim, shortest }) => runsOf(skim(value), shortest)),
      );
    }
  }

  /** Removes every run of 16 characters of a secret, even if blanks, escapes or other alphabets are mixed in. */
  scrub(text: string): string {
    let clean = text;
    for (const [index, way] of WAYS.entries()) {
      for (const runs of this.#runs.values()) clean = cut(clean, runs[index] ?? new Set(), way);
    }
    return clean;
  }

  /** Whether a text, or any text inside an object, contains part of a secret. */
  areIn(value: unknown): boolean {
    if (typeof value === 'string') return value.length >= SHORTEST && this.scrub(value) !== value;
    if (typeof value !== 'object' || value === null) return false;
    return Object.values(value).some((it) => this.areIn(it));
  }
}

export function secretsOf({ secretAccessKey, sessionToken }: SessionCredentials): Secrets {
  return new Secrets([secretAccessKey, sessionToken]);
}

function runsOf(characters: string, length: number): ReadonlySet<string> {
  const count = Math.max(0, characters.length - length + 1);
  return new Set(Array.from({ length: count }, (_, at) => characters.slice(at, at + length)));
}

function cut(text: string, secret: ReadonlySet<string>, { skim, read, shortest }: Way): string {
  if (!hasRun(skim(text), secret, shortest)) return text;
  const { characters, from, to } = read(text);
  let clean = '';
  let kept = 0;
  for (let at = 0; at + shortest <= characters.length; at += 1) {
    if (!secret.has(characters.slice(at, at + shortest))) continue;
    const start = from[at] ?? 0;
    const end = to[at + shortest - 1] ?? text.length;
    if (start > kept || clean === '') clean += text.slice(kept, Math.max(kept, start)) + CUT;
    kept = Math.max(kept, end);
  }
  return clean + text.slice(kept);
}

function hasRun(characters: string, secret: ReadonlySet<string>, length: number): boolean {
  for (let at = 0; at + length <= characters.length; at += 1) {
    if (secret.has(characters.slice(at, at + length))) return true;
  }
  return false;
}

function read(text: string, pattern: RegExp, meaning: (spelled: string) => string): Reading {
  const characters: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  for (const { 0: spelled, index } of text.matchAll(pattern)) {
    for (const character of meaning(spelled).split('')) {
      characters.push(character);
      from.push(index);
      to.push(index + spelled.length);
    }
  }
  return { characters: characters.join(''), from, to };
}

function base64Way(noise: RegExp, shortest: number): Way {
  const letters = (text: string) => text.replace(/-/g, '+').replace(/_/g, '/').replace(noise, '');
  return {
    skim: (text) => letters(text.replace(ESCAPED, decode)),
    read: (text) => read(text, SPELLED, (spelled) => letters(decode(spelled))),
    shortest,
  };
}

function decode(spelled: string): string {
  const [, decimal, hex] = /^(?:&#(\d+);|(?:&#x|%|\\u|\\x)([\da-f]+);?)$/i.exec(spelled) ?? [];
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  if (Number.isInteger(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  return ENTITIES[spelled.toLowerCase()] ?? spelled;
}

/** Records the credentials of each request, because they change during a run. */
export function noteCredentials<T extends { readonly middlewareStack: object }>(
  client: T,
  secrets: Secrets,
): T {
  // Services differ only in the type of their requests.
  (client.middlewareStack as STSClient['middlewareStack']).add(
    (next, context) => (args) => {
      secrets.add(...credentialsOf(context));
      return next(args);
    },
    // After the SDK has chosen the signing method and the credentials.
    { step: 'finalizeRequest', priority: 'low', name: 'noteCredentials' },
  );
  return client;
}

interface Credentials {
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
}

/** Reads them from the SDK's context of a call. */
function credentialsOf({ __smithy_context }: HandlerExecutionContext): (string | undefined)[] {
  const identity = __smithy_context?.selectedHttpAuthScheme?.identity as Credentials | undefined;
  return [identity?.secretAccessKey, identity?.sessionToken];
}

type HandlerExecutionContext = Parameters<FinalizeRequest>[1];
type FinalizeRequest = Extract<
  Parameters<STSClient['middlewareStack']['add']>[0],
  (next: never, context: never) => unknown
>;
