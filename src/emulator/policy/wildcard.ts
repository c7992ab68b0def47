/**
 * Matches IAM wildcards against the whole text: `*` is any text, `?` any one character. Worst-case time is pattern
 * length times text length, which a regular expression does not guarantee.
 */
export function matchesWildcard(pattern: string, text: string, { ignoreCase = false } = {}): boolean {
  const charactersOf = (it: string) => Array.from(ignoreCase ? it.toLowerCase() : it);
  const characters = charactersOf(text);
  const [first = [], ...others] = pattern.split('*').map(charactersOf);
  const fits = (part: readonly string[], at: number) =>
    at + part.length <= characters.length &&
    part.every((wanted, index) => wanted === '?' || wanted === characters[at + index]);

  if (!fits(first, 0)) return false;
  const last = others.pop();
  if (last === undefined) return first.length === characters.length;
  let at = first.length;
  // The leftmost match leaves the most text for the following parts.
  for (const part of others) {
    while (!fits(part, at)) {
      if (at >= characters.length) return false;
      at += 1;
    }
    at += part.length;
  }
  const end = characters.length - last.length;
  return end >= at && fits(last, end);
}

/** Matches ARNs part by part, so that `*` in the account does not match into the resource. */
export function matchesArnPattern(pattern: string, arn: string): boolean {
  const patternParts = splitArn(pattern);
  const parts = splitArn(arn);
  if (patternParts.length !== parts.length) return pattern === '*';
  return patternParts.every((part, index) => matchesWildcard(part, parts[index] ?? ''));
}

/** Splits into six parts: the resource keeps its own colons. */
function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
