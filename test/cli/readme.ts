/** The commands and policies of the README, as it marks them: `<!-- check: ed25519 -->` above a fenced block. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

export function readBlock(mark: string): string {
  const [, block] = new RegExp(`<!-- ${mark} -->\\n\`\`\`\\w+\\n([^]+?)\`\`\``).exec(README) ?? [];
  assert.ok(block !== undefined, `the README has no block ${mark}`);
  return block;
}

/** Puts something in the place of what a reader would put there. */
export function fillIn(block: string, filled: Readonly<Record<string, string>>): string {
  return Object.entries(filled).reduce((text, [placeholder, value]) => {
    assert.ok(text.includes(placeholder), `${JSON.stringify(text)} does not say ${placeholder}`);
    return text.replace(placeholder, () => value);
  }, block);
}

/** The one part of the README's text that a pattern finds. */
export function readPhrase(pattern: RegExp): string {
  const [phrase] = pattern.exec(README) ?? [];
  assert.ok(phrase !== undefined, `the README does not say ${pattern}`);
  return phrase;
}
