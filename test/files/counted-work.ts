/**
 * What grew with the square of an input once, counted: elements that lists are searched for or copied with, and
 * characters that strings are searched for or cut to. A count is the same on every machine, however busy it is.
 */
import assert from 'node:assert/strict';

type Method = (this: unknown, ...given: unknown[]) => unknown;
/** How much one call does: given what it was called on and with, and what it returned. */
type Cost = (of: { readonly length: number }, given: readonly unknown[], result: unknown) => number;

const whole: Cost = ({ length }) => length;
const ofResult: Cost = (_of, _given, result) => (result as { readonly length: number }).length;
/** Up to where it was found. */
const searched: Cost = ({ length }, [, from], result) => {
  const start = typeof from === 'number' ? from : 0;
  return (typeof result === 'number' && result >= 0 ? result + 1 : length) - start;
};

const LISTS: Readonly<Record<string, Cost | 'each'>> = {
  find: 'each',
  findIndex: 'each',
  some: 'each',
  every: 'each',
  filter: 'each',
  includes: whole,
  indexOf: searched,
  concat: ofResult,
  slice: ofResult,
};
/** Not `substring`: the parser of YAML drops with it what it has read, and Node copies nothing then. */
const STRINGS: Readonly<Record<string, Cost>> = {
  slice: ofResult,
  includes: whole,
  indexOf: searched,
  replace: whole,
  replaceAll: whole,
  split: whole,
  toLowerCase: whole,
};

/** The work that something does while it runs. */
export function countWork(run: () => unknown): number {
  let work = 0;
  const restore: (() => void)[] = [];
  const watch = (prototype: object, name: string, cost: Cost | 'each') => {
    const original = Reflect.get(prototype, name) as Method;
    const counted: Method = function (...given) {
      if (cost !== 'each') {
        const result = Reflect.apply(original, this, given);
        work += cost(this as { readonly length: number }, given, result);
        return result;
      }
      const [test, ...rest] = given as [Method, ...unknown[]];
      const counting: Method = function (...all) {
        work += 1;
        return Reflect.apply(test, this, all);
      };
      return Reflect.apply(original, this, [counting, ...rest]);
    };
    Object.defineProperty(prototype, name, { value: counted, configurable: true, writable: true });
    restore.push(() =>
      Object.defineProperty(prototype, name, { value: original, configurable: true, writable: true }),
    );
  };
  try {
    for (const [name, cost] of Object.entries(LISTS)) watch(Array.prototype, name, cost);
    for (const [name, cost] of Object.entries(STRINGS)) watch(String.prototype, name, cost);
    run();
    return work;
  } finally {
    for (const undo of restore) undo();
  }
}

export const SIZES = [1, 2, 4, 8].map((times) => 200 * times);

/** Twice the size takes twice the work, a few more digits of what is numbered, and a constant; never four times. */
export function assertLinear(counts: readonly number[]): void {
  for (const [index, count] of counts.slice(1).entries()) {
    assert.ok(count <= 2.2 * (counts[index] ?? 0) + 2000, counts.join(', '));
  }
}
