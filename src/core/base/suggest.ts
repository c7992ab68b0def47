/** Suggestions for mistyped words. */

const LONGEST = 64;

/** The candidate nearest to a word, if one is near enough to suggest. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const typed = fold(word);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of candidates) {
    const meant = fold(candidate);
    // `mfa` for `mfa-device`: a prefix counts as one typing error.
    const begins = typed.length >= 3 && meant.startsWith(typed);
    // The difference in length is a lower bound of the distance.
    if (!begins && Math.abs(meant.length - typed.length) >= bestDistance) continue;
    const distance = begins ? Math.min(1, meant.length - typed.length) : editDistance(typed, meant);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `expires_after`, `expires-after` and `expiresAfter` are one word. */
function fold(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment) between two words. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const at = (row: readonly number[], index: number) => row[index] ?? Number.POSITIVE_INFINITY;
      current[j] = Math.min(
        at(last, j) + 1,
        at(current, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? Number.POSITIVE_INFINITY;
}
