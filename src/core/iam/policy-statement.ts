/** The statements of a policy document, and what one of them is about: anything may stand in a document. */
import { matchesWildcards } from '../base/glob.js';
import {
  both,
  type Certainty,
  type Conditions,
  judgeConditions,
  type KnownKeys,
  listTexts,
  matchesArn,
  substitute,
} from './policy-condition.js';

/** A statement as it stands in the document, whatever else it holds. */
export type Statement = Readonly<Record<string, unknown>>;

export interface PolicyDocument {
  readonly whole: Readonly<Record<string, unknown>>;
  readonly statements: readonly Statement[];
}

/** Undefined for what is no policy. */
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
  const matches = (patterns: unknown): Certainty => {
    const texts = listTexts(patterns);
    if (texts === undefined) return 'open';
    return texts.some((text) => matchesWildcards(text.toLowerCase(), action.toLowerCase())) ? 'yes' : 'no';
  };
  return both([
    Action === undefined ? 'yes' : matches(Action),
    NotAction === undefined ? 'yes' : negated(matches(NotAction)),
  ]);
}

export function matchResource(
  { Resource, NotResource }: Statement,
  resource: string,
  known: KnownKeys,
): Certainty {
  const matches = (patterns: unknown): Certainty => {
    const texts = listTexts(patterns)?.map((text) => substitute(text, known));
    if (texts === undefined) return 'open';
    if (texts.some((text) => text !== undefined && matchesArn(text, resource))) return 'yes';
    return texts.includes(undefined) ? 'open' : 'no';
  };
  return both([
    Resource === undefined ? 'yes' : matches(Resource),
    NotResource === undefined ? 'yes' : negated(matches(NotResource)),
  ]);
}

export function judgeCondition(condition: unknown, known: KnownKeys): Certainty {
  if (condition === undefined) return 'yes';
  if (!isRecord(condition) || !Object.values(condition).every(isRecord)) return 'open';
  return judgeConditions(condition as Conditions, known);
}

function negated(verdict: Certainty): Certainty {
  return verdict === 'open' ? 'open' : verdict === 'yes' ? 'no' : 'yes';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
