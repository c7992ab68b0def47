/** Problems in user-written files, with their location. */
import { quoteVisibly } from '../../core/base/text.js';
import { type ErrorCode, RootsweepError } from '../../errors.js';

/** A position in a text. Both start at 1; the column counts UTF-16 code units, as editors do. */
export interface Location {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Location {
  /**
   * What is wrong, then what to do; one line, no full stop. A function if it is expensive to compute: few are shown.
   */
  readonly sentence: string | (() => string);
}

const MOST_SHOWN = 20;
const LONGEST_QUOTE = 80;

/** Hints for invalid files; the problems themselves state the expected values. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  POLICY_INVALID: 'correct it and try again; schemas/policy.schema.json describes every key',
  TRUST_INVALID: 'correct it and try again; schemas/trust.schema.json describes every key',
  ORGANIZATIONS_INVALID: 'correct it and try again; schemas/organizations.schema.json describes every key',
  TEMPLATE_INVALID: 'correct it and try again; "rootsweep notice --help" lists what a template can say',
  PLAN_INVALID: 'plan again with this version of rootsweep; a plan is never edited',
  RECEIPT_INVALID: 'write it again with this version of rootsweep: rootsweep receipt JOURNAL',
};

/** Combines all problems of a file into one error, with a line `file:line:column: sentence` for each, in file order. */
export function invalidFile(code: ErrorCode, fileName: string, problems: readonly Problem[]): RootsweepError {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted.slice(0, MOST_SHOWN).map(({ line, column, sentence }) => {
    const worded = typeof sentence === 'string' ? sentence : sentence();
    return `${fileName}:${line}:${column}: ${worded}`;
  });
  const more = sorted.length - lines.length;
  if (more > 0) {
    const count = more.toLocaleString('en-US');
    lines.push(`${fileName}: and ${count} more ${more === 1 ? 'problem' : 'problems'}`);
  }
  const hint = HINTS[code];
  return new RootsweepError(code, lines.join('\n'), hint === undefined ? {} : { hint });
}

/** Finds the entries whose value an earlier entry has: for each, its index and the index of the first. */
export function findRepeats(values: readonly string[]): readonly (readonly [index: number, first: number])[] {
  const firsts = new Map<string, number>();
  return values.flatMap((value, index) => {
    const first = firsts.get(value);
    if (first !== undefined) return [[index, first]];
    firsts.set(value, index);
    return [];
  });
}

/** Quotes a text from the file: harmless on a terminal, on one line, and short (promise 12). */
export function quote(text: string): string {
  return quoteVisibly(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}
