import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeStrings, parsePositive, splitStrings, takeString } from '../../src/signing/ssh-wire.js';
import { mpintOf } from './ssh-fixtures.js';

const hex = (text: string) => Buffer.from(text, 'hex');
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));

test('encodeStrings writes a length of 32 bits before each string', () => {
  assert.deepEqual(encodeStrings('ab', hex('ff'), ''), hex('000000026162' + '00000001ff' + '00000000'));
});

test('splitStrings reads what encodeStrings wrote', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 6 }), (strings) => {
      assert.deepEqual(splitStrings(encodeStrings(...strings)), strings);
    }),
  );
});

test('splitStrings refuses the strings when a byte at their end is missing or there is one too many', () => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 6 }), (strings) => {
      const encoded = encodeStrings(...strings);
      assert.equal(splitStrings(encoded.subarray(0, -1)), undefined);
      assert.equal(splitStrings(Buffer.concat([encoded, Buffer.alloc(1)])), undefined);
    }),
  );
});

test('splitStrings has one answer for any bytes, and it is undone by encodeStrings', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1, 2, 255), { maxLength: 24 }), (array) => {
      const strings = splitStrings(Buffer.from(array));
      if (strings !== undefined) assert.deepEqual(encodeStrings(...strings), Buffer.from(array));
    }),
  );
});

test('takeString gives the first string and what follows it', () => {
  assert.deepEqual(takeString(hex('00000001aabbcc')), { taken: hex('aa'), rest: hex('bbcc') });
});

for (const short of ['', '000000', '00000001', 'ffffffff00']) {
  test(`takeString refuses the bytes "${short}"`, () => {
    assert.equal(takeString(hex(short)), undefined);
  });
}

const POSITIVE: readonly [mpint: string, magnitude: string][] = [
  ['01', '01'],
  ['7f', '7f'],
  ['0080', '80'],
  ['00ff00', 'ff00'],
];
for (const [mpint, magnitude] of POSITIVE) {
  test(`parsePositive reads ${mpint} as ${magnitude}`, () => {
    assert.deepEqual(parsePositive(hex(mpint)), hex(magnitude));
    assert.deepEqual(mpintOf(hex(magnitude)), hex(mpint));
  });
}

const NOT_POSITIVE: readonly [what: string, mpint: string][] = [
  ['zero', ''],
  ['zero, spelled with a byte', '00'],
  ['a negative number', '80'],
  ['minus one', 'ff'],
  ['a zero in front that nothing needs', '0001'],
  ['two zeros in front', '000080'],
];
for (const [what, mpint] of NOT_POSITIVE) {
  test(`parsePositive refuses ${what}`, () => {
    assert.equal(parsePositive(hex(mpint)), undefined);
  });
}
