const compiled = new Map<string, RegExp>();

/** IAM's wildcards: `*` is any text, `?` is any one character. The whole text must match. */
export function matchesWildcard(pattern: string, text: string, { ignoreCase = false } = {}): boolean {
  const key = `${ignoreCase ? 'i' : 'c'}${pattern}`;
  let expression = compiled.get(key);
  if (expression === undefined) {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
    compiled.set(key, expression);
  }
  return expression.test(text);
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
