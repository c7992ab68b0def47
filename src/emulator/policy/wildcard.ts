/**
 * IAM's wildcards: `*` is any text, `?` is any one character. The whole text must match. At worst in time that grows
 * with pattern times text, which a regular expression does not promise.
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
  // As far left as it can be: that leaves the most room for what follows.
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

/** ARNs match part by part, so that `*` in the account does not reach into the resource. */
export function matchesArn(pattern: string, arn: string): boolean {
  const patternParts = splitArn(pattern);
  const parts = splitArn(arn);
  if (patternParts.length !== parts.length) return pattern === '*';
  return patternParts.every((part, index) => matchesWildcard(part, parts[index] ?? ''));
}

/** Partition, service, region, account, resource: the resource keeps its own colons. */
function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
