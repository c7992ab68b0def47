import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classifyError, type FailureKind, requestIdOf } from '../../src/aws/failures.js';

const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

const TABLE: readonly [error: unknown, kind: FailureKind, code: string][] = [
  // IAM and STS: unmodelled errors keep the code of the wire as their name.
  [{ name: 'Throttling', Code: 'Throttling', ...status(400) }, 'throttled', 'Throttling'],
  [{ name: 'AccessDenied', Code: 'AccessDenied', ...status(403) }, 'denied', 'AccessDenied'],
  [{ name: 'ExpiredToken', Code: 'ExpiredToken', ...status(403) }, 'expired', 'ExpiredToken'],
  [{ name: 'InvalidClientTokenId', ...status(403) }, 'credentials', 'InvalidClientTokenId'],
  [{ name: 'SignatureDoesNotMatch', ...status(403) }, 'credentials', 'SignatureDoesNotMatch'],
  // Modelled ones get another name.
  [{ name: 'NoSuchEntityException', Code: 'NoSuchEntity', ...status(404) }, 'not-found', 'NoSuchEntity'],
  [
    { name: 'ConcurrentModificationException', Code: 'ConcurrentModification', ...status(409) },
    'busy',
    'ConcurrentModification',
  ],
  [
    { name: 'EntityTemporarilyUnmodifiableException', ...status(409) },
    'busy',
    'EntityTemporarilyUnmodifiable',
  ],
  [
    { name: 'ServiceFailureException', Code: 'ServiceFailure', ...status(500) },
    'transient',
    'ServiceFailure',
  ],
  [{ name: 'DeleteConflictException', Code: 'DeleteConflict', ...status(409) }, 'other', 'DeleteConflict'],
  [{ name: 'LimitExceededException', Code: 'LimitExceeded', ...status(409) }, 'other', 'LimitExceeded'],
  [{ name: 'ExpiredTokenException', ...status(400) }, 'expired', 'ExpiredToken'],
  [{ name: 'RegionDisabledException', ...status(403) }, 'other', 'RegionDisabled'],
  // Organizations.
  [{ name: 'TooManyRequestsException', ...status(400) }, 'throttled', 'TooManyRequests'],
  [{ name: 'ThrottlingException', ...status(400) }, 'throttled', 'Throttling'],
  [{ name: 'AccessDeniedException', ...status(400) }, 'denied', 'AccessDenied'],
  [{ name: 'AccountNotFoundException', ...status(400) }, 'not-found', 'AccountNotFound'],
  [{ name: 'UnrecognizedClientException', ...status(400) }, 'credentials', 'UnrecognizedClient'],
  [{ name: 'ServiceException', ...status(500) }, 'transient', 'Service'],
  [{ name: 'AWSOrganizationsNotInUseException', ...status(400) }, 'other', 'AWSOrganizationsNotInUse'],
  // HTTP, where the code says nothing.
  [{ name: 'Unknown', ...status(429) }, 'throttled', 'Unknown'],
  [{ name: 'Unknown', ...status(500) }, 'transient', 'Unknown'],
  [{ name: 'Unknown', ...status(503) }, 'transient', 'Unknown'],
  [{ name: 'Unknown', ...status(400) }, 'other', 'Unknown'],
  [{ name: 'Unknown', ...status(403) }, 'other', 'Unknown'],
  // Node and the SDK itself.
  [{ name: 'Error', code: 'ECONNRESET' }, 'transient', 'ECONNRESET'],
  [{ name: 'Error', code: 'ECONNREFUSED' }, 'transient', 'ECONNREFUSED'],
  [{ name: 'Error', code: 'EPIPE' }, 'transient', 'EPIPE'],
  [{ name: 'Error', code: 'ENOTFOUND' }, 'transient', 'ENOTFOUND'],
  [{ name: 'Error', code: 'EAI_AGAIN' }, 'transient', 'EAI_AGAIN'],
  [{ name: 'TimeoutError', code: 'ETIMEDOUT' }, 'transient', 'ETIMEDOUT'],
  [{ name: 'TimeoutError' }, 'transient', 'TimeoutError'],
  [{ name: 'CredentialsProviderError' }, 'credentials', 'CredentialsProviderError'],
  [{ name: 'TokenProviderError' }, 'credentials', 'TokenProviderError'],
  // Anything else that can be thrown.
  [{ name: 'constructor' }, 'other', 'constructor'],
  [{ name: '' }, 'other', 'Error'],
  [new TypeError('x'), 'other', 'TypeError'],
  ['text', 'other', 'Error'],
  [undefined, 'other', 'Error'],
  [null, 'other', 'Error'],
];
for (const [error, kind, code] of TABLE) {
  test(`classifyError says ${kind} when the SDK rejected with ${error instanceof Error ? error.name : JSON.stringify(error)}`, () => {
    const failure = classifyError(error);
    assert.deepEqual([failure.kind, failure.code], [kind, code]);
  });
}

// What leaves no doubt that nothing happened: AWS's own no.
const REFUSALS: readonly [error: object, refused: boolean][] = [
  [{ name: 'AccessDenied', Code: 'AccessDenied', ...status(403) }, true],
  [{ name: 'DeleteConflictException', Code: 'DeleteConflict', ...status(409) }, true],
  [{ name: 'Throttling', Code: 'Throttling', ...status(400) }, true],
  [{ name: 'RequestTimeout', Code: 'RequestTimeout', ...status(408) }, false],
  [{ name: 'ServiceFailureException', Code: 'ServiceFailure', ...status(500) }, false],
  [{ name: 'Unknown', ...status(403) }, false],
  [{ name: 'Unknown', ...status(302) }, false],
  [{ name: 'Error', message: 'unexpected content', ...status(200) }, false],
  [{ name: 'Error', code: 'ECONNRESET' }, false],
  [{ name: 'Error', code: 'HPE_INVALID_CONSTANT' }, false],
  [{ name: 'Error', Code: 'AccessDenied' }, false],
];
for (const [error, refused] of REFUSALS) {
  test(`classifyError says ${refused ? 'that' : 'not that'} AWS refused when the SDK rejected with ${JSON.stringify(error)}`, () => {
    assert.equal(classifyError(error).refused, refused);
  });
}

test('classifyError keeps the id of the request where there was an answer', () => {
  const answered = { name: 'AccessDenied', $metadata: { httpStatusCode: 403, requestId: 'q' } };
  assert.equal(classifyError(answered).requestId, 'q');
  assert.equal(classifyError({ name: 'Error', code: 'ECONNRESET' }).requestId, undefined);
});

const HEADERS: readonly [value: unknown, retryAfter: number | undefined][] = [
  ['7', 7000],
  ['0', 0],
  ['0.5', 500],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['', undefined],
  [undefined, undefined],
];
for (const [value, retryAfter] of HEADERS) {
  test(`classifyError reads Retry-After ${JSON.stringify(value)} as ${retryAfter} ms`, () => {
    const error = { name: 'Throttling', $response: { headers: { 'retry-after': value } } };
    assert.equal(classifyError(error).retryAfter, retryAfter);
  });
}

const messageOf = (message: string) => classifyError({ name: 'SignatureDoesNotMatch', message }).message;
const TOKEN = `IQoJb3JpZ2luX2VjE${'AbC0/+9z'.repeat(40)}==`;

test('classifyError takes the code for a message when there is none', () => {
  assert.equal(classifyError({ name: 'Throttling' }).message, 'Throttling');
});

test('classifyError keeps a message that holds nothing secret', () => {
  const message =
    'User: arn:aws:sts::111111111111:assumed-role/Planner/me is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::222222222222:root';
  assert.equal(messageOf(message), message);
});

test('classifyError keeps only the first line of a canonical request', () => {
  const message = messageOf(
    `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:${TOKEN}\n'`,
  );
  assert.equal(message, 'The request signature we calculated does not match the signature you provided.');
});

for (const header of ['x-amz-security-token:', 'X-Amz-Security-Token: ']) {
  test(`classifyError cuts what follows "${header}"`, () => {
    assert.equal(
      messageOf(`sent ${header}${TOKEN.slice(0, 40)} and more`),
      'sent x-amz-security-token:… and more',
    );
  });
}

test('classifyError cuts a long run of base64 wherever it stands', () => {
  assert.equal(messageOf(`The token "${TOKEN}" is expired`), 'The token "…" is expired');
});

test('classifyError cuts a session token out of any text', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const message = messageOf(`${before}${TOKEN}${after}`);
      assert.equal(message.includes(TOKEN.slice(20, 60)), false);
    }),
  );
});

test('classifyError makes one short line of any message', () => {
  const message = messageOf('word '.repeat(1000));
  assert(message.length <= 600 && !message.includes('\n'));
});

test('requestIdOf finds the id in an answer and in an error', () => {
  assert.equal(requestIdOf({ $metadata: { requestId: 'q' } }), 'q');
  assert.equal(requestIdOf(Object.assign(new Error(), { $metadata: { requestId: 'q' } })), 'q');
});

for (const value of [undefined, null, 'x', {}, { $metadata: {} }, { $metadata: { requestId: 1 } }]) {
  test(`requestIdOf is none when there is no id in ${JSON.stringify(value)}`, () => {
    assert.equal(requestIdOf(value), 'none');
  });
}
