import { test } from 'node:test';
import { assertMadeAgain } from './witnessed.js';

test('a plan of 2000 accounts is made again by another caller, byte for byte', (t) =>
  assertMadeAgain(t, 2_000));
