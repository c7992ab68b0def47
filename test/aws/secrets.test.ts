import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Secrets } from '../../src/aws/secrets.js';
import { shield, shieldSession } from '../../src/aws/shield.js';
import { RootsweepError } from '../../src/errors.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';

const KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY';

const base64 = fc
  .uint8Array({ minLength: 30, maxLength: 300 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));

const hex = (character: string) => character.charCodeAt(0).toString(16).padStart(2, '0');

/** Ways to write one character of base64. */
const SPELLINGS: readonly ((character: string) => string)[] = [
  (it) => it,
  (it) => it.replace('+', '-').replace('/', '_'),
  (it) => `&#${it.charCodeAt(0)};`,
  (it) => `&#x${hex(it)};`,
  (it) => `%${hex(it).toUpperCase()}`,
  (it) => `\\u00${hex(it)}`,
  (it) => it.replace('/', '\\/'),
];
const BETWEEN = ['', '', '', ' ', '\t', '\r\n', '\u00a0', '\u200b', '  '];

/** A part of a secret, each character spelled in one way or another, and something blank or nothing in between. */
const written = base64.chain((secret) =>
  fc
    .record({
      from: fc.nat(secret.length - 20),
      spelled: fc.array(fc.tuple(fc.constantFrom(...SPELLINGS), fc.constantFrom(...BETWEEN)), {
        minLength: secret.length,
        maxLength: secret.length,
      }),
      length: fc.integer({ min: 16, max: secret.length }),
    })
    .map(({ from, spelled, length }) => {
      const part = secret.slice(from, from + length);
      const text = [...part]
        .map((character, index) => {
          const [spell, between] = spelled[index] ?? [];
          return `${spell?.(character) ?? character}${between ?? ''}`;
        })
        .join('');
      return { secret, part, text };
    }),
);

/** What a reader makes of a text who knows every one of these spellings. */
function readAll(text: string): string {
  return text
    .replace(/&#x([\da-f]+);|%([\da-f]{2})|\\u([\da-f]{4})/gi, (_, ...codes: (string | undefined)[]) =>
      String.fromCharCode(Number.parseInt(codes.slice(0, 3).find((it) => it !== undefined) ?? '', 16)),
    )
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/…]/g, '');
}

test('scrub leaves no run of 16 characters of a secret in any text, however it is written', () => {
  fc.assert(
    fc.property(fc.string(), written, fc.string(), (before, { secret, text }, after) => {
      const scrubbed = readAll(new Secrets([secret]).scrub(`${before}${text}${after}`));
      const wanted = secret.replaceAll('=', '');
      for (let at = 0; at + 16 <= wanted.length; at += 1) {
        assert.equal(scrubbed.includes(wanted.slice(at, at + 16)), false);
      }
    }),
    { numRuns: 500 },
  );
});

test('scrub leaves every text as it is that has nothing of the secret in it', () => {
  const secrets = new Secrets([KEY, randomBytes(300).toString('base64')]);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(secrets.scrub(text), text);
    }),
  );
});

test('scrub leaves what stands around a secret', () => {
  const secrets = new Secrets([KEY]);
  assert.equal(
    secrets.scrub(`Bad date "${KEY}" here, and ${[...KEY].join(' ')}.`),
    'Bad date "…" here, and ….',
  );
  assert.equal(secrets.scrub(KEY.slice(0, 11)), KEY.slice(0, 11));
});

test('scrub knows what was added later, and takes nothing for a secret that has fewer than 16 characters', () => {
  const secrets = new Secrets(['test', undefined]);
  assert.equal(secrets.scrub(`a test of ${KEY}`), `a test of ${KEY}`);
  secrets.add(KEY);
  assert.equal(secrets.scrub(`a test of ${KEY}`), 'a test of …');
});

test('shield lets no failure through with a secret in it, of whatever kind', async () => {
  const causes = { cause: new Error(KEY) };
  const failures = {
    failure: async () => {
      throw new RootAccessFailure('aws-error', `said ${KEY}`, { refused: true, requestId: KEY, ...causes });
    },
    refusal: async () => {
      throw new RootsweepError('AWS_FAILED', `said ${KEY}`, { hint: `try ${KEY}`, ...causes });
    },
    defect: async () => {
      throw new TypeError(`said ${KEY}`);
    },
    atOnce: () => {
      throw new TypeError(`said ${KEY}`);
    },
    async *pages() {
      yield 1;
      throw new RootsweepError('AWS_FAILED', `said ${KEY}`);
    },
  };
  const shielded = shield(failures, new Secrets([KEY]));
  const seen: unknown[] = [];
  for (const run of [
    shielded.failure,
    shielded.refusal,
    shielded.defect,
    async () => shielded.atOnce(),
    async () => {
      for await (const page of shielded.pages()) seen.push(page);
    },
  ]) {
    await assert.rejects(run, (error) => {
      assert(error instanceof Error);
      assert.equal(error.message, 'said …');
      const all = [error.stack, error.cause, JSON.stringify(error), ...Object.values(error)].map(String);
      assert.equal(all.join('\n').includes(KEY.slice(0, 16)), false);
      return true;
    });
  }
  assert.deepEqual(seen, [1]);
});

test('shield keeps all else that is known of a failure', async () => {
  const failure = new RootAccessFailure('denied-in-session', 'no', {
    refused: true,
    retryable: 'busy',
    retryAfter: 7,
    requestId: 'q',
  });
  const shielded = shield({ run: () => Promise.reject(failure) }, new Secrets([KEY]));
  await assert.rejects(shielded.run, {
    unknownCause: 'denied-in-session',
    message: 'no',
    refused: true,
    retryable: 'busy',
    retryAfter: 7,
    requestId: 'q',
  });
});

test('shieldSession refuses an answer that has a secret of the session in it, at any depth', async () => {
  const answers: Readonly<Record<string, unknown>> = {
    good: [{ kind: 'password', created: '2019-01-01T00:00:00Z' }],
    bad: [{ kind: 'mfa-device', id: `arn:aws:iam::222222222222:mfa/${KEY}` }],
  };
  const session = shieldSession(
    { accessKeyId: 'ASIA', list: async (of: string) => answers[of] },
    new Secrets([KEY]),
  );
  assert.equal(session.accessKeyId, 'ASIA');
  assert.equal(await session.list('good'), answers.good);
  await assert.rejects(session.list('bad'), { unknownCause: 'incomplete-answer' });
});
