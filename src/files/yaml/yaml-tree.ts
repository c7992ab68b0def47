/** Converts the nodes of a YAML document to plain values and finds everything that rootsweep rejects. */
import { isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type YAMLMap } from 'yaml';
import { quote } from './problem.js';

/** Something that a file must not contain, and where it starts. */
export interface Offense {
  readonly offset: number;
  readonly sentence: string;
}

export const TAGS_REFUSED = 'tags are not allowed; put a text that starts with "!" in quotes';

/** Reads all nodes in one pass. The value must not be used if there are offenses. */
export function readTree(
  root: unknown,
  text: string,
  lines: LineCounter,
): { value: unknown; offenses: Offense[] } {
  const offenses: Offense[] = [];
  const refuse = (node: unknown, sentence: string) => {
    offenses.push({ offset: startOf(node), sentence });
  };
  // Anchors and tags precede the node that they belong to.
  const refuseMark = (node: unknown, mark: string, sentence: string) => {
    const found = Math.max(0, text.lastIndexOf(mark, startOf(node)));
    const offset = text.startsWith('!!', found - 1) ? found - 1 : found;
    offenses.push({ offset, sentence });
  };

  const read = (node: unknown): unknown => {
    // A key without a value, as in `{ a }`.
    if (node === null) return null;
    if (isAlias(node)) {
      refuse(node, `aliases are not allowed; write out what ${quote(`*${node.source}`)} stands for`);
      return null;
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) throw new TypeError('a YAML node of no known kind');
    if (node.anchor !== undefined) {
      const mark = `&${node.anchor}`;
      refuseMark(node, mark, `anchors are not allowed; remove ${quote(mark)}`);
    }
    if (node.tag !== undefined) refuseMark(node, '!', TAGS_REFUSED);
    if (isScalar(node)) return node.value;
    return isSeq(node) ? node.items.map(read) : readMap(node);
  };

  const readMap = (map: YAMLMap): Record<string, unknown> => {
    const keyNodes = new Map<string, unknown>();
    const entries: [string, unknown][] = [];
    for (const { key: keyNode, value } of map.items) {
      const key = read(keyNode);
      if (typeof key !== 'string') {
        if (!isAlias(keyNode)) refuse(keyNode, explainKey(keyNode));
        continue;
      }
      if (key === '<<' && isScalar(keyNode) && keyNode.type === 'PLAIN') {
        refuse(keyNode, 'merge keys are not allowed; write the keys out');
      }
      const first = keyNodes.get(key);
      if (first === undefined) {
        keyNodes.set(key, keyNode);
      } else {
        const { line } = lines.linePos(startOf(first));
        refuse(keyNode, `duplicate key ${quote(key)}; the first is on line ${line}`);
      }
      entries.push([key, read(value)]);
    }
    // Unlike an assignment, this makes `__proto__` an ordinary key.
    return Object.fromEntries(entries);
  };

  return { value: read(root), offenses };
}

function explainKey(node: unknown): string {
  if (!isScalar(node)) return 'a key is a text, not a list or a mapping';
  return `YAML does not read this key as text; write it in quotes: ${quote(node.source ?? '')}`;
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
