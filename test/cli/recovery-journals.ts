/** The journal of a recovery, as a test finds it and as a kill leaves it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name of the only journal in a folder. */
export function findJournal(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.journal.jsonl'));
  assert.equal(names.length, 1, names.join(' '));
  return names[0] ?? '';
}

/** What a kill between intent and answer leaves: the journal up to the first intent. */
export function cutAfterIntent(folder: string): void {
  const path = join(folder, findJournal(folder));
  const lines = readFileSync(path, 'utf8').split('\n');
  const intent = lines.findIndex((line) => line.includes('"action-intended"'));
  assert.ok(intent > 0);
  writeFileSync(path, `${lines.slice(0, intent + 1).join('\n')}\n`);
}
