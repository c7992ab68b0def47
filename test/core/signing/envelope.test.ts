import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTime } from '../../../src/core/base/time.js';
import {
  type Claim,
  decodeEnvelope,
  decodeSignatures,
  digestBody,
  encodeEnvelope,
  encodePae,
  encodeSignatures,
  payloadType,
  type Signature,
} from '../../../src/core/signing/envelope.js';
import type { ErrorCode } from '../../../src/errors.js';
import { assertRefused } from '../fixtures.js';

const KEYID = '0123456789abcdef'.repeat(4);
const SIGNATURE: Signature = {
  role: 'planner',
  keyid: KEYID,
  algorithm: 'ed25519',
  signature: 'AAECAwQF',
};
const FILE = `version: 1
name: shop
---
signatures:
  - keyid: ${KEYID}
    role: planner
    algorithm: ed25519
    signature: AAECAwQF
`;
/** The line of a time, and the file that an approver signed. */
const AT = '    at: 2026-11-23T09:00:00Z\n';
const APPROVED = FILE.replace('role: planner\n', `role: approver\n${AT}`);
const decode = (file: string | Buffer) => decodeEnvelope(Buffer.from(file as string), 'a.plan.yaml');

test('decodeEnvelope splits a plan file into body and signatures', () => {
  const { body, signatures } = decode(FILE);
  assert.equal(body.toString(), 'version: 1\nname: shop\n');
  assert.deepEqual(signatures, [SIGNATURE]);
});

for (const role of ['approver', 'witness'] as const) {
  test(`decodeEnvelope reads when the ${role} signed`, () => {
    const { signatures } = decode(APPROVED.replace('approver', role));
    assert.deepEqual(signatures, [{ ...SIGNATURE, role, at: '2026-11-23T09:00:00Z' }]);
  });
}

test('decodeEnvelope reads the signature of an operator on a receipt, and of nobody else', () => {
  const receipt = `type: receipt\n${FILE.replace('role: planner', 'role: operator')}`;
  const read = (file: string) => decodeEnvelope(Buffer.from(file), 'a.receipt.yaml', 'receipt');
  assert.deepEqual(read(receipt).signatures, [{ ...SIGNATURE, role: 'operator' }]);
  for (const other of [
    'role: planner',
    `role: approver\n${AT.trimEnd()}`,
    `role: operator\n${AT.trimEnd()}`,
  ]) {
    assertRefused('RECEIPT_INVALID', () => read(receipt.replace('role: operator', other)));
  }
});

test('encodeEnvelope writes the file that decodeEnvelope reads', () => {
  const envelope = { body: Buffer.from('version: 1\nname: shop\n'), signatures: [SIGNATURE] };
  assert.equal(encodeEnvelope(envelope).toString(), FILE);
});

test('decodeEnvelope gives back what encodeEnvelope was given, whatever it was', () => {
  const bytes = fc.uint8Array({ minLength: 1 }).map((it) => Buffer.from(it));
  const body = bytes
    .filter((it) => !it.includes(0x0d) && !it.includes('---') && it[0] !== 0xef)
    .map((it) => Buffer.concat([it, Buffer.from('\n')]));
  const time = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
  const claim = fc.oneof(
    fc.constant<Claim>({ role: 'planner' }),
    fc
      .record({ role: fc.constantFrom('approver' as const, 'witness' as const), at: time.map(formatTime) })
      .map((it): Claim => it),
  );
  const signed = fc.record({
    keyid: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((it) => Buffer.from(it).toString('hex')),
    algorithm: fc.constantFrom('ed25519' as const, 'ecdsa-p256-sha256' as const, 'sshsig' as const),
    signature: bytes.map((it) => it.toString('base64')),
  });
  const signature = fc.tuple(claim, signed).map(([said, made]): Signature => ({ ...said, ...made }));
  fc.assert(
    fc.property(body, fc.array(signature, { minLength: 1, maxLength: 3 }), (expected, signatures) => {
      const found = decode(encodeEnvelope({ body: expected, signatures }));
      assert.deepEqual(found.signatures, signatures);
      assert(found.body.equals(expected));
    }),
  );
});

const REFUSED: readonly [what: string, file: string | Buffer, code: ErrorCode][] = [
  ['has CRLF line endings', FILE.replaceAll('\n', '\r\n'), 'PLAN_ENCODING'],
  ['has one CR', FILE.replace('shop', 'sh\rop'), 'PLAN_ENCODING'],
  ['has CRLF line endings and no signature', 'version: 1\r\n', 'PLAN_ENCODING'],
  ['starts with a byte order mark', `\ufeff${FILE}`, 'PLAN_ENCODING'],
  ['misses its last line feed', FILE.slice(0, -1), 'PLAN_ENCODING'],
  ['is empty', '', 'PLAN_SIGNATURE_MISSING'],
  ['has no separator', 'version: 1\n', 'PLAN_SIGNATURE_MISSING'],
  ['ends with its separator', 'version: 1\n---\n', 'PLAN_INVALID'],
  ['has a separator and no body', FILE.slice(FILE.indexOf('---')), 'PLAN_SIGNATURE_MISSING'],
  ['has no signature below "signatures:"', 'version: 1\n---\nsignatures:\n', 'PLAN_SIGNATURE_MISSING'],
  ['has an empty list of signatures', 'version: 1\n---\nsignatures: []\n', 'PLAN_INVALID'],
  ['is cut off within a signature', `${FILE.slice(0, FILE.indexOf('    signature'))}`, 'PLAN_INVALID'],
  ['has a space after a separator', FILE.replace('---\n', '--- \n'), 'PLAN_SIGNATURE_MISSING'],
  ['has text before its signatures', FILE.replace('signatures:', '\nsignatures:'), 'PLAN_INVALID'],
  ['has a comment above an entry', FILE.replace('  - keyid', '# fine\n  - keyid'), 'PLAN_INVALID'],
  ['has text after its signatures', `${FILE}extra: true\n`, 'PLAN_INVALID'],
  ['has a comment after its signatures', `${FILE}# fine\n`, 'PLAN_INVALID'],
  ['has an empty line after its signatures', `${FILE}\n`, 'PLAN_INVALID'],
  ['has a second document after its signatures', `${FILE}---\nversion: 1\n`, 'PLAN_INVALID'],
  ['has a document end after its signatures', `${FILE}...\n`, 'PLAN_INVALID'],
  ['has a second document before its signatures', `version: 1\n---\n${FILE}`, 'PLAN_INVALID'],
  ['has a tab for an indentation', FILE.replace('  - keyid', '\t- keyid'), 'PLAN_INVALID'],
  ['has an entry without indentation', FILE.replace('  - keyid', '- keyid'), 'PLAN_INVALID'],
  ['has an indentation of 3', FILE.replace('    algorithm', '   algorithm'), 'PLAN_INVALID'],
  ['has a quoted key id', FILE.replace(KEYID, `"${KEYID}"`), 'PLAN_INVALID'],
  ['has an uppercase key id', FILE.replace(KEYID, KEYID.toUpperCase()), 'PLAN_INVALID'],
  ['has a key id of 63 digits', FILE.replace(KEYID, KEYID.slice(1)), 'PLAN_INVALID'],
  ['has a key id of 65 digits', FILE.replace(KEYID, `0${KEYID}`), 'PLAN_INVALID'],
  ['names another algorithm', FILE.replace('ed25519', 'none'), 'PLAN_INVALID'],
  [
    'has its keys in another order',
    FILE.replace(/( {4}algorithm.*\n)( {4}signature.*\n)/, '$2$1'),
    'PLAN_INVALID',
  ],
  ['has no role', FILE.replace('    role: planner\n', ''), 'PLAN_INVALID'],
  ['has a signature of an operator', FILE.replace('planner', 'operator'), 'PLAN_INVALID'],
  ['has a planner with a time', FILE.replace(/(role: planner\n)/, `$1${AT}`), 'PLAN_INVALID'],
  ['has an approver without a time', FILE.replace('planner', 'approver'), 'PLAN_INVALID'],
  ['has an approver with two times', APPROVED.replace(AT, `${AT}${AT}`), 'PLAN_INVALID'],
  ['has a time of another zone', APPROVED.replace('00Z', '00+01:00'), 'PLAN_INVALID'],
  ['has a time with milliseconds', APPROVED.replace('00Z', '00.000Z'), 'PLAN_INVALID'],
  ['has a quoted time', APPROVED.replace(/at: (.+)/, 'at: "$1"'), 'PLAN_INVALID'],
  ['has an unknown key', FILE.replace('    algorithm', '    name: me\n    algorithm'), 'PLAN_INVALID'],
  ['has an empty signature', FILE.replace('AAECAwQF', ''), 'PLAN_INVALID'],
  ['has base64 with bits beyond its end', FILE.replace('AAECAwQF', 'AAECAwR='), 'PLAN_INVALID'],
  ['has base64 without its padding', FILE.replace('AAECAwQF', 'AAECAwQ'), 'PLAN_INVALID'],
  ['has base64 with padding too much', FILE.replace('AAECAwQF', 'AAECAwQF=='), 'PLAN_INVALID'],
  ['has base64 for URLs', FILE.replace('AAECAwQF', 'AAECAw-_'), 'PLAN_INVALID'],
  ['has a space after a signature', FILE.replace('AAECAwQF', 'AAECAwQF '), 'PLAN_INVALID'],
  [
    'has bytes that are no UTF-8 in a signature',
    Buffer.from(FILE.replace('AwQF', '\xff'), 'latin1'),
    'PLAN_INVALID',
  ],
];
for (const [what, file, code] of REFUSED) {
  test(`decodeEnvelope refuses with ${code} when a file ${what}`, () => {
    assertRefused(code, () => decode(file));
  });
}

test('decodeEnvelope reads the file alike whenever a byte of its signatures was changed, or refuses it', () => {
  const file = Buffer.from(FILE);
  const at = fc.integer({ min: FILE.indexOf('---'), max: FILE.length - 1 });
  fc.assert(
    fc.property(at, fc.integer({ min: 1, max: 255 }), (index, difference) => {
      const changed = Buffer.from(file);
      changed[index] = (changed[index] ?? 0) ^ difference;
      try {
        // One spelling for each value: what is accepted has other values.
        assert(encodeEnvelope(decode(changed)).equals(changed));
        assert.notDeepEqual(decode(changed).signatures, [SIGNATURE]);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
    }),
  );
});

test('decodeEnvelope keeps two entries of the same key, for the verifier to refuse', () => {
  const entry = FILE.slice(FILE.indexOf('  - keyid'));
  assert.equal(decode(`${FILE}${entry}`).signatures.length, 2);
});

test('decodeSignatures says how to keep the line endings of a file of approvals', () => {
  const file = encodeSignatures([SIGNATURE]);
  assert.deepEqual(decodeSignatures(file, 'org.approval.yaml'), [SIGNATURE]);
  const crlf = Buffer.from(file.toString().replaceAll('\n', '\r\n'));
  assert.throws(() => decodeSignatures(crlf, 'org.approval.yaml'), {
    code: 'PLAN_ENCODING',
    hint: /add "\*\.approval\.yaml -text" to \.gitattributes/,
  });
});

test('encodePae frames type and body as the DSSE specification does', () => {
  // From protocol.md of secure-systems-lab/dsse: DSSEv1 29 http://example.com/HelloWorld 11 hello world
  const pae = encodePae('http://example.com/HelloWorld', Buffer.from('hello world'));
  assert.equal(pae.toString(), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

test('encodePae counts bytes when a character has several', () => {
  assert.equal(encodePae('ü', Buffer.from('€')).toString(), 'DSSEv1 2 ü 3 €');
});

test('encodePae frames an empty body', () => {
  assert.equal(encodePae('t', Buffer.alloc(0)).toString(), 'DSSEv1 1 t 0 ');
});

test('encodePae of a plan names its type', () => {
  const pae = encodePae(payloadType({ role: 'planner' }), Buffer.from('version: 1\n'));
  assert.equal(pae.toString(), 'DSSEv1 35 application/vnd.rootsweep.plan+yaml 11 version: 1\n');
});

test('payloadType differs for each role, and for each time of an approval', () => {
  const claims: readonly Claim[] = [
    { role: 'planner' },
    { role: 'operator' },
    ...(['approver', 'witness'] as const).flatMap((role) =>
      ['2026-11-23T09:00:00Z', '2026-11-23T09:00:01Z'].map((at) => ({ role, at })),
    ),
  ];
  assert.equal(new Set(claims.map(payloadType)).size, claims.length);
  assert.equal(
    payloadType({ role: 'approver', at: '2026-11-23T09:00:00Z' }),
    'application/vnd.rootsweep.plan.approval+yaml; at=2026-11-23T09:00:00Z',
  );
});

test('encodePae gives different bytes for different pairs of type and body', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '1', '0'), maxLength: 6 });
  fc.assert(
    fc.property(text, text, text, text, (type, body, otherType, otherBody) => {
      const same = type === otherType && body === otherBody;
      assert.equal(
        encodePae(type, Buffer.from(body)).equals(encodePae(otherType, Buffer.from(otherBody))),
        same,
      );
    }),
  );
});

test('digestBody is the SHA-256 of the body', () => {
  assert.equal(
    digestBody(Buffer.from('abc')),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
