import { createHmac } from 'node:crypto';

/** All generated values derive from a seed, so the same scenario always gives the same world. */

export const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A stream of pseudo-random numbers (mulberry32): good enough for test data, not for secrets. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A number from the standard normal distribution (Box–Muller method). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** An integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(choices.length)] ?? choices[0];
  }

  text(length: number, alphabet: string): string {
    let text = '';
    for (let i = 0; i < length; i++) text += alphabet[this.integer(alphabet.length)];
    return text;
  }
}

/** A request id in UUID format, like AWS's. */
export function requestId(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => random.text(length, '0123456789abcdef')).join('-');
}

/** A number in [0, 1) that depends only on the seed and the label, not on earlier calls. */
export function hashToUnit(seed: number, label: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  return new Random(hash).next();
}

/** Bytes that depend only on the seed and the label. */
export function deriveBytes(seed: number, label: string): Buffer {
  return createHmac('sha512', `emulator seed ${seed}`).update(label).digest();
}

/** Text that depends only on the seed and the label; at most 64 characters. */
export function deriveText(seed: number, label: string, length: number, alphabet: string): string {
  let text = '';
  for (const byte of deriveBytes(seed, label).subarray(0, length)) text += alphabet[byte % alphabet.length];
  return text;
}
