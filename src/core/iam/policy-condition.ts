/**
 * Whether the condition of a policy statement holds, by what is known before a request is made. Anything unknown leaves
 * the answer open, and open is not "no" (promise 4).
 * Source: IAM user guide, "Condition operators" and "Global condition context keys".
 */
import { matchesWildcards } from '../base/glob.js';

/** Whether something holds; `open` if it depends on facts that are unknown before the request. */
export type Certainty = 'yes' | 'no' | 'open';

/** The known values of a request, by condition key in lower case; empty if AWS does not set the key. */
export type KnownKeys = (key: string) => readonly string[] | 'open';

/** Operator → condition key → values, as in a document: the values may be anything. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type Test = (wanted: string, actual: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: matchesWildcards,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** Whether all lines of a condition hold. */
export function judgeConditions(conditions: Conditions, known: KnownKeys): Certainty {
  return both(
    Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => judgeLine(operator, key.toLowerCase(), values, known)),
    ),
  );
}

/** `no` if any is no; otherwise `open` if any is open. */
export function both(verdicts: readonly Certainty[]): Certainty {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('open') ? 'open' : 'yes';
}

/** `yes` if any is yes; otherwise `open` if any is open. */
export function either(verdicts: readonly Certainty[]): Certainty {
  if (verdicts.includes('yes')) return 'yes';
  return verdicts.includes('open') ? 'open' : 'no';
}

/** @param operator `ForAnyValue:StringLikeIfExists`; prefix and suffix are optional. */
function judgeLine(operator: string, key: string, values: unknown, known: KnownKeys): Certainty {
  const actual = known(key);
  const wanted = listTexts(values)?.map((value) => substitute(value, known));
  if (actual === 'open' || wanted === undefined) return 'open';
  if (operator === 'Null') return yesOrNo(wanted.includes(String(actual.length === 0)));

  const { quantifier, name = '', ifExists } = OPERATOR.exec(operator)?.groups ?? {};
  const negates = Object.hasOwn(NEGATED, name) ? NEGATED[name] : undefined;
  const positive = negates ?? name;
  const test = Object.hasOwn(TESTS, positive) ? TESTS[positive] : undefined;
  if (actual.length === 0) {
    if (quantifier === 'ForAnyValue') return 'no';
    return yesOrNo(quantifier === 'ForAllValues' || ifExists !== undefined || negates !== undefined);
  }
  if (test === undefined) return 'open';
  const verdicts = actual.map((value) => {
    const matched = either(wanted.map((text) => (text === undefined ? 'open' : yesOrNo(test(text, value)))));
    return negates === undefined ? matched : negate(matched);
  });
  return quantifier === 'ForAllValues' ? both(verdicts) : either(verdicts);
}

const OPERATOR = /^(?:(?<quantifier>ForAnyValue|ForAllValues):)?(?<name>[A-Za-z]+?)(?<ifExists>IfExists)?$/;

function yesOrNo(holds: boolean): Certainty {
  return holds ? 'yes' : 'no';
}

export function negate(verdict: Certainty): Certainty {
  return verdict === 'open' ? 'open' : yesOrNo(verdict === 'no');
}

/** The values of a condition, of an action or of a resource: one or a list. Undefined for anything else. */
export function listTexts(values: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  const texts = list.map((value) =>
    typeof value === 'boolean' || typeof value === 'number' ? String(value) : value,
  );
  return texts.every((value) => typeof value === 'string') ? texts : undefined;
}

/** Replaces variables such as `${aws:PrincipalAccount}`; undefined if the value of one is open. */
export function substitute(text: string, known: KnownKeys): string | undefined {
  let open = false;
  const whole = text.replace(/\$\{([^{}]+)\}/g, (variable, key: string) => {
    const values = known(key.toLowerCase());
    if (values === 'open') open = true;
    return values === 'open' ? variable : (values[0] ?? variable);
  });
  return open ? undefined : whole;
}

/** Compares part by part: `*` in the account does not match into the resource, which may contain colons. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const split = (text: string) => {
    const parts = text.split(':');
    return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const [wanted, actual] = [split(pattern), split(arn)];
  return (
    wanted.length === actual.length &&
    wanted.every((part, index) => matchesWildcards(part, actual[index] ?? ''))
  );
}
