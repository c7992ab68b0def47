/** Promise 11: finds by value what must reach no output, however an endpoint spells it. */

import type { STSClient } from '@aws-sdk/client-sts';
import type { SessionCredentials } from './clients.js';

/** The shortest run of a secret that counts as a part of it, in characters. */
const SHORTEST = 16;
/** The same, of letters and digits alone: in base64, one character in 32 is another. */
const SHORTEST_WORD = 12;
const CUT = '…';

/** A text as it may be read: its characters, and where in the text each stands. */
interface Reading {
  readonly characters: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** How a text is read, and how long a run has to be that it has in common with a secret read in the same way. */
interface Way {
  /** The characters alone, which is quick. */
  readonly skim: (text: string) => string;
  readonly read: (text: string) => Reading;
  readonly shortest: number;
}

/** A character that is written as one of: `&amp;` `&#43;` `&#x2b;` `%2B` `\u002b` `\x2b`. */
const ESCAPED = /&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);|%[\da-f]{2}|\\u[\da-f]{4}|\\x[\da-f]{2}/gi;
/** Such a character, or one that stands for itself. */
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
  // Base64 of either alphabet, without what stands between its characters.
  base64Way(/[^A-Za-z0-9+/]/g, SHORTEST),
  base64Way(/[^A-Za-z0-9]/g, SHORTEST_WORD),
];

/** What one session knows, and nobody else may. */
export class Secrets {
  /** Each secret, and for each way to read it every run of the shortest length that counts. */
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

  /** The text without any run of 16 characters of a secret, blanks, escapes and other alphabets in between or not. */
  scrub(text: string): string {
    let clean = text;
    for (const [index, way] of WAYS.entries()) {
      for (const runs of this.#runs.values()) clean = cut(clean, runs[index] ?? new Set(), way);
    }
    return clean;
  }

  /** Whether a text, or anything below an object, has a part of a secret in it. */
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

/** Has the credentials of each request noted: they change while a run goes on. */
export function noteCredentials<T extends { readonly middlewareStack: object }>(
  client: T,
  secrets: Secrets,
): T {
  // All that differs between services is the type of what is sent.
  (client.middlewareStack as STSClient['middlewareStack']).add(
    (next, context) => (args) => {
      secrets.add(...credentialsOf(context));
      return next(args);
    },
    // After it was chosen how, and as whom, to sign.
    { step: 'finalizeRequest', priority: 'low', name: 'noteCredentials' },
  );
  return client;
}

interface Credentials {
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
}

/** From what the SDK notes of a call. */
function credentialsOf({ __smithy_context }: HandlerExecutionContext): (string | undefined)[] {
  const identity = __smithy_context?.selectedHttpAuthScheme?.identity as Credentials | undefined;
  return [identity?.secretAccessKey, identity?.sessionToken];
}

type HandlerExecutionContext = Parameters<FinalizeRequest>[1];
type FinalizeRequest = Extract<
  Parameters<STSClient['middlewareStack']['add']>[0],
  (next: never, context: never) => unknown
>;
