/**
 * The YAML subset that rootsweep reads: one document of plain YAML 1.2 in which every text means what it looks like.
 * Rejects what makes two places of a file share a value (aliases, merge keys), what changes the meaning of a text
 * (tags, directives, duplicate keys), and what hides content (several documents).
 */
import {
  Composer,
  type CST,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { makeVisible } from '../../core/base/text.js';
import type { ErrorCode } from '../../errors.js';
import { invalidFile, type Location } from './problem.js';
import { readTokens } from './yaml-tokens.js';
import { type Offense, readTree, TAGS_REFUSED } from './yaml-tree.js';

/** The path to a value: mapping keys and zero-based list indexes. */
export type YamlPath = readonly (string | number)[];

export interface YamlFile {
  /** Plain objects, lists, strings, numbers, booleans and null; every key is an own property. */
  readonly value: unknown;
  /** Where the value at a path starts, or its nearest existing ancestor. */
  readonly locate: (path: YamlPath) => Location;
  /** Where the last key of a path is. */
  readonly locateKey: (path: YamlPath) => Location;
  /** A scalar as spelled in the file, without quotes: `012345678901` for the value 12345678901. */
  readonly spell: (path: YamlPath) => string | undefined;
}

/** `readTree` checks for duplicate keys instead: the library's own check takes quadratic time. */
const OPTIONS = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false } as const;

/**
 * Parses a text with exactly one YAML document.
 * @throws RootsweepError with the given code and a line `file:line:column: sentence` for each problem.
 */
export function parseYaml(text: string, fileName: string, { code }: { readonly code: ErrorCode }): YamlFile {
  const lines = new LineCounter();
  const locateOffset = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const check = (offenses: readonly Offense[]) => {
    if (offenses.length === 0) return;
    const problems = offenses.map(({ offset, sentence }) => ({ ...locateOffset(offset), sentence }));
    throw invalidFile(code, fileName, problems);
  };

  const refused: Offense[] = [];
  const tokens = readTokens(text, lines, (offense) => refused.push(offense));
  const document = compose(tokens, text.length);
  // Only the first syntax error: later ones are mostly its consequences.
  const syntax = document?.errors.reduce<SyntaxFault | undefined>(
    (first, error) => (first === undefined || error.pos[0] < first.pos[0] ? error : first),
    undefined,
  );
  if (syntax !== undefined) refused.push(explainSyntax(syntax));
  check(refused.sort((a, b) => a.offset - b.offset).slice(0, 1));

  const root = document?.contents ?? null;
  if (root === null || (isScalar(root) && root.source === '' && root.type === 'PLAIN')) {
    check([{ offset: 0, sentence: 'the file is empty' }]);
  }
  const { value, offenses } = readTree(root, text, lines);
  check(offenses);
  check((document?.warnings ?? []).map(explainSyntax));

  const findPair = indexPairs();
  return {
    value,
    locate: (path) => locateOffset(descend(root, path, findPair).offset),
    locateKey: (path) => locateOffset(descend(root, path, findPair).keyOffset),
    spell: (path) => {
      const { node } = descend(root, path, findPair);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

type SyntaxFault = Pick<YAMLError, 'pos' | 'code' | 'message'>;

/** Turns off stack traces: the library creates an Error per problem, and the traces would take most of the time. */
function compose(tokens: Iterable<CST.Token>, length: number) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const [document] = new Composer(OPTIONS).compose(tokens, true, length);
    return document;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function explainSyntax(error: SyntaxFault): Offense {
  const [offset] = error.pos;
  if (error.code === 'TAB_AS_INDENT') {
    return { offset, sentence: 'tabs are not allowed as indentation; use spaces' };
  }
  if (error.code === 'TAG_RESOLVE_FAILED') return { offset, sentence: TAGS_REFUSED };
  // The library's messages quote the file.
  const message = makeVisible(error.message.length > 160 ? `${error.message.slice(0, 160)}…` : error.message);
  return { offset, sentence: `not valid YAML: ${message}` };
}

interface Found {
  readonly node: unknown;
  readonly offset: number;
  readonly keyOffset: number;
}

type FindPair = (map: YAMLMap, key: string | number) => Pair | undefined;
type Pair = YAMLMap['items'][number];

/** Indexes pairs by key, once for each mapping looked up: a file can have as many mistakes as keys. */
function indexPairs(): FindPair {
  const indexes = new WeakMap<YAMLMap, Map<unknown, Pair>>();
  return (map, key) => {
    const index = indexes.get(map) ?? new Map(map.items.map((pair) => [keyOf(pair), pair]));
    indexes.set(map, index);
    return index.get(key);
  };
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : undefined;
}

/** Follows a path as far as it exists. */
function descend(root: unknown, path: YamlPath, findPair: FindPair): Found {
  let found: Found = { node: root, offset: startOf(root) ?? 0, keyOffset: startOf(root) ?? 0 };
  for (const step of path) {
    const { node } = found;
    if (isMap(node)) {
      const pair = findPair(node, step);
      if (pair === undefined) break;
      const keyOffset = startOf(pair.key) ?? found.offset;
      found = { node: pair.value, offset: startOf(pair.value) ?? keyOffset, keyOffset };
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      const item = node.items[step];
      const offset = startOf(item) ?? found.offset;
      found = { node: item, offset, keyOffset: offset };
    } else {
      break;
    }
  }
  return found;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
