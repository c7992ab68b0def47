/**
 * Ed25519 public keys of small order: one signature fits message after message, so that anybody can sign in the
 * name of such a key.
 */
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { parseEd25519 } from '../../src/signing/ed25519.js';

const PRIME = 2n ** 255n - 19n;
const ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

/** The encodings of all points whose order divides 8, by their y; p and p + 1 are second spellings of 0 and 1. */
const WEAK_Y: readonly [name: string, y: bigint][] = [
  ['0', 0n],
  ['1', 1n],
  ['p - 1', PRIME - 1n],
  ['y of order 8', ORDER_8],
  ['-y of order 8', PRIME - ORDER_8],
  ['p', PRIME],
  ['p + 1', PRIME + 1n],
];

/** SPKI DER of the point with this y and this sign of x. */
function encodeSpki(y: bigint, sign: 0 | 1): Buffer {
  const point = Buffer.from((y | (BigInt(sign) << 255n)).toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), point]);
}

for (const [name, y] of WEAK_Y) {
  for (const sign of [0, 1] as const) {
    test(`parsePublicKey refuses the point whose y is ${name} and whose sign is ${sign}`, () => {
      assert.equal(parseEd25519(encodeSpki(y, sign).toString('base64')), undefined);
    });
  }
}

for (let above = 2n; above < 19n; above += 1n) {
  test(`parsePublicKey refuses the y of p + ${above}, which is a second spelling`, () => {
    assert.equal(parseEd25519(encodeSpki(PRIME + above, 0).toString('base64')), undefined);
  });
}

/** y of the base point, which is 4/5. */
const BASE = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;
for (const sign of [0, 1] as const) {
  test(`parsePublicKey accepts the base point when its sign is ${sign}`, () => {
    assert.equal((5n * BASE) % PRIME, 4n);
    assert.notEqual(parseEd25519(encodeSpki(BASE, sign).toString('base64')), undefined);
  });
}

const modulo = (value: bigint) => ((value % PRIME) + PRIME) % PRIME;

function power(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power(modulo(base * base), exponent / 2n);
  return exponent % 2n === 0n ? half : modulo(half * base);
}

const divide = (a: bigint, b: bigint) => modulo(a * power(modulo(b), PRIME - 2n));
const D = divide(-121665n, 121666n);

/** The x of the points of the curve that have this y (RFC 8032, section 5.1.3). */
function findX(y: bigint): bigint[] {
  const square = divide(y * y - 1n, D * y * y + 1n);
  const root = power(square, (PRIME + 3n) / 8n);
  const x = modulo(root * root) === square ? root : modulo(root * power(2n, (PRIME - 1n) / 4n));
  assert.equal(modulo(x * x), square);
  return [...new Set([x, modulo(-x)])];
}

type Point = readonly [x: bigint, y: bigint];

function double([x, y]: Point): Point {
  const product = D * modulo(x * x) * modulo(y * y);
  return [divide(2n * x * y, 1n + product), divide(y * y + x * x, 1n - product)];
}

test('the weak points are the eight whose order divides 8', () => {
  const points = WEAK_Y.filter(([, y]) => y < PRIME).flatMap(([, y]) => findX(y).map((x): Point => [x, y]));
  assert.equal(points.length, 8);
  for (const point of points) assert.deepEqual(double(double(double(point))), [0n, 1n]);
});

/** R is the neutral point and S is 0: nobody needed a private key for that. */
const FORGED = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);

/** How many of 256 messages Node takes the forged signature for. */
function countForgeries(y: bigint, sign: 0 | 1): number {
  const key = createPublicKey({ key: encodeSpki(y, sign), format: 'der', type: 'spki' });
  return Array.from({ length: 256 }).filter((_, index) => verify(null, Buffer.from([index]), key, FORGED))
    .length;
}

/** OpenSSL 3.0 of Node 20 takes such keys, 3.5 of Node 24 does not: rootsweep looks itself. */
const skip = countForgeries(1n, 0) === 0 && 'the OpenSSL of this Node refuses such keys';

test('Node 20 accepts one forged signature for every message when the key is the neutral point', {
  skip,
}, () => {
  assert.equal(countForgeries(1n, 0), 256);
});

/** A signature fits when the order of the key divides the hash: one message in two, four or eight. */
const ORDERS: readonly [name: string, y: bigint, order: number][] = [
  ['p - 1', PRIME - 1n, 2],
  ['0', 0n, 4],
  ['y of order 8', ORDER_8, 8],
  ['-y of order 8', PRIME - ORDER_8, 8],
];
for (const [name, y, order] of ORDERS) {
  test(`Node 20 accepts one forged signature for about one message in ${order} when y of the key is ${name}`, {
    skip,
  }, () => {
    const forgeries = countForgeries(y, 0);
    assert(forgeries > 128 / order && forgeries < 512 / order, `${forgeries}`);
  });
}
