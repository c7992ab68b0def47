import { createHmac } from 'node:crypto';

/** Everything the emulator makes up comes from a seed, so that the same scenario is the same world twice. */

export const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A stream of numbers: mulberry32, small and good enough for test data, useless for secrets. */
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

  /** A number from the normal distribution around 0 with standard deviation 1, by the method of Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** A whole number in [0, below). */
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

/** In the form of a UUID, as AWS's request ids are. */
export function requestId(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => random.text(length, '0123456789abcdef')).join('-');
}

/** A number in [0, 1) that depends on the seed and the label only, not on what was asked before. */
export function hashToUnit(seed: number, label: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  return new Random(hash).next();
}

/** Bytes that depend on the seed and the label only. */
export function deriveBytes(seed: number, label: string): Buffer {
  return createHmac('sha512', `emulator seed ${seed}`).update(label).digest();
}

/** Text that depends on the seed and the label only; at most 64 characters. */
export function deriveText(seed: number, label: string, length: number, alphabet: string): string {
  let text = '';
  for (const byte of deriveBytes(seed, label).subarray(0, length)) text += alphabet[byte % alphabet.length];
  return text;
}
