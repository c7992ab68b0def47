/**
 * Compares the rules of two policies. Rules are compared by value, because their order has no meaning. A rule with more
 * conditions certainly matches less; globs are not compared with globs.
 */

import { quoteVisibly } from '../base/text.js';
import { type Exclusion, nameRule, type Rule } from './policy.js';
import { formatSelector, widerSelectors } from './selector.js';

/** Accounts that are included now and were not before. */
export function listLoosenedInclusions(base: readonly Rule[], rules: readonly Rule[]): string[] {
  // Every member account was included.
  if (base.length === 0) return [];
  if (rules.length === 0) {
    return [
      `include is emptied: ${base.length === 1 ? '1 rule' : `${base.length} rules`} -> every member account`,
    ];
  }
  const { uncovered, unused } = matchRules(rules, base);
  return uncovered.map((rule) => {
    const replaced = unused.get(rule.id);
    const [verb, before] =
      replaced === undefined ? ['added', 'none'] : ['changed', formatSelector(replaced.selector)];
    return `${nameRule(rule)} is ${verb}: ${before} -> ${formatSelector(rule.selector)}`;
  });
}

/** Exclusions that are removed, changed or end earlier. */
export function listLoosenedExclusions(base: readonly Exclusion[], rules: readonly Exclusion[]): string[] {
  // Of several rules for the same accounts, the one with the latest end counts.
  const lasting = [...rules].sort((a, b) => (endOf(a) === endOf(b) ? 0 : endOf(b) - endOf(a)));
  const { covered, uncovered, unused } = matchRules(base, lasting);
  const removed = uncovered.map((rule) => {
    const replacement = unused.get(rule.id);
    const before = formatSelector(rule.selector);
    return replacement === undefined
      ? `a rule of exclude is removed: ${before} -> none`
      : `${nameRule(replacement)} is changed: ${before} -> ${formatSelector(replacement.selector)}`;
  });
  const shortened = covered
    .filter(({ rule, cover }) => endOf(cover) < endOf(rule))
    .map(
      ({ rule, cover }) =>
        `${nameRule(cover)} ends earlier: ${formatEnd(rule)} -> ${formatEnd(cover)}, for ${formatSelector(rule.selector)}`,
    );
  return [...removed, ...shortened];
}

/**
 * Finds for each rule the first of the others that certainly matches all that it matches.
 * @returns also the others that cover no rule, by id.
 */
function matchRules<R extends Rule>(rules: readonly R[], others: readonly R[]) {
  const places = new Map<string, number>();
  for (const [place, { selector }] of others.entries()) {
    const text = formatSelector(selector);
    if (!places.has(text)) places.set(text, place);
  }
  const covered: { readonly rule: R; readonly cover: R }[] = [];
  const uncovered: R[] = [];
  const unused = new Map(others.map((other) => [other.id, other]));
  for (const rule of rules) {
    const found = [...widerSelectors(rule.selector)].flatMap((text) => places.get(text) ?? []);
    const cover = others[Math.min(...found)];
    if (cover === undefined) {
      uncovered.push(rule);
    } else {
      covered.push({ rule, cover });
      unused.delete(cover.id);
    }
  }
  return { covered, uncovered, unused };
}

function endOf({ until }: Exclusion): number {
  return until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
}

function formatEnd({ until }: Exclusion): string {
  return until === undefined ? 'never' : quoteVisibly(until);
}
