/**
 * Which accounts two policies are about, rule by rule. Rules are compared by value, because the place of a rule in its
 * list means nothing. A rule with further conditions matches less for sure; globs are not compared with globs.
 */

import { quoteVisibly } from '../base/text.js';
import { type Exclusion, nameRule, type Rule } from './policy.js';
import { formatSelector, widerSelectors } from './selector.js';

/** What may be audited and emptied now and was not included before. */
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

/** What was excluded and is no longer, or for a shorter time. */
export function listLoosenedExclusions(base: readonly Exclusion[], rules: readonly Exclusion[]): string[] {
  // Of several rules for the same accounts, the one that ends last counts.
  const lasting = [...rules].sort((a, b) => (endOf(a) === endOf(b) ? 0 : endOf(b) - endOf(a)));
  const { covered, uncovered, unused } = matchRules(base, lasting);
  const gone = uncovered.map((rule) => {
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
  return [...gone, ...shortened];
}

/**
 * Finds for each rule the first of the others that matches all that it matches.
 * @returns also the others that nothing was found for, by id.
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
