import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { findDefects } from './find-defects.js';
import type { Scenario } from './scenario.js';
import { ScenarioError } from './scenario-error.js';
import { findMismatch } from './schema.js';

/**
 * Reads a scenario from YAML. Throws ScenarioError for YAML errors, for whatever does not fit
 * `schemas/scenario.schema.json`, and for contradictions; the message starts with `file:line:column`.
 */
export function parseScenario(text: string, fileName: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const fail = (offset: number, sentence: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new ScenarioError(`${fileName}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${sentence}`);
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) fail(problem.pos[0], problem.message);
  refuseAliases(document, fail);

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

/** Aliases make small files large, and say in one place what a reader looks for in another. */
function refuseAliases(document: Document, fail: (offset: number, sentence: string) => never): void {
  visit(document, {
    Alias: (_, alias) => {
      if (isAlias(alias)) fail(alias.range?.[0] ?? 0, 'Aliases are not read: write the value out');
    },
  });
}

/** Where a member's value stands; where it does not, the nearest node around it. */
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
