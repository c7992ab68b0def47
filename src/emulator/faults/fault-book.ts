import { matchesWildcard } from '../policy/wildcard.js';
import { hashToUnit } from '../random.js';
import type { Fault, FaultMatch, FaultRule } from './rule.js';

/** The properties of a call that fault rules match on. */
export interface FaultSubject {
  readonly service: string;
  readonly operation: string;
  readonly account: string | undefined;
  /** The caller's name, or `session`. */
  readonly caller: string;
}

/** The active rules, and how many calls each one has matched and affected. */
export class FaultBook {
  readonly #seed: number;
  #entries: { readonly rule: FaultRule; matched: number; struck: number }[] = [];

  constructor(seed: number, rules: readonly FaultRule[]) {
    this.#seed = seed;
    this.set(rules);
  }

  /** Replaces all rules and resets their counters. */
  set(rules: readonly FaultRule[]): void {
    this.#entries = rules.map((rule) => ({ rule, matched: 0, struck: 0 }));
  }

  get rules(): readonly FaultRule[] {
    return this.#entries.map(({ rule }) => rule);
  }

  /** Returns the faults for this call, in rule order. Every matching rule counts the call. */
  strike(subject: FaultSubject): Fault[] {
    const faults: Fault[] = [];
    for (const [index, entry] of this.#entries.entries()) {
      const match = entry.rule.match ?? {};
      if (!concerns(match, subject)) continue;
      entry.matched += 1;
      if (entry.struck >= (match.times ?? Number.POSITIVE_INFINITY)) continue;
      if (!isDue(match, entry.matched, hashToUnit(this.#seed, `fault ${index} ${entry.matched}`))) continue;
      entry.struck += 1;
      faults.push(entry.rule.fault);
    }
    return faults;
  }
}

function concerns(match: FaultMatch, subject: FaultSubject): boolean {
  return (
    (match.service === undefined || match.service === subject.service) &&
    (match.operation === undefined || matchesWildcard(match.operation, subject.operation)) &&
    (match.account === undefined || match.account === subject.account) &&
    (match.caller === undefined || match.caller === subject.caller)
  );
}

function isDue({ nth, every, probability }: FaultMatch, count: number, chance: number): boolean {
  return (
    (nth === undefined || count === nth) &&
    (every === undefined || count % every === 0) &&
    (probability === undefined || chance < probability)
  );
}
