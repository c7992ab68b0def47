import { type IamPolicyDocument, type OneOrMany, statementsOf, toList } from './document.js';
import { matchesArnPattern, matchesWildcard } from './wildcard.js';

/** Values of the request for condition keys, by lower-case key. A key may be absent. */
export type RequestContext = Readonly<Record<string, string>>;

type Test = (wanted: string, actual: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: (wanted, actual) => matchesWildcard(wanted, actual),
  ArnEquals: matchesArnPattern,
  ArnLike: matchesArnPattern,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
};

/** Negated operators hold if no value matches or the key is absent. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** Names without the `IfExists` suffix, which all but `Null` support. */
const CONDITION_OPERATORS: readonly string[] = [...Object.keys(TESTS), ...Object.keys(NEGATED), 'Null'];

/**
 * Finds a condition operator that the evaluator does not support, so that the policy can be rejected instead of
 * evaluated wrongly.
 */
export function findUnknownOperator(policy: IamPolicyDocument): string | undefined {
  const operators = statementsOf(policy).flatMap(({ Condition }) => Object.keys(Condition ?? {}));
  return operators.find((name) => !CONDITION_OPERATORS.includes(name.replace(/IfExists$/, '')));
}

/**
 * Evaluates one operator and key of a Condition block. An absent key fails positive operators and satisfies negated
 * ones and those with `IfExists`. Throws for an unsupported operator.
 */
export function conditionHolds(
  operator: string,
  key: string,
  values: OneOrMany,
  context: RequestContext,
): boolean {
  const actual = context[key.toLowerCase()];
  // Policies contain booleans with and without quotes.
  const wanted = toList(values).map((value) => substituteVariables(String(value), context));
  if (operator === 'Null') return wanted.some((value) => value === String(actual === undefined));

  const ifExists = operator.endsWith('IfExists');
  const name = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
  const negates = NEGATED[name];
  const test = TESTS[negates ?? name];
  if (test === undefined)
    throw new TypeError(`Condition operator "${operator}" is not known to the emulator`);
  if (actual === undefined) return ifExists || negates !== undefined;
  const matched = wanted.some((value) => test(value, actual));
  return negates === undefined ? matched : !matched;
}

/** Replaces variables such as `${aws:PrincipalAccount}`. A variable without a value stays and matches nothing. */
function substituteVariables(value: string, context: RequestContext): string {
  return value.replace(/\$\{([^{}]+)\}/g, (whole, key: string) => context[key.toLowerCase()] ?? whole);
}
