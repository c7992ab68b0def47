import { type IamPolicyDocument, type OneOrMany, statementsOf, toList } from './document.js';
import { matchesArn, matchesWildcard } from './wildcard.js';

/** Values of the request that conditions can ask for, by lower-case key; a key may be absent. */
export type RequestContext = Readonly<Record<string, string>>;

type Test = (wanted: string, actual: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: (wanted, actual) => matchesWildcard(wanted, actual),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
};

/** Operators that hold if no value matches, and if the key is absent. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** Without the `IfExists` suffix that all but `Null` can take. */
const CONDITION_OPERATORS: readonly string[] = [...Object.keys(TESTS), ...Object.keys(NEGATED), 'Null'];

/** A condition operator that the evaluator does not know: better to refuse a policy than to evaluate it wrongly. */
export function findUnknownOperator(policy: IamPolicyDocument): string | undefined {
  const operators = statementsOf(policy).flatMap(({ Condition }) => Object.keys(Condition ?? {}));
  return operators.find((name) => !CONDITION_OPERATORS.includes(name.replace(/IfExists$/, '')));
}

/**
 * Whether one operator line of a Condition block holds. An absent key fails the positive operators, satisfies the
 * negated ones and everything with `IfExists`. Throws on an operator it does not know.
 */
export function conditionHolds(
  operator: string,
  key: string,
  values: OneOrMany,
  context: RequestContext,
): boolean {
  const actual = context[key.toLowerCase()];
  // Documents spell booleans with and without quotation marks.
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

/** `${aws:PrincipalAccount}` and the like; a variable without a value stays as it is and matches nothing. */
function substituteVariables(value: string, context: RequestContext): string {
  return value.replace(/\$\{([^{}]+)\}/g, (whole, key: string) => context[key.toLowerCase()] ?? whole);
}
