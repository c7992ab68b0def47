import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
} from 'yaml';
import { findDefects } from './find-defects.js';
import type { Scenario } from './scenario.js';
import { ScenarioError } from './scenario-error.js';
import { findMismatch } from './schema.js';

/**
 * Reads a scenario from YAML. Throws ScenarioError for YAML errors, schema violations (`schemas/scenario.schema.json`)
 * and contradictions; the message starts with `file:line:column`.
 */
export function parseScenario(text: string, fileName: string): Scenario {
  const lines = new LineCounter();
  const fail = (offset: number, sentence: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new ScenarioError(`${fileName}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${sentence}`);
  };
  const tokens = readTokens(text, lines, fail);
  const [document, second] = new Composer(OPTIONS).compose(tokens, true, text.length);
  if (document === undefined) return fail(0, 'There is no document');
  if (second !== undefined) fail(second.range[0], 'A second document starts here; a scenario is one');
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) fail(problem.pos[0], problem.message);
  refuseMisleading(document, fail);

  const value: unknown = document.toJS() ?? {};
  const mismatch = findMismatch('scenario', value);
  if (mismatch !== undefined) {
    const { path, sentence, unknownKey } = mismatch;
    fail(
      unknownKey === undefined ? offsetOf(document, path) : offsetOfKey(document, path, unknownKey),
      sentence,
    );
  }
  const scenario = value as Scenario;
  const [defect] = findDefects(scenario);
  if (defect !== undefined) fail(offsetOf(document, defect.path), defect.sentence);
  return scenario;
}

/** `refuseMisleading` checks for duplicate keys instead: the check of the `yaml` library takes quadratic time. */
const OPTIONS = { stringKeys: true, uniqueKeys: false } as const;
/**
 * Deeper than any real scenario. The library composes recursively: deeper input would overflow the stack, with no
 * usable message.
 */
const DEEPEST = 64;

type Fail = (offset: number, sentence: string) => never;

function* readTokens(text: string, lines: LineCounter, fail: Fail): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > DEEPEST) fail(parser.offset, `Nested more than ${DEEPEST} levels deep`);
  }
  yield* parser.end();
}

/**
 * Rejects aliases, which can make a small file expand hugely and hide values from readers, and duplicate keys, of which
 * only one would count.
 */
function refuseMisleading(document: Document, fail: Fail): void {
  visit(document, {
    Alias: (_, alias) => {
      if (isAlias(alias)) fail(alias.range?.[0] ?? 0, 'Aliases are not read: write the value out');
    },
    Map: (_, map) => {
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) fail(key.range?.[0] ?? 0, 'Map keys must be unique');
        keys.add(key.value);
      }
    },
  });
}

/** The offset of a member's value, or of the closest enclosing node if the member is missing. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as Node | null | undefined)?.range;
    if (range) return range[0];
  }
  return 0;
}

function offsetOfKey(document: Document, path: readonly (string | number)[], key: string): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(node)) return offsetOf(document, path);
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
  return (pair?.key as Node | undefined)?.range?.[0] ?? offsetOf(document, path);
}
