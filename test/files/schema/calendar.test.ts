import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDate, isInstant } from '../../../src/files/schema/calendar.js';

const DATES: readonly [text: string, is: boolean][] = [
  ['2027-03-31', true],
  ['2028-02-29', true],
  ['2027-02-29', false],
  ['2027-02-30', false],
  ['2027-04-31', false],
  ['2027-13-01', false],
  ['2027-00-01', false],
  ['2027-01-00', false],
  ['2027-3-31', false],
  ['27-03-31', false],
  ['2027-03-31\n', false],
  ['', false],
];
for (const [text, is] of DATES) {
  test(`isDate takes ${JSON.stringify(text)}: ${is}`, () => assert.equal(isDate(text), is));
}

const INSTANTS: readonly [text: string, is: boolean][] = [
  ['2027-03-31T12:00:00Z', true],
  ['2027-03-31T23:59:59.123Z', true],
  ['2027-03-31T12:00:00+02:00', true],
  ['2027-02-30T12:00:00Z', false],
  ['2027-03-31T24:00:00Z', false],
  ['2027-03-31T12:60:00Z', false],
  ['2027-03-31T12:00:00', false],
  ['2027-03-31T12:00:00+24:00', false],
  ['2027-03-31 12:00:00Z', false],
  ['2027-03-31T12:00Z', false],
  ['2027-03-31', false],
];
for (const [text, is] of INSTANTS) {
  test(`isInstant takes "${text}": ${is}`, () => assert.equal(isInstant(text), is));
}

test('every instant that isInstant takes is one for the engine', () => {
  for (const [text, is] of INSTANTS) if (is) assert.ok(!Number.isNaN(Date.parse(text)), text);
});
