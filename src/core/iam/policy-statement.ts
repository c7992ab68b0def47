/** Parses policy documents and judges their statements. A document may hold anything. */
import { matchesWildcards } from '../base/glob.js';
import {
  both,
  type Certainty,
  type Conditions,
  either,
  judgeConditions,
  type KnownKeys,
  listTexts,
  matchesArn,
  negate,
  substitute,
} from './policy-condition.js';

/** A statement as in the document, with any elements. */
export type Statement = Readonly<Record<string, unknown>>;

export interface PolicyDocument {
  readonly whole: Readonly<Record<string, unknown>>;
  readonly statements: readonly Statement[];
}

/** Undefined if it is not a policy. */
export function parsePolicyDocument(content: string): PolicyDocument | undefined {
  let whole: unknown;
  try {
    whole = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (!isRecord(whole)) return undefined;
  const { Statement: given } = whole;
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  return statements.length > 0 && statements.every(isRecord) ? { whole, statements } : undefined;
}

export function matchAction({ Action, NotAction }: Statement, action: string): Certainty {
  const wanted = action.toLowerCase();
  return matchBoth(Action, NotAction, (pattern) =>
    matchesWildcards(pattern.toLowerCase(), wanted) ? 'yes' : 'no',
  );
}

export function matchResource(
  { Resource, NotResource }: Statement,
  resource: string,
  known: KnownKeys,
): Certainty {
  return matchBoth(Resource, NotResource, (pattern) => {
    const text = substitute(pattern, known);
    if (text === undefined) return 'open';
    return matchesArn(text, resource) ? 'yes' : 'no';
  });
}

/** Whether a positive and a negated element both apply; each may be absent. */
function matchBoth(element: unknown, negated: unknown, matches: (pattern: string) => Certainty): Certainty {
  const matchAny = (patterns: unknown): Certainty => {
    const texts = listTexts(patterns);
    return texts === undefined ? 'open' : either(texts.map(matches));
  };
  return both([
    element === undefined ? 'yes' : matchAny(element),
    negated === undefined ? 'yes' : negate(matchAny(negated)),
  ]);
}

export function judgeCondition(condition: unknown, known: KnownKeys): Certainty {
  if (condition === undefined) return 'yes';
  if (!isRecord(condition) || !Object.values(condition).every(isRecord)) return 'open';
  return judgeConditions(condition as Conditions, known);
}

/** Whether a statement denies an action on a resource; who is denied is not judged. */
export function judgeDenial(
  statement: Statement,
  action: string,
  resource: string,
  known: KnownKeys,
): Certainty {
  if (statement.Effect === 'Allow') return 'no';
  return both([
    statement.Effect === 'Deny' ? 'yes' : 'open',
    matchAction(statement, action),
    matchResource(statement, resource, known),
    judgeCondition(statement.Condition, known),
  ]);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
